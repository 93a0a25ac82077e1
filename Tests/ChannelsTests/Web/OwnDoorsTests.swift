import Channels
import Conversations
import Testing

@Suite("Chat, form and phone log")
struct OwnDoorsTests {
  private let now = Specimen.arrival
  private let sessions = ChatSessions(channel: "specimen", secrets: [Secret("k")], lifetimeSeconds: 3600)

  @Test("a chat session is good for its time, its channel and its secrets")
  func sessionTokens() throws {
    let token = try #require(sessions.issue(id: "abcdefgh", now: now))
    #expect(sessions.verify(token, now: now)?.id == "abcdefgh")
    #expect(sessions.verify(token, now: now.adding(seconds: 3600)) != nil)
    #expect(sessions.verify(token, now: now.adding(seconds: 3601)) == nil)
    #expect(sessions.verify(token, now: now.adding(seconds: -301)) == nil)
    #expect(
      ChatSessions(channel: "other", secrets: [Secret("k")], lifetimeSeconds: 3600).verify(token, now: now) == nil)
    let rotated = ChatSessions(channel: "specimen", secrets: [Secret("new"), Secret("k")], lifetimeSeconds: 3600)
    #expect(rotated.verify(token, now: now) != nil && rotated.issue(id: "abcdefgh", now: now) != token)
    #expect(sessions.issue(id: "short", now: now) == nil && sessions.issue(id: "a.b.c.d.e", now: now) == nil)
  }

  @Test("a changed session token is none")
  func forgedTokens() throws {
    let token = try #require(sessions.issue(id: "abcdefgh", now: now))
    for index in token.utf8.indices {
      let forged = String(decoding: token.utf8.indices.map { token.utf8[$0] ^ ($0 == index ? 1 : 0) }, as: UTF8.self)
      #expect(sessions.verify(forged, now: now) == nil)
      #expect(sessions.verify(String(token.utf8.prefix(upTo: index)) ?? "", now: now) == nil)
    }
    #expect(sessions.verify(token + "A", now: now) == nil && sessions.verify(token + ".", now: now) == nil)
    #expect(sessions.verify("v1.abcdefgh.9223372036854775807.x", now: now) == nil)
  }

  @Test("a chat message is one however often the page sends it, and carries what the visitor chose")
  func chat() throws {
    let event = try #require(try Specimen.webChat.adapter().reading(Specimen.webChat.deliveries[0]).events.first)
    #expect(event.threadKey == "webchat:specimen:visitor-0123456789" && event.externalID == "visitor-0123456789:c1")
    #expect(event.text == "你好" && event.categoryHint == "payment" && event.contact.name == "Ana")
    let file = try #require(event.attachments.first)
    #expect(file.kind == .image && file.filename == "shot.png" && file.size == 4 && file.content?.count == 4)
    #expect(file.sha256 == "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543")
    let out = try Specimen.webChat.adapter().render(
      OutboundMessage(
        outboxID: OutboxID(1), conversation: ConversationID(1), threadKey: event.threadKey, contact: event.contact,
        text: "hi", now: now))
    #expect(out.isEmpty)
  }

  @Test(
    "a chat message without words, with too many, or without its own id is turned away",
    arguments: [#""client_id":"c","text":" ""#, #""text":"hi""#, #""client_id":"c d","text":"x""#, #""client_id":"c""#])
  func chatLimits(content: String) throws {
    let adapter = try Specimen.webChat.adapter()
    let body = { (content: String) in
      Specimen.delivery(#"{"session":"\#(Specimen.chatSession ?? "")",\#(content)}"#.utf8)
    }
    #expect((400..<500).contains(adapter.status(body(content))) && !adapter.isRefused(body(content)))
    #expect(adapter.status(body(#""client_id":"c","text":"\#(String(repeating: "a", count: 4001))""#)) == 422)
    #expect(adapter.status(body(#""client_id":"c","text":"\#(String(repeating: "a", count: 4000))""#)) == 200)
  }

  @Test("a form in any of three shapes becomes one message with a reference")
  func forms() throws {
    let adapter = try Specimen.webForm.adapter()
    let readings = try Specimen.webForm.deliveries.map { try adapter.reading($0) }
    for reading in readings {
      let event = try #require(reading.events.first)
      #expect(event.threadKey == "webform:specimen:\(event.externalID)" && event.contact.email == "ana@example.org")
      #expect(try JSON(parsing: reading.answer.body)["reference"]?.string == event.externalID)
      #expect(event.externalID.utf8.count == 10)
    }
    #expect(readings[0].events[0].text == "Where is my money?\n\nTransaction: T-1")
    #expect(readings[0].events[0].replyText == "Where is my money?")
    #expect(readings[1].events[0].subject == "payment")
    #expect(readings[2].events[0].attachments.first?.filename == "a.txt")
    #expect(Set(readings.map { $0.events[0].externalID }).count == 3)
  }

  @Test("a second click is no second ticket, tomorrow's same words are")
  func formRepeats() throws {
    let adapter = try Specimen.webForm.adapter()
    var delivery = Specimen.webForm.deliveries[0]
    let first = try adapter.reading(delivery).events.first?.externalID
    delivery.receivedAt = now.adding(seconds: 5)
    #expect(try adapter.reading(delivery).events.first?.externalID == first)
    delivery.receivedAt = now.adding(seconds: 86_400)
    #expect(try adapter.reading(delivery).events.first?.externalID != first)
  }

  @Test("a bot in the honeypot gets the usual answer and nothing is filed")
  func honeypot() throws {
    let body = "email=a%40b.cd&text=buy&website=http%3A%2F%2Fspam"
    let reading = try Specimen.webForm.adapter().reading(Specimen.delivery(body.utf8))
    #expect(reading.events.isEmpty && reading.ignored == ["honeypot"] && reading.answer.status == 200)
    #expect(try JSON(parsing: reading.answer.body)["reference"] != nil)
  }

  @Test(
    "a form without words or an address is turned away",
    arguments: [
      "email=a%40b.cd", "text=hi", "text=hi&email=a", "text=+%0A&email=a%40b.cd", "text=hi&email=a%40b.cd%0D%0ABcc%3Ax",
    ])
  func formLimits(body: String) throws {
    #expect(try Specimen.webForm.adapter().status(Specimen.delivery(body.utf8)) == 422)
  }

  @Test("an agent's entry becomes a call with words, a table one call a row")
  func phoneLog() throws {
    let adapter = try Specimen.phoneLog.adapter()
    let call = try #require(try adapter.reading(Specimen.phoneLog.deliveries[0]).events.first)
    #expect(call.threadKey == "phone:+861012345678:+8613800138000" && call.direction == .inbound)
    #expect(call.text == "card blocked" && call.categoryHint == "fraud" && call.contact.name == "Lin")
    #expect(call.call?.disposition == .completed && call.call?.durationSeconds == 120)
    let row = try #require(try adapter.reading(Specimen.phoneLog.deliveries[1]).events.first)
    #expect(row.externalID == "1" && row.call?.disposition == .noAnswer && row.text == nil)
    #expect(row.call?.startedAt?.rfc3339 == "2026-08-20T09:00:00Z")
  }

  @Test("lists of calls are read, broken ones passed over, agents and files need no token")
  func phoneLogLists() throws {
    let adapter = try Specimen.phoneLog.adapter()
    let delivery = { (body: String) in Specimen.delivery(body.utf8, door: .agent) }
    let reading = try adapter.reading(
      delivery(
        #"{"calls":[{"from":"+8613800138000","direction":"outbound","to":"+4930123456","name":"Ana"},{"to":"1"},"#
          + #"{"from":"anonymous","disposition":"voicemail","recording_url":"https://e.org/r"},7]}"#))
    #expect(reading.events.map(\.direction) == [.outboundEcho, .inbound] && reading.ignored.count == 2)
    #expect(reading.events[0].contact == ContactCard(id: "+4930123456", name: "Ana", phone: "+4930123456"))
    #expect(reading.events[1].kind == .voicemail && reading.events[1].contact == ContactCard())
    #expect(reading.events[1].threadKey == "phone:+861012345678:anonymous:\(reading.events[1].externalID)")
    #expect(adapter.status(delivery("to,start\n1,2\n")) == 400)
    #expect(adapter.status(Specimen.delivery("{}".utf8)) == 401)
  }

  @Test("two calls from one number are two, the same record read twice is one")
  func phoneLogIDs() throws {
    let adapter = try Specimen.phoneLog.adapter()
    var delivery = Specimen.delivery(#"{"from":"+8613800138000","text":"again"}"#.utf8, door: .agent)
    let first = try adapter.reading(delivery).events.first?.externalID
    delivery.receivedAt = now.adding(seconds: 60)
    #expect(try adapter.reading(delivery).events.first?.externalID != first)
    var record = Specimen.delivery(#"{"from":"+8613800138000","started_at":"2026-08-20 09:00:00"}"#.utf8, door: .file)
    let id = try adapter.reading(record).events.first?.externalID
    record.receivedAt = now.adding(seconds: 60)
    #expect(try adapter.reading(record).events.first?.externalID == id)
  }
}
