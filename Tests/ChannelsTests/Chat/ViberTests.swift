import Channels
import Conversations
import Testing

@Suite("Viber")
struct ViberTests {
  private let adapter: any Adapter

  init() throws { adapter = try Specimen.viber.adapter() }

  private func reading(_ own: String, timestamp: String = "1787216400123") throws -> Reading {
    try adapter.reading(
      Specimen.viberDelivery(#"{"timestamp":\#(timestamp),"message_token":4987381189870374007,\#(own)}"#))
  }

  @Test("ids of 64 bits survive, and so do users' ids with signs in them")
  func ids() throws {
    let event = try reading(#""event":"message","sender":{"id":"x/8+=="},"message":{"type":"text","text":"hi"}"#).events
      .first
    #expect(event?.externalID == "4987381189870374007" && event?.threadKey == "viber:pa:1:x/8+==")
    #expect(event?.sentAt?.rfc3339 == "2026-08-20T09:00:00.123Z")
  }

  @Test("an absurd timestamp counts as none")
  func absurd() throws {
    let own = #""event":"message","sender":{"id":"x"},"message":{"type":"text","text":"hi"}"#
    #expect(try reading(own, timestamp: "4977069964384421268").events.first?.sentAt == Specimen.arrival)
  }

  @Test(
    "contents have their forms",
    arguments: [
      (#"{"type":"picture","media":"https://a.example/1","file_name":"1.jpg"}"#, "image https://a.example/1 1.jpg"),
      (#"{"type":"url","media":"https://a.example/"}"#, "link https://a.example/"),
      (#"{"type":"sticker","sticker_id":40133}"#, "sticker viber-sticker:40133"),
      (#"{"type":"location","location":{"lat":1.20,"lon":-1.3}}"#, "location geo:1.20,-1.3"),
      (#"{"type":"rich_media"}"#, "unsupported rich_media"),
    ])
  func contents(message: String, expected: String) throws {
    let found = try reading(#""event":"message","sender":{"id":"x"},"message":\#(message)"#).events.first?.attachments
      .first
    let attachment = try #require(found)
    #expect(
      [attachment.kind.rawValue, attachment.url, attachment.filename].compactMap(\.self).joined(separator: " ")
        == expected)
  }

  @Test("receipts have their meaning, other events none")
  func receipts() throws {
    #expect(try reading(#""event":"seen""#).receipts.map(\.status) == [.read])
    let failed = try reading(#""event":"failed","desc":"no device""#).receipts.first
    #expect(failed?.status == .failed && failed?.errorCode == "no device")
    #expect(try reading(#""event":"conversation_started""#).ignored == ["conversation_started"])
    #expect(adapter.status(Specimen.viberDelivery(#"{"event":"message","message_token":1,"message":{}}"#)) == 400)
  }

  @Test("answers go to the user behind the account's colon")
  func sending() throws {
    let request = try #require(
      try ChatDesk.requests(adapter, ChatDesk.message("hi", thread: "viber:pa:1:x/8+==")).first)
    let body = try JSON(parsing: request.body)
    #expect(body["receiver"] == "x/8+==" && body["sender"]?["name"] == "Support" && body["text"] == "hi")
    #expect(request.headers["X-Viber-Auth-Token"] == "a viber token")
    #expect(throws: Unrenderable.self) { try adapter.render(ChatDesk.message("x", thread: "viber:pa:2:x")) }
  }

  @Test(
    "the number in the body decides, not the HTTP status",
    arguments: [
      (200, #"{"status":0,"status_message":"ok","message_token":49}"#, "accepted 49"),
      (200, #"{"status":12,"status_message":"tooManyRequests"}"#, "retry 60"),
      (200, #"{"status":6,"status_message":"receiverNotSubscribed"}"#, "rejected 6"),
      (200, #"{"status":99,"status_message":"new"}"#, "rejected 99"), (500, "", "retry -"), (200, "[]", "retry -"),
    ])
  func answers(status: Int, body: String, expected: String) {
    #expect(ChatDesk.outcome(adapter, status, body) == expected)
  }
}
