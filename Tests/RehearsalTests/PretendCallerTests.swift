import Conversations
import Rehearsal
import Testing

@Suite struct PretendCallerTests {
  private static let start = Instant(seconds: 1_794_794_400)
  private typealias Product = ProviderAccount.Product

  private func caller(_ product: ProviderAccount.Product, seed: UInt64 = 7) -> (PretendCaller, [ProviderEvent]) {
    let account = ProviderAccount(product, address: "us", signing: .meta(appSecret: Secret("s")))
    var caller = PretendCaller(account, seed: seed, share: 0.1)
    let talk = CustomerTalk(at: product, customers: 30, messagesMax: 8, from: Self.start, days: 7, seed: seed)
    for event in talk.events { caller.add(event) }
    return (caller, talk.events)
  }

  /// Every call in its turn, all answered with `status` but for what the road swallows.
  private func makeAll(_ caller: inout PretendCaller, status: Int = 200, most: Int = 10_000) -> [PretendCaller.Call] {
    var (calls, now) = ([PretendCaller.Call](), Self.start)
    while calls.count < most, let call = caller.next(until: Self.start.adding(seconds: 30 * 86_400)) {
      now = max(now, call.due)
      calls.append(call)
      caller.hear(call, status: call.arrives && call.answerArrives ? status : nil, at: now)
    }
    return calls
  }

  @Test("whatever the road does, everything is told and heard, and most things go wrong", arguments: Product.allCases)
  func everything(product: ProviderAccount.Product) {
    var (caller, events) = caller(product)
    let calls = makeAll(&caller)
    let heard = calls.filter { $0.arrives && $0.answerArrives }.flatMap(\.events)
    #expect(Set(heard) == Set(events) && events.count > 60)
    #expect(caller.isDone && caller.tally[.givenUp] == nil)
    for mishap in [PretendCaller.Mishap.repeated, .neverArrived, .answerLost] {
      #expect((caller.tally[mishap] ?? 0) > 0)
    }
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at && $0.number < $1.number })
  }

  @Test("the same seed makes the same calls with the same bytes, another seed others")
  func seeds() {
    func bytes(_ seed: UInt64) -> [[UInt8]] {
      var (caller, _) = caller(.messenger, seed: seed)
      let account = caller.account
      return makeAll(&caller).map { account.delivery(of: $0.events, at: $0.due, isAgain: $0.isAgain).body }
    }
    #expect(bytes(1) == bytes(1))
    #expect(bytes(1) != bytes(2))
  }

  @Test("Telegram tells of one chat in order, tries again and again, and nothing overtakes")
  func ordered() {
    var (caller, events) = caller(.telegram)
    var first: [Int: Int] = [:]
    for (place, call) in makeAll(&caller).enumerated() where call.arrives && call.answerArrives {
      first[call.events[0].number] = first[call.events[0].number] ?? place
    }
    for (_, chat) in Dictionary(grouping: events, by: \.customer) {
      let places = chat.compactMap { first[$0.number] }
      #expect(places == places.sorted() && places.count == chat.count)
    }
  }

  @Test("who never hears a good answer gives up when the documentation says")
  func patience() {
    let account = ProviderAccount(.texting, address: "us", signing: .nothing)
    var caller = PretendCaller(account, seed: 1, share: 0)
    caller.add(.said("hi", thread: nil), id: "SM1", customer: "+1", at: Self.start)
    #expect(makeAll(&caller, status: 503).count == 6)
    #expect(caller.tally[.givenUp] == 1 && caller.tally[.refused] == 6)
  }

  @Test("signatures are those of the providers' documents")
  func signatures() {
    let fox = Array("The quick brown fox jumps over the lazy dog".utf8)
    let meta = HookSigning.meta(appSecret: Secret("key")).headers(over: fox, at: Self.start)
    #expect(meta.first?.1 == "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
    let form = [
      ("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"), ("From", "+14158675309"),
      ("To", "+18005551212"),
    ]
    let twilio = HookSigning.twilio(authToken: Secret("12345"), url: "https://mycompany.com/myapp.php?foo=1&bar=2")
    #expect(twilio.headers(over: [], form: form, at: Self.start).first?.1 == "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
  }

  @Test("Meta's bytes are ASCII, with the slashes escaped")
  func escapes() throws {
    let account = ProviderAccount(.whatsApp, address: "400", signing: .nothing)
    let event = ProviderEvent(
      number: 1, id: "w", customer: "49", at: Self.start, content: .said("退/款 😀", thread: nil))
    let delivery = account.delivery(of: [event], at: Self.start)
    let text = String(decoding: delivery.body, as: UTF8.self)
    #expect(text.contains(#"\u9000\/\u6b3e \ud83d\ude00"#))
    let value = try JSON(parsing: delivery.body)["entry"]?[0]?["changes"]?[0]?["value"]
    #expect(value?["messages"]?[0]?["text"]?["body"] == "退/款 😀")
  }
}
