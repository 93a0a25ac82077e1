import Channels
import Conversations
import Testing

extension Specimen {
  static func xDelivery(_ body: String) -> RawDelivery {
    let signature = Signatures.write(ChatDesk.signature("a consumer secret", over: body), as: .base64)
    return delivery(
      body.utf8, type: "application/json", headers: [("x-twitter-webhooks-signature", "sha256=\(signature)")])
  }

  static func xMessage(_ id: Int, from: Int = 8, to: Int = 1, text: String = "1 &lt; 2", more: String = "") -> String {
    #"{"type":"message_create","id":"\#(id)","created_timestamp":"1787216400124","message_create":{"target":{"#
      + #""recipient_id":"\#(to)"},"sender_id":"\#(from)","message_data":{"text":"\#(text)"\#(more)}}}"#
  }

  static let x = Specimen(
    kind: X.kind, proof: .header("x-twitter-webhooks-signature", coversBody: true),
    settings: ["consumer_secret": "a consumer secret", "user_id": "1"],
    deliveries: [
      xDelivery(
        #"{"for_user_id":"1","direct_message_events":[\#(xMessage(46))],"users":{"8":{"id":"8","name":"Ana"}}}"#),
      xDelivery(
        #"{"data":{"event_uuid":"-2","filter":{"user_id":"1"},"event_type":"post.reply.create","payload":{"#
          + #""id":"47","author_id":"8","conversation_id":"40","created_at":"2026-08-20T09:00:00.000Z","text":"hi","#
          + #""referenced_tweets":[{"type":"replied_to","id":"41"}]},"includes":{"users":[{"id":"8","name":"Ana"}]}}}"#),
    ])
}

@Suite("X")
struct XTests {
  private let adapter: any Adapter
  init() throws { adapter = try Specimen.x.adapter() }

  private func older(_ lists: String, user: String = "1") throws -> Reading {
    try adapter.reading(Specimen.xDelivery(#"{"for_user_id":"\#(user)",\#(lists)}"#))
  }

  private func newer(_ type: String, _ payload: String, user: String = "1") throws -> Reading {
    try adapter.reading(
      Specimen.xDelivery(
        #"{"data":{"event_uuid":"-2","filter":{"user_id":"\#(user)"},"event_type":"\#(type)","payload":\#(payload)}}"#))
  }

  private func post(_ own: String, author: String = "8") -> String {
    #"{"id":1900000000000000300,"id_str":"1900000000000000307","timestamp_ms":"1787216400000","user":{"id_str":"\#(author)","#
      + #""name":"Ana"},\#(own)}"#
  }

  @Test("the challenge is answered with its proof; what could be a delivery is never signed")
  func challenge() throws {
    let get = { (query: String) in Specimen.delivery([], method: "GET", query: query) }
    let verdict = adapter.receive(get("crc_token=a%2Bb&nonce=1"), now: Specimen.arrival)
    guard case .answered(let answer) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    let proof = Signatures.write(ChatDesk.signature("a consumer secret", over: "a+b"), as: .base64)
    #expect(try JSON(parsing: answer.body)["response_token"] == .string("sha256=\(proof)"))
    for query in ["", "crc_token=", "crc_token=%20%7B%22for_user_id%22%3A%221%22%7D"] {
      #expect(adapter.isRefused(get(query)))
    }
  }

  @Test("direct messages of both APIs: text, name, file, direction")
  func messages() throws {
    let media = #","attachment":{"type":"media","media":{"type":"photo","media_url_https":"https://t.example/x.jpg"}}"#
    let events =
      #""direct_message_events":[\#(Specimen.xMessage(46, more: media)),\#(Specimen.xMessage(47, from: 1, to: 8))]"#
    for (users, read) in [
      (#","users":{"8":{"name":"Ana"}}"#, { try older($0) }),
      (#","users":{"8":{"data":{"name":"Ana"}}}"#, { try newer("dm.received", "{\($0)}") }),
    ] as [(String, (String) throws -> Reading)] {
      let found = try read(events + users).events
      #expect(found.map(\.threadKey) == ["x_dm:1:8", "x_dm:1:8"] && found.map(\.contact.name) == ["Ana", "Ana"])
      #expect(found.map(\.direction) == [.inbound, .outboundEcho] && found.first?.text == "1 < 2")
      #expect(found.first?.attachments.map(\.url) == ["https://t.example/x.jpg"])
      #expect(found.first?.sentAt?.rfc3339 == "2026-08-20T09:00:00.124Z")
    }
  }

  @Test("reading is a receipt, an encrypted chat a sign that somebody wrote, the rest is noted")
  func otherEvents() throws {
    let mark =
      #""direct_message_mark_read_events":[{"created_timestamp":"1787216400000","sender_id":"8","last_read_event_id":"46"}]"#
    #expect(try older(mark).receipts.map(\.externalID) == ["46"])
    let sealed = #"{"id":"e4","sender_id":"8","conversation_id":"8:1","created_at_msec":"1787216400000"}"#
    let chat = try newer("chat.received", sealed).events.first
    #expect(chat?.threadKey == "x_dm:1:8" && chat?.attachments.map(\.kind) == [.unsupported])
    #expect(try newer("hologram.new", "{}").ignored == ["hologram.new"])
    #expect(try older(#""favorite_events":[{"id":"1"}]"#).ignored == ["favorite_events"])
    #expect(
      try newer("dm.received", #"{"direct_message_events":[\#(Specimen.xMessage(1))]}"#, user: "2").events.isEmpty)
    #expect(try older(#""direct_message_events":[\#(Specimen.xMessage(1))]"#, user: "2").events.isEmpty)
  }

  @Test("posts stand where the API says, long ones whole; reposts and our own announcements say nothing")
  func posts() throws {
    let reply = post(
      #""text":"short…","truncated":true,"extended_tweet":{"full_text":"the &amp;lt; long"},"#
        + #""in_reply_to_status_id":41,"in_reply_to_status_id_str":"41""#)
    let found = try older(#""tweet_create_events":[\#(reply)]"#).events.first
    #expect(found?.threadKey == "x_post:1:41" && found?.inReplyTo == ["41"] && found?.text == "the &lt; long")
    #expect(found?.externalID == "1900000000000000307" && found?.contact.name == "Ana")
    let repost = post(#""text":"RT","retweeted_status":{"id_str":"3"}"#)
    let announcement = post(#""text":"news""#, author: "1")
    #expect(try older(#""tweet_create_events":[\#(repost),\#(announcement)]"#).events.isEmpty)
    let answer = post(#""text":"yes","in_reply_to_status_id_str":"41","in_reply_to_user_id_str":"8""#, author: "1")
    let echo = try older(#""tweet_create_events":[\#(answer)]"#).events.first
    #expect(echo?.direction == .outboundEcho && echo?.contact.id == "8")
    for id in [#""40""#, "40"] {
      let newer = try newer("post.reply.create", #"{"id":"47","author_id":"8","conversation_id":\#(id),"text":"hi"}"#)
      #expect(newer.events.first?.threadKey == "x_post:1:40")
    }
    let deleted = try older(
      #""tweet_delete_events":[{"status":{"id":"41","user_id":"8"},"timestamp_ms":"1787216400000"}]"#)
    #expect(deleted.events.map(\.kind) == [.delete] && deleted.events.first?.externalID == "41")
  }

  @Test("answers go by message or by reply, posts in pieces of 280 of weight")
  func sending() throws {
    let given = JSON.object((Specimen.x.settings.members ?? []) + [JSON.Member("access_token", "T")])
    let able = try X(SettingValues.check(given, against: X.settings).values)
    let message = try #require(try ChatDesk.requests(able, ChatDesk.message("hi", thread: "x_dm:1:8")).first)
    #expect(message.url.reveal() == "https://api.x.com/2/dm_conversations/with/8/messages")
    #expect(message.headers["Authorization"] == "Bearer T")
    let long = ChatDesk.message(String(repeating: "文字。", count: 90), thread: "x_post:1:40", inReplyTo: "47")
    let posts = try ChatDesk.bodies(able, long)
    #expect(posts.count == 2 && posts.allSatisfy { $0["reply"]?["in_reply_to_tweet_id"] == "47" })
    #expect(posts.allSatisfy { ($0["text"]?.string?.unicodeScalars.count ?? 999) <= 140 })
    let latin = ChatDesk.message(String(repeating: "a", count: 280), thread: "x_post:1:40")
    #expect(try ChatDesk.bodies(able, latin).map { $0["reply"]?["in_reply_to_tweet_id"] } == ["40"])
    #expect(throws: Unrenderable.self) { try able.render(ChatDesk.message("hi", thread: "x_dm:1")) }
  }

  @Test(
    "answers are told apart",
    arguments: [
      (201, #"{"data":{"dm_conversation_id":"1-8","dm_event_id":"50"}}"#, "accepted 50"),
      (201, #"{"data":{"id":"51","text":"hi"}}"#, "accepted 51"),
      (429, #"{"title":"Too Many Requests"}"#, "retry 900"),
      (403, #"{"title":"Forbidden","detail":"You are not permitted"}"#, "rejected 403"),
      (403, #"{"errors":[{"code":349,"message":"You cannot send messages to this user."}]}"#, "rejected 349"),
      (401, #"{"title":"Unauthorized"}"#, "unauthorized 401"), (503, "", "retry -"), (200, "{}", "retry -"),
    ])
  func answers(status: Int, body: String, expected: String) throws {
    #expect(
      ChatDesk.outcome(try X(SettingValues.check(Specimen.x.settings, against: X.settings).values), status, body)
        == expected)
  }

  @Test("a limit's end is counted from the answer's own date")
  func limits() {
    let headers = Headers([("x-rate-limit-reset", "784111780"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")])
    let outcome = adapter.interpret(.http(status: 429, headers: headers, body: []))
    #expect(outcome == .retry(afterSeconds: 3, reason: "X lets no more through for now (429)"))
  }
}
