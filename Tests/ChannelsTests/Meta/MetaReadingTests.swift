import Channels
import Conversations
import Testing

@Suite("What Meta's webhooks say")
struct MetaReadingTests {
  private func reading(_ specimen: Specimen, _ body: String) throws -> Reading {
    try specimen.adapter().reading(Specimen.metaDelivery(body))
  }

  private func messaging(_ items: String) throws -> Reading {
    try reading(.messenger, #"{"object":"page","entry":[{"id":"100","messaging":[\#(items)]}]}"#)
  }

  private func message(_ content: String, from: String = "7", to: String = "100") -> String {
    #"{"sender":{"id":"\#(from)"},"recipient":{"id":"\#(to)"},"timestamp":1787216400123,\#(content)}"#
  }

  private func whatsApp(_ message: String) throws -> Reading {
    try reading(
      .whatsApp,
      #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"metadata":"#
        + #"{"phone_number_id":"400"},"contacts":[{"profile":{"name":"Lin"},"wa_id":"86138","user_id":"CN.9"}],"#
        + #""messages":[\#(message)]}}]}]}"#)
  }

  @Test("the handshake gives the challenge back as plain text, to nobody without the token")
  func handshake() throws {
    let adapter = try Specimen.messenger.adapter()
    let answer = { (query: String) -> Answer? in
      let delivery = Specimen.delivery([], method: "GET", query: query)
      guard case .answered(let answer) = adapter.receive(delivery, now: Specimen.arrival) else { return nil }
      return answer
    }
    let good = answer("hub.verify_token=a+verify%20token&hub.challenge=%3Cb%3E&hub.mode=subscribe")
    #expect(good?.body == Array("<b>".utf8) && good?.headers["Content-Type"]?.hasPrefix("text/plain") == true)
    for query in [
      "", "hub.mode=subscribe&hub.challenge=1", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=a+verify+toke",
      "hub.mode=x&hub.challenge=1&hub.verify_token=a+verify+token",
      "hub.mode=subscribe&hub.verify_token=a+verify+token",
    ] { #expect(answer(query) == nil, "\(query)") }
  }

  @Test("two app secrets count while one is rotated")
  func rotation() throws {
    var settings = Specimen.metaSettings
    settings[0] = JSON.Member("app_secret", ["another secret", .string(Specimen.metaSecret.reveal())])
    let specimen = Specimen(
      kind: Messenger.kind, proof: .none, settings: .object(settings + [JSON.Member("page_id", "100")]), deliveries: [])
    for delivery in Specimen.messenger.deliveries { _ = try specimen.adapter().reading(delivery) }
  }

  @Test("a message names its thread, its time, what it answers and its attachments")
  func messenger() throws {
    let reading = try Specimen.messenger.adapter().reading(Specimen.messenger.deliveries[0])
    let event = try #require(reading.events.first)
    #expect(event.threadKey == "messenger:100:7" && event.contact == ContactCard(id: "7") && event.text == "你好")
    #expect(event.sentAt?.rfc3339 == "2026-08-20T09:00:00.123Z" && event.inReplyTo == ["m_0"])
    #expect(event.attachments == [Attachment(kind: .image, url: "https://cdn.example/a.png")])
    #expect(
      reading.receipts == [
        Receipt(externalID: nil, threadKey: "messenger:100:7", status: .read, at: Instant(seconds: 1_787_216_400))
      ])
  }

  @Test("what our side wrote is an echo, and the contact is the other side", arguments: [#""is_echo":true,"#, ""])
  func echoes(flag: String) throws {
    let event = try messaging(message(#""message":{\#(flag)"mid":"m","text":"ok"}"#, from: "100", to: "7")).events.first
    #expect(event?.direction == .outboundEcho && event?.contact.id == "7" && event?.threadKey == "messenger:100:7")
  }

  @Test("edits, reactions and deletions carry the id of the message they touch")
  func changes() throws {
    let events = try messaging(
      [
        message(#""message_edit":{"mid":"m_1","text":"new","num_edit":"2"}"#),
        message(#""reaction":{"mid":"m_2","action":"react","emoji":"👍"}"#),
        message(#""reaction":{"mid":"m_2","action":"unreact","emoji":"👍"}"#),
        message(#""message":{"mid":"m_3","is_deleted":true,"text":"x"}"#),
      ].joined(separator: ",")
    ).events
    #expect(events.map(\.kind) == [.edit, .reaction, .reaction, .delete])
    #expect(events.map(\.externalID) == ["m_1", "m_2", "m_2", "m_3"])
    #expect(events.map(\.text) == ["new", "👍", "", nil])
  }

  @Test("a pressed button says its title, or its data; old ones have no id")
  func postbacks() throws {
    let events = try messaging(
      message(#""postback":{"mid":"m","title":"Start","payload":"GO"}"#) + ","
        + message(#""postback":{"payload":"GO"}"#) + ","
        + message(#""postback":{"mid":"n","title":"","payload":"GO"}"#)
    ).events
    #expect(events.map(\.text) == ["Start", "GO", "GO"] && events.allSatisfy { $0.kind == .postback })
    #expect(events.map(\.externalID) == ["m", "7:1787216400123", "n"])
  }

  @Test("the same receipt twice in one delivery is told once")
  func repeatedReceipts() throws {
    let delivered = message(#""delivery":{"mids":["m1","m2"],"watermark":1787216400000}"#)
    #expect(try messaging(delivered + "," + delivered).tidied().receipts.map(\.externalID) == ["m1", "m2"])
  }

  @Test("one broken item costs none of its neighbours")
  func neighbours() throws {
    let items = [
      message(#""message":{"mid":"1","text":"a"}"#), #"{"message":{"mid":"2","text":"no sender"}}"#, "7", "null",
      message(#""message":{"text":"no id"}"#), message(#""take_thread_control":{}"#),
      message(#""message":{"mid":"3","text":"b"}"#),
    ]
    let reading = try messaging(items.joined(separator: ","))
    #expect(reading.events.map(\.externalID) == ["1", "3"])
    #expect(reading.ignored.count == 5 && reading.ignored.contains("take_thread_control"))
  }

  @Test("attachments of every kind have a word of ours; new ones are kept as unsupported")
  func attachments() throws {
    let list = #"""
      {"type":"fallback","url":"https://e.org/p","title":"P"},{"type":"location","title":"Here","payload":{"coordinates":
      {"lat":1.20,"long":-3}}},{"type":"image","payload":{"url":"https://e.org/s","sticker_id":3692392632}},
      {"type":"sticker","payload":{"url":"https://e.org/s","sticker_id":3692392632}},{"type":"hologram"},{"x":1}
      """#
    let found = try messaging(message(#""message":{"mid":"m","attachments":[\#(list)]}"#)).events.first?.attachments
    #expect(
      found == [
        Attachment(kind: .link, filename: "P", url: "https://e.org/p"),
        Attachment(kind: .location, filename: "Here", url: "geo:1.20,-3"),
        Attachment(kind: .sticker, url: "https://e.org/s"), Attachment(kind: .unsupported, filename: "hologram"),
      ])
  }

  @Test("comments keep to the thread of their first comment, own ones are echoes")
  func comments() throws {
    let change = { (own: String) in
      #"{"field":"feed","value":{"item":"comment","post_id":"100_1","created_time":1787216400,"message":"x",\#(own)}}"#
    }
    let reading = try reading(
      .facebookComments,
      #"{"object":"page","entry":[{"id":"100","changes":["#
        + [
          change(#""verb":"add","comment_id":"1_2","parent_id":"100_1","from":{"id":"9","name":"Ana"}"#),
          change(#""verb":"add","comment_id":"1_3","parent_id":"1_2","from":{"id":"100","name":"Shop"}"#),
          change(#""verb":"remove","comment_id":"1_2","parent_id":"100_1""#),
          change(#""verb":"hide","comment_id":"1_2","parent_id":"100_1""#),
        ].joined(separator: ",") + "]}]}")
    #expect(Set(reading.events.map(\.threadKey)) == ["facebook_comment:100:100_1:1_2"])
    #expect(reading.events.map(\.kind) == [.message, .message, .delete])
    #expect(reading.events.map(\.direction) == [.inbound, .outboundEcho, .inbound])
    #expect(reading.events.map(\.inReplyTo) == [["100_1"], ["1_2"], ["100_1"]])
    #expect(reading.ignored == ["feed comment"])
  }

  @Test("a visitor's post opens a thread of its own; the page's own posts open none")
  func posts() throws {
    let post = { (author: String) in
      #"{"object":"page","entry":[{"id":"100","changes":[{"field":"feed","value":{"item":"photo","verb":"add","#
        + #""post_id":"100_5","from":{"id":"\#(author)"},"created_time":1787216400,"link":"https://e.org/x.jpg"}}]}]}"#
    }
    let event = try #require(try reading(.facebookComments, post("9")).events.first)
    #expect(event.threadKey == "facebook_comment:100:100_5:100_5" && event.externalID == "100_5")
    #expect(event.attachments == [Attachment(kind: .image, url: "https://e.org/x.jpg")])
    #expect(try reading(.facebookComments, post("100")).events.isEmpty)
    let untimed = post("9").replacing(#","created_time":1787216400"#, with: "")
      .replacing(#""id":"100","changes""#, with: #""id":"100","time":1787216460,"changes""#)
    #expect(try reading(.facebookComments, untimed).events.first?.sentAt?.rfc3339 == "2026-08-20T09:01:00Z")
  }

  @Test("Instagram: comments use the entry's time, direct messages their own, test deliveries are read too")
  func instagram() throws {
    let reading = try Specimen.instagram.adapter().reading(Specimen.instagram.deliveries[0])
    #expect(reading.events.map(\.threadKey) == ["instagram:200:8", "instagram_comment:200:300:301"])
    #expect(
      reading.events.last?.sentAt == Instant(seconds: 1_787_216_400) && reading.events.last?.contact.name == "ana")
    let test = try self.reading(
      .instagram,
      #"{"object":"instagram","entry":[{"id":"200","changes":[{"field":"messages","value":{"sender":{"id":"8"},"#
        + #""recipient":{"id":"200"},"timestamp":"1787216400","message":{"mid":"x","text":"test"}}}]}]}"#)
    #expect(test.events.first?.text == "test")
  }

  @Test("WhatsApp finds the writer by number or by business-scoped id")
  func whatsAppPeople() throws {
    let events = try whatsApp(
      #"{"from":"86138","from_user_id":"CN.9","id":"1","type":"text","text":{"body":"a"}},"#
        + #"{"from_user_id":"CN.9","id":"2","type":"text","text":{"body":"b"}},"#
        + #"{"from":"86138","group_id":"g","id":"3","type":"text","text":{"body":"c"}}"#
    ).events
    #expect(events.map(\.threadKey) == ["whatsapp:400:86138", "whatsapp:400:CN.9", "whatsapp:400:group:g"])
    #expect(events.map(\.contact.name) == ["Lin", "Lin", "Lin"] && events[1].contact.phone == nil)
    #expect(events.map(\.contact.otherID) == ["CN.9", nil, "CN.9"])
  }

  @Test("WhatsApp: edits, revocations, answers and files")
  func whatsAppContent() throws {
    let events = try whatsApp(
      #"{"from":"86138","id":"1","type":"edit","edit":{"original_message_id":"0","message":{"type":"image","image":"#
        + #"{"id":"5","caption":"c","mime_type":"image/jpeg","sha256":"/w=="}}}},"#
        + #"{"from":"86138","id":"2","type":"revoke","revoke":{"original_message_id":"0"}},"#
        + #"{"from":"86138","id":"3","type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b"}}},"#
        + #"{"from":"86138","id":"4","type":"poll","poll":{}},{"from":"86138","id":"5","type":"system","system":{}},"#
        + #"{"from":"86138","id":"6","type":"edit","edit":{"original_message_id":"0","message":{"type":"edit"}}}"#
    ).events
    #expect(events.map(\.kind) == [.edit, .delete, .postback, .message])
    #expect(events.map(\.externalID) == ["0", "0", "3", "4"] && events.map(\.text) == ["c", nil, "b", nil])
    #expect(events[0].attachments.first?.url == "whatsapp-media:5" && events[0].attachments.first?.sha256 == "ff")
    #expect(events[3].attachments == [Attachment(kind: .unsupported, filename: "poll")])
  }

  @Test("a WhatsApp call that ended began its length before")
  func whatsAppCalls() throws {
    let event = try #require(try Specimen.whatsApp.adapter().reading(Specimen.whatsApp.deliveries[1]).events.first)
    #expect(event.kind == .call && event.contact.phone == "+8613800138000")
    #expect(
      event.call
        == CallRecord(
          from: "+8613800138000", to: "+15550783881", startedAt: Instant(seconds: 1_787_216_388), durationSeconds: 42,
          disposition: .completed))
  }

  @Test("other accounts and other objects are acknowledged and left alone")
  func others() throws {
    let other = try reading(.messenger, #"{"object":"page","entry":[{"id":"1","messaging":[{}]},7]}"#)
    #expect(other.events.isEmpty && other.ignored == ["other account", "other account"])
    #expect(try reading(.messenger, #"{"object":"user","entry":[]}"#).ignored == ["object user"])
  }
}
