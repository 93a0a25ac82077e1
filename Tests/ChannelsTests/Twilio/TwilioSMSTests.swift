import Channels
import Conversations
import Testing

@Suite("Twilio's messages")
struct TwilioSMSTests {
  private let adapter: TwilioSMS

  init() throws { adapter = try TwilioDesk.adapter(TwilioSMS.self) }

  private func reading(_ own: [(String, String)], from: String = "+14155550111", to: String = "+12025550100") throws
    -> Reading
  {
    let form = [("MessageSid", "SM1"), ("AccountSid", "AC42"), ("From", from), ("To", to)] + own
    return try PhoneDesk.reading(adapter, TwilioDesk.delivery(form))
  }

  @Test("an SMS names its thread by both numbers and is answered with empty TwiML")
  func sms() throws {
    let reading = try reading([("Body", "Où êtes-vous ? 你好"), ("NumMedia", "0")])
    let event = try #require(reading.events.first)
    #expect(event.threadKey == "sms:+12025550100:+14155550111")
    #expect(event.text == "Où êtes-vous ? 你好")
    #expect(event.contact == ContactCard(id: "+14155550111", phone: "+14155550111"))
    #expect(String(decoding: reading.answer.body, as: UTF8.self).hasSuffix("<Response/>"))
  }

  @Test("pictures and files come as addresses, as many as there are")
  func media() throws {
    let event = try reading([
      ("NumMedia", "4000000000"), ("MediaUrl0", "https://api.example/a"), ("MediaContentType0", "image/jpeg"),
      ("MediaUrl1", "https://api.example/b"), ("MediaContentType1", "application/pdf"),
    ]).events.first
    #expect(event?.attachments.map(\.kind) == [.image, .file])
    #expect(event?.text == nil)
  }

  @Test("WhatsApp: name, place, answer to a message, pressed button")
  func whatsApp() throws {
    let event = try reading(
      [
        ("Body", "Yes"), ("ProfileName", "Ana"), ("Latitude", "52.520"), ("Longitude", "13.405"), ("Label", "Office"),
        ("OriginalRepliedMessageSid", "SM0"), ("ButtonPayload", "yes"), ("ButtonText", "Yes"),
      ], from: "whatsapp:+14155550111", to: "whatsapp:+12025550100"
    ).events.first
    #expect(event?.channelKind == ChannelKind("whatsapp"))
    #expect(event?.threadKey == "whatsapp:+12025550100:+14155550111")
    #expect(event?.contact.name == "Ana")
    #expect(event?.attachments.map(\.url) == ["geo:52.520,13.405"])
    #expect(event?.inReplyTo == ["SM0"])
    #expect(event?.kind == .postback)
  }

  @Test("a line chosen from a list is a postback; what names no two parties is no message")
  func lists() throws {
    let chosen = try reading(
      [("Body", ""), ("ListId", "pri"), ("ListTitle", "Priority")], from: "whatsapp:+14155550111",
      to: "whatsapp:+12025550100"
    ).events.first
    #expect(chosen?.kind == .postback && chosen?.text == "Priority")
    #expect(try reading([("Body", "x"), ("EventType", "onMessageAdded")], to: "").events.isEmpty)
  }

  @Test("other accounts' and other numbers' messages are acknowledged and left alone")
  func notOurs() throws {
    #expect(try reading([("Body", "x")], to: "+12025559999").events.isEmpty)
    let form = [("MessageSid", "SM1"), ("AccountSid", "AC43"), ("From", "+14155550111"), ("To", "+12025550100")]
    #expect(try PhoneDesk.reading(adapter, TwilioDesk.delivery(form)).events.isEmpty)
  }

  @Test(
    "status callbacks become receipts where they say something",
    arguments: [
      ("delivered", Receipt.Status.delivered, String?.none), ("read", .read, nil), ("sent", .sent, nil),
      ("undelivered", .failed, "30003"), ("failed", .failed, "30003"),
    ])
  func receipts(status: String, meaning: Receipt.Status, code: String?) throws {
    let form = [("MessageSid", "SM7"), ("MessageStatus", status), ("ErrorCode", "30003")]
    let reading = try PhoneDesk.reading(adapter, TwilioDesk.delivery(form, path: "/status"))
    #expect(
      reading.receipts == [Receipt(externalID: "SM7", status: meaning, at: TwilioDesk.arrival, errorCode: code)])
  }

  @Test("statuses on the way say nothing yet")
  func onTheWay() throws {
    let form = [("MessageSid", "SM7"), ("MessageStatus", "queued")]
    let reading = try PhoneDesk.reading(adapter, TwilioDesk.delivery(form))
    #expect(reading.receipts.isEmpty && reading.ignored == ["queued"])
  }
}
