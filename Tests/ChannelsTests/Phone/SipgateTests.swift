import Channels
import Conversations
import Testing

@Suite("sipgate")
struct SipgateTests {
  private let adapter: Sipgate

  init() throws {
    adapter = try PhoneDesk.adapter(
      Sipgate.self,
      [JSON.Member("public_url", "https://desk.example/hooks/sipgate"), JSON.Member("public_key", .string(Self.key))])
  }

  private func delivery(_ body: String, signature: String?) -> RawDelivery {
    PhoneDesk.delivery(
      body, type: "application/x-www-form-urlencoded",
      headers: signature.map { [("x-sipgate-signature", $0)] } ?? [])
  }

  @Test("a signed call is read, and the answer subscribes to its later events")
  func signedCall() throws {
    let reading = try PhoneDesk.reading(adapter, delivery(Self.newCall, signature: Self.newCallSignature))
    #expect(reading.events.map(\.threadKey) == ["phone:+492214710334:+492111234567"])
    let answer = String(decoding: reading.answer.body, as: UTF8.self)
    #expect(
      answer.hasSuffix(
        #"<Response onAnswer="https://desk.example/hooks/sipgate" onHangup="https://desk.example/hooks/sipgate"/>"#))
    #expect(reading.answer.headers["content-type"] == "application/xml")
  }

  @Test("a mailbox that picks up does not count as an answer")
  func mailbox() throws {
    let reading = try PhoneDesk.reading(adapter, delivery(Self.mailbox, signature: Self.mailboxSignature))
    #expect(reading.events.first?.call?.disposition == .voicemail)
  }

  @Test("changed bodies, foreign signatures and rubbish are turned away")
  func door() {
    #expect(PhoneDesk.refusal(adapter, delivery(Self.newCall + "0", signature: Self.newCallSignature)) == 401)
    #expect(PhoneDesk.refusal(adapter, delivery(Self.newCall, signature: Self.mailboxSignature)) == 401)
    for rubbish in [nil, "", "***", "AAAA", String(repeating: "A", count: 344)] {
      #expect(PhoneDesk.refusal(adapter, delivery(Self.newCall, signature: rubbish)) == 401)
    }
  }

  @Test("without a key in the settings sipgate's published one counts; what is no key is a problem")
  func keys() throws {
    let url = JSON.Member("public_url", "https://desk.example/hooks/sipgate")
    let published = try PhoneDesk.adapter(Sipgate.self, [url])
    #expect(PhoneDesk.refusal(published, delivery(Self.newCall, signature: Self.newCallSignature)) == 401)
    #expect(throws: SettingProblem.self) {
      try PhoneDesk.adapter(Sipgate.self, [url, JSON.Member("public_key", "not a key")])
    }
  }

  // Made for these tests: a 2048-bit key that signs nothing else.
  static let key = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAj2KL6D4ReupeL3yd8ptD
    QkQL8Urfx67LTMqbG94Fawycc04fzG6zuryrhETGIqthXFKu0GbqGQYKMWnFo2LW
    EaIo4t9UXYS1DkFDrtMamfoUdp4kYV7rUo2i1JI+yTD5MUV43kMHpzLFy6ctE9xH
    /YuquSsevdBRqFyoKpc9/eAuK/4IMRS8mntS9eNB0lEz2WVAAaKOWVuw6MbXgT61
    zxXCw33yC4lWfAKh4Dla3AAF0h4HWjdPYlp5n2OhRh/TmqzyYiWd8X9eAfRLFFZ3
    PzJocxGzmDRBmawBhmYhtREA3czVPnKrOqlNtZ4ssEnJP0hrcwLsVK6ElCDeM+xU
    MQIDAQAB
    -----END PUBLIC KEY-----
    """
  static let newCall = "event=newCall&from=492111234567&to=492214710334&direction=in&callId=s1"
  static let newCallSignature =
    "ER1T0qL/aUMl89bgY1ENUB1QKb3WXpkFAubmCYJEZ47SfuSqGLU5RuKkRJMkz4CxFo1X5cVHvWKbxEZYkrqo26Z0BAUU+QcgrgEH"
    + "pLa0E9mGa7DpXqnrF2VRgsrR3VCgY5MFfGmntVCFhXr9Wkd3kIj0JTN9uca1JshZBJZO2Mh7m3x4Hf+aFRmresr1ROjz4ChIh5jl"
    + "pbDH8Yc75dtKL8sMJd8du5jyiu9BgBg3namQCEpCwpIGJ5s48qJkc6pRKcCl3UVSmn2DhMfIgmbP/d7dSHgdVKGXiRFC2UgKejYM"
    + "e5jmr8gLeal0C+s7D1Tg93nZHH3mN2LozeqylYXOCQ=="
  private static let mailbox = "event=answer&from=492111234567&to=492214710334&direction=in&callId=s1&user=voicemail"
  private static let mailboxSignature =
    "FkJ6JqBmbzrskGQ80XSd/A5u/oYuptvx8bCVNzkVK1KHY0PYaQlHcpUG5ecfLwtmdabA/IllrwnhxMi8xTUWZ9bUrGQSjUx3dwO2"
    + "3gUo4U3bohafiG2FLUKCuaubUmzGWlw+9gTLta8rdquMIjGEHj/AgQLQhan9LixJjwHeOd2bWiL6dM8/aQvyHeDDPYPfz9KkFOUx"
    + "SJokZQWQwzams8m8BNryCUlQrZcRKyozOihAIc351/KHpcYtRSYM6F7womRY0bOPHPUpo6Bi4/AIcHFKQcepR1oijzn7Dl6eXASH"
    + "Sd16q4Wmbc0CMutT5a4zg+2LrPdQTbE41sDzHHjJbg=="
}
