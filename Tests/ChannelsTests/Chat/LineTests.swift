import Channels
import Conversations
import Testing

@Suite("LINE")
struct LineTests {
  private let adapter: Line

  init() throws {
    let settings: JSON = [
      "channel_secret": "a channel secret", "destination": "U1", "channel_access_token": "push token",
    ]
    adapter = try Line(SettingValues.check(settings, against: Line.settings).values)
  }

  private func reading(_ events: String, destination: String = "U1") throws -> Reading {
    try adapter.reading(Specimen.lineDelivery(#"{"destination":"\#(destination)","events":[\#(events)]}"#))
  }

  private func event(_ own: String, source: String = #"{"userId":"U8"}"#) -> String {
    #"{"timestamp":1787216400123,"webhookEventId":"01J","source":\#(source),\#(own)}"#
  }

  @Test("users, groups and rooms are threads; the writer may be unknown")
  func threads() throws {
    let text = #""type":"message","message":{"type":"text","id":"46","text":"hi","quotedMessageId":"45"}"#
    let user = try reading(event(text)).events.first
    #expect(user?.threadKey == "line:U1:U8" && user?.inReplyTo == ["45"] && user?.contact.id == "U8")
    #expect(user?.sentAt?.rfc3339 == "2026-08-20T09:00:00.123Z")
    let group = try reading(event(text, source: #"{"type":"group","groupId":"C9"}"#)).events.first
    #expect(group?.threadKey == "line:U1:C9" && group?.contact == ContactCard())
  }

  @Test("edits and withdrawals name the message they change")
  func changes() throws {
    let reading = try reading(
      event(#""type":"messageEdited","message":{"type":"text","id":"46","text":"new"}"#) + ","
        + event(#""type":"unsend","unsend":{"messageId":"46"}"#))
    #expect(reading.events.map(\.kind) == [.edit, .delete])
    #expect(reading.events.map(\.externalID) == ["46", "46"])
  }

  @Test(
    "contents have their forms",
    arguments: [
      (#"{"type":"image","id":"1"}"#, "image line-content:1"),
      (
        #"{"type":"image","id":"1","contentProvider":{"originalContentUrl":"https://a.example/o"}}"#,
        "image https://a.example/o"
      ),
      (#"{"type":"file","id":"1","fileName":"見.pdf","fileSize":9}"#, "file line-content:1 見.pdf"),
      (#"{"type":"sticker","id":"1","stickerId":"52"}"#, "sticker line-sticker:52"),
      (
        #"{"type":"location","id":"1","address":"Tokyo","latitude":35.60,"longitude":139.7}"#,
        "location geo:35.60,139.7 Tokyo"
      ),
      (#"{"type":"hologram","id":"1"}"#, "unsupported hologram"),
    ])
  func contents(message: String, expected: String) throws {
    let found = try reading(event(#""type":"message","message":\#(message)"#)).events.first?.attachments.first
    let attachment = try #require(found)
    #expect(
      [attachment.kind.rawValue, attachment.url, attachment.filename].compactMap(\.self).joined(separator: " ")
        == expected)
  }

  @Test("other accounts, standby, follows and the console's check say nothing")
  func silence() throws {
    let text = event(#""type":"message","message":{"type":"text","id":"46","text":"hi"}"#)
    #expect(try reading(text, destination: "U2").events.isEmpty)
    #expect(try reading(text.replacing(#""source""#, with: #""mode":"standby","source""#)).events.isEmpty)
    #expect(try reading(event(#""type":"follow""#)).ignored == ["follow"])
    #expect(try reading("").events.isEmpty)
    #expect(try reading("7,null," + text + "," + text).events.count == 1)
  }

  @Test("pushes carry at most five messages and the same key at each attempt")
  func sending() throws {
    let text = String(repeating: "文字。", count: 9000)
    let message = ChatDesk.message(text, thread: "line:U1:C9")
    let requests = try ChatDesk.requests(adapter, message)
    let counts = try requests.map { try JSON(parsing: $0.body)["messages"]?.array?.count }
    #expect(counts == [5, 1])
    let keys = requests.compactMap { $0.headers["X-Line-Retry-Key"] }
    #expect(Set(keys).count == 2 && keys.allSatisfy { $0.utf8.count == 36 })
    #expect(try ChatDesk.requests(adapter, message).compactMap { $0.headers["X-Line-Retry-Key"] } == keys)
    #expect(requests.first?.headers["Authorization"] == "Bearer push token")
    let picture = Conversations.Attachment(kind: .image, url: "https://a.example/p.png")
    let body = try ChatDesk.bodies(adapter, ChatDesk.message("", thread: "line:U1:U8", attachments: [picture])).first
    #expect(body?["to"] == "U8" && body?["messages"]?[0]?["originalContentUrl"] == "https://a.example/p.png")
    let file = Conversations.Attachment(kind: .file, url: "https://a.example/a.pdf")
    let linked = try ChatDesk.bodies(adapter, ChatDesk.message("", thread: "line:U1:U8", attachments: [file])).first
    #expect(
      linked?["messages"]?[0] == ["type": "text", "text": "https://a.example/a.pdf"], "no other files can be sent")
    let kept = Conversations.Attachment(kind: .image, content: [1, 2])
    #expect(throws: Unrenderable.self) {
      try adapter.render(ChatDesk.message("", thread: "line:U1:U8", attachments: [kept]))
    }
  }

  @Test("an answer within the minute takes the reply token, once; later ones and second tries are pushed")
  func replyTokens() throws {
    var message = ChatDesk.message("hi", thread: "line:U1:C9")
    let path = { (message: OutboundMessage) in
      try ChatDesk.requests(adapter, message).first.map { String($0.url.reveal().split(separator: "/").last ?? "") }
    }
    #expect(try path(message) == "push")
    message.replyToken = "R"
    message.lastInboundAt = message.now.adding(seconds: -50)
    #expect(try path(message) == "reply")
    #expect(try ChatDesk.bodies(adapter, message).first?["replyToken"] == "R")
    message.attempt = 2
    #expect(try path(message) == "push")
    message.attempt = 1
    message.lastInboundAt = message.now.adding(seconds: -51)
    #expect(try path(message) == "push")
    #expect(ChatDesk.outcome(adapter, 400, #"{"message":"Invalid reply token"}"#) == "retry 1")
  }

  @Test(
    "answers are told apart; a repeated key has arrived before",
    arguments: [
      (200, #"{"sentMessages":[{"id":"46","quoteToken":"q"}]}"#, "accepted 46"),
      (409, #"{"message":"The retry key is already accepted"}"#, "accepted -"),
      (429, #"{"message":"The API rate limit has been exceeded."}"#, "retry 60"),
      (429, #"{"message":"You have reached your monthly limit."}"#, "rejected 429"),
      (400, #"{"message":"The property is invalid","details":[{"message":"May not be empty"}]}"#, "rejected 400"),
      (401, #"{"message":"Authentication failed"}"#, "unauthorized 401"), (500, #"{"message":"oops"}"#, "retry -"),
      (200, "", "retry -"),
    ])
  func answers(status: Int, body: String, expected: String) {
    #expect(ChatDesk.outcome(adapter, status, body) == expected)
  }
}
