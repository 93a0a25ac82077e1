import Channels
import Conversations
import Testing

@Suite("Weibo")
struct WeiboTests {
  private let adapter: any Adapter
  init() throws { adapter = try Specimen.weibo.adapter() }

  @Test("messages are known by who and when, mentions by their key, clicks by both")
  func identifiers() throws {
    let text = try adapter.reading(Specimen.weiboDelivery(#""type":"text","text":"hi","data":{}"#)).events.first
    #expect(text?.externalID == "8:1787216400" && text?.threadKey == "weibo:1:8" && text?.text == "hi")
    #expect(text?.sentAt?.rfc3339 == "2026-08-20T09:00:00Z")
    let mention = try adapter.reading(
      Specimen.weiboDelivery(#""type":"mention","text":"@us","data":{"subtype":"status","key":"345"}"#))
    #expect(mention.events.first?.externalID == "345" && mention.events.first?.attachments.isEmpty == true)
    let click = try adapter.reading(
      Specimen.weiboDelivery(#""type":"event","text":"menu","data":{"subtype":"click","key":"HELP"}"#))
    #expect(click.events.first?.kind == .postback && click.events.first?.text == "HELP")
    #expect(click.events.first?.externalID == "8:1787216400:click")
  }

  @Test("our own words are echoes, other accounts' none of ours, other events only noted")
  func directions() throws {
    let own = #""type":"text","text":"hi""#
    let echo = try adapter.reading(Specimen.weiboDelivery(own, sender: 1, receiver: 8)).events.first
    #expect(echo?.direction == .outboundEcho && echo?.contact.id == "8" && echo?.threadKey == "weibo:1:8")
    #expect(try adapter.reading(Specimen.weiboDelivery(own, sender: 8, receiver: 9)).events.isEmpty)
    let follow = try adapter.reading(Specimen.weiboDelivery(#""type":"event","data":{"subtype":"follow"}"#))
    #expect(follow.events.isEmpty && follow.ignored == ["follow"])
  }

  @Test("contents have their forms; the longitude comes first")
  func contents() throws {
    let own = [
      #""type":"image","data":{"vfid":11,"tovfid":12}"#, #""type":"voice","data":{"tovfid":"13"}"#,
      #""type":"position","data":{"longitude":"116.30","latitude":"39.9"}"#, #""type":"hologram""#,
    ]
    let found = try own.compactMap { try adapter.reading(Specimen.weiboDelivery($0)).events.first?.attachments.first }
    #expect(found.map(\.kind) == [.image, .audio, .location, .unsupported])
    #expect(found.map(\.url) == ["weibo-fid:12", "weibo-fid:13", "geo:39.9,116.30", nil])
  }
}

@Suite("Douyin")
struct DouyinTests {
  private let adapter: any Adapter
  init() throws { adapter = try Specimen.douyin.adapter() }

  private func reading(_ name: String, _ content: String, from: String = "_c8", to: String = "_me") throws -> Reading {
    try adapter.reading(
      Specimen.douyinDelivery(
        #"{"event":"\#(name)","client_key":"aw1","from_user_id":"\#(from)","to_user_id":"\#(to)","content":\#(content)}"#
      ))
  }

  @Test("the handshake gives the challenge back as it came")
  func handshake() throws {
    for challenge in ["12345", #""abc""#] {
      let body = #"{"event":"verify_webhook","client_key":"","content":{"challenge":\#(challenge)}}"#
      let answer = try adapter.reading(Specimen.douyinDelivery(body)).answer
      #expect(answer.body == Array(#"{"challenge":\#(challenge)}"#.utf8))
    }
  }

  @Test("content may be an object or a text of JSON")
  func contentForms() throws {
    let content = #"{"conversation_short_id":"@C1","server_message_id":"@M1","message_type":"text","text":"hi"}"#
    for form in [content, JSON.string(content).description] {
      let event = try reading("im_receive_msg", form).events.first
      #expect(event?.text == "hi" && event?.externalID == "@M1" && event?.threadKey == "douyin:_me:@C1")
    }
    let broken = Specimen.douyinDelivery(#"{"event":"im_receive_msg","content":"{x"}"#)
    #expect(adapter.status(broken) == 400)
  }

  @Test("our own words are echoes; withdrawals, reading and contents have their forms")
  func events() throws {
    let text = #"{"conversation_short_id":"@C1","server_message_id":"@M1","message_type":"text","text":"hi"}"#
    let echo = try reading("im_send_msg", text, from: "_me", to: "_c8").events.first
    #expect(echo?.direction == .outboundEcho && echo?.contact.id == "_c8")
    #expect(try reading("im_recall_msg", text).events.map(\.kind) == [.delete])
    let read = try reading(
      "im_message_read", #"{"conversation_short_id":"@C1","index":"167","read_open_id":"_c8"}"#, from: "_me", to: "_c8")
    #expect(read.receipts.map(\.threadKey) == ["douyin:_me:@C1"] && read.receipts.first?.externalID == nil)
    let image = #"{"server_message_id":"@M2","message_type":"image","resource_url":"https://p.example/x"}"#
    #expect(try reading("im_receive_msg", image).events.first?.attachments.map(\.url) == ["https://p.example/x"])
    let card = try reading("im_receive_msg", #"{"server_message_id":"@M3","message_type":"consult_card"}"#)
    #expect(card.events.first?.attachments.map(\.filename) == ["consult_card"])
    #expect(try reading("im_receive_msg", text, to: "_other").events.isEmpty)
    #expect(try reading("im_enter_direct_msg", text).ignored == ["im_enter_direct_msg"])
  }
}
