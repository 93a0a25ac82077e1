import Channels
import Conversations
import Testing

@Suite("Sending to WeChat, WeCom, Weibo and Douyin")
struct ChinaSendingTests {
  private func adapter<Kind: Adapter>(_ type: Kind.Type, _ settings: JSON) throws -> Kind {
    let given = JSON.object((settings.members ?? []) + [JSON.Member("access_token", "tok/en")])
    return try Kind(SettingValues.check(given, against: Kind.settings).values)
  }

  private func message(_ text: String, thread: String, hoursAgo: Int64? = nil) -> OutboundMessage {
    var message = ChatDesk.message(text, thread: thread)
    if let hoursAgo { message.lastInboundAt = Specimen.arrival.adding(seconds: -hoursAgo * 3600 - 1) }
    return message
  }

  @Test("WeChat gets bytes in pieces, at most five, within 48 hours")
  func weChat() throws {
    let adapter = try adapter(WeChat.self, Specimen.weChatSettings)
    let requests = try ChatDesk.requests(
      adapter, message(String(repeating: "文字。", count: 500), thread: "wechat:gh_1:o8"))
    #expect(requests.count == 3)
    #expect(
      requests.first?.url.reveal()
        == "https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=tok%2Fen")
    for request in requests {
      let body = try JSON(parsing: request.body)
      #expect(body["touser"] == "o8" && (body["text"]?["content"]?.string?.utf8.count ?? 9999) <= 2048)
      #expect(!request.body.contains(UInt8(ascii: "\\")))
    }
    let long = String(repeating: "文字。", count: 2000)
    for refused in [
      message(long, thread: "wechat:gh_1:o8"), message("late", thread: "wechat:gh_1:o8", hoursAgo: 48),
      message("", thread: "wechat:gh_1:o8"), message("whom?", thread: "wechat:gh_1"),
    ] {
      #expect(throws: Unrenderable.self) { try adapter.render(refused) }
    }
    #expect(try adapter.render(message("in time", thread: "wechat:gh_1:o8", hoursAgo: 47)).count == 1)
  }

  @Test("what has been sent since the customer's last word counts towards the five", arguments: [true, false])
  func five(isWeChat: Bool) throws {
    let thread = isWeChat ? "wechat:gh_1:o8" : "wecom_kf:wk1:o8"
    let adapter: any Adapter =
      isWeChat
      ? try adapter(WeChat.self, Specimen.weChatSettings) : try adapter(WeCom.self, Specimen.weComSettings)
    #expect(adapter.window(ofThread: thread).messagesMax == 5)
    var message = message("hi", thread: thread)
    message.sentSinceInbound = 4
    #expect(try adapter.render(message).count == 1)
    message.text = String(repeating: "文字。", count: 300)
    #expect(throws: Unrenderable.self) { try adapter.render(message) }
    (message.text, message.sentSinceInbound) = ("hi", 5)
    let problem = #expect(throws: Unrenderable.self) { try adapter.render(message) }
    #expect(problem?.isWindowClosed == true && problem?.reason.hasPrefix("5 messages") == true)
    (message.sentSinceInbound, message.lastInboundAt) = (0, nil)
    #expect(throws: Unrenderable.self) { try adapter.render(message) }
  }

  @Test("files go as their address; one without is refused")
  func files() throws {
    let adapter = try adapter(WeChat.self, Specimen.weChatSettings)
    let file = Conversations.Attachment(kind: .file, url: "https://a.example/a.pdf")
    let bodies = try ChatDesk.bodies(adapter, ChatDesk.message("see", thread: "wechat:gh_1:o8", attachments: [file]))
    #expect(bodies.map { $0["text"]?["content"]?.string } == ["see\nhttps://a.example/a.pdf"])
    let bytes = Conversations.Attachment(kind: .file, content: [1])
    #expect(throws: Unrenderable.self) {
      try adapter.render(ChatDesk.message("see", thread: "wechat:gh_1:o8", attachments: [bytes]))
    }
  }

  @Test("WeCom writes to colleagues at any time, to customers within 48 hours")
  func weCom() throws {
    let adapter = try adapter(WeCom.self, Specimen.weComSettings)
    let inside = try ChatDesk.requests(adapter, message("hi", thread: "wecom:ww7:1000002:lin", hoursAgo: 500))
    #expect(inside.first?.url.reveal().hasSuffix("/cgi-bin/message/send?access_token=tok%2Fen") == true)
    let body = try JSON(parsing: inside.first?.body ?? [])
    #expect(body["agentid"]?.int == 1_000_002 && body["touser"] == "lin" && body["text"]?["content"] == "hi")
    let outside = try ChatDesk.requests(adapter, message("hi", thread: "wecom_kf:wk1:wm8", hoursAgo: 1))
    #expect(outside.first?.url.reveal().contains("/cgi-bin/kf/send_msg?") == true)
    #expect(try JSON(parsing: outside.first?.body ?? [])["open_kfid"] == "wk1")
    #expect(throws: Unrenderable.self) {
      try adapter.render(message("hi", thread: "wecom_kf:wk1:wm8", hoursAgo: 48))
    }
  }

  @Test("Weibo gets a form with JSON in it, in pieces of less than 300 characters")
  func weibo() throws {
    let adapter = try adapter(Weibo.self, Specimen.weibo.settings)
    let requests = try ChatDesk.requests(adapter, message(String(repeating: "好", count: 400), thread: "weibo:1:8"))
    #expect(requests.count == 2)
    for request in requests {
      let form = try #require(FormFields(urlEncoded: request.body))
      let text = try JSON(parsing: Array((form["data"] ?? "").utf8))["text"]?.string
      #expect(form["receiver_id"] == "8" && form["type"] == "text" && (1..<300).contains(text?.count ?? 0))
    }
  }

  @Test("Weibo lets nothing through after 48 hours")
  func weiboWindow() throws {
    let adapter = try adapter(Weibo.self, Specimen.weibo.settings)
    #expect(try adapter.render(message("hi", thread: "weibo:1:8", hoursAgo: 47)).count == 1)
    #expect(throws: Unrenderable.self) { try adapter.render(message("hi", thread: "weibo:1:8", hoursAgo: 48)) }
  }

  @Test("Douyin gets answers only")
  func douyin() throws {
    let adapter = try adapter(Douyin.self, Specimen.douyin.settings)
    var answer = ChatDesk.message("hi", thread: "douyin:_me:@C1", inReplyTo: "@M1")
    answer.contact = ContactCard(id: "_c8")
    let request = try #require(try ChatDesk.requests(adapter, answer).first)
    #expect(request.headers["access-token"] == "tok/en" && request.url.reveal().contains("open_id=_me"))
    let body = try JSON(parsing: request.body)
    #expect(body["msg_id"] == "@M1" && body["to_user_id"] == "_c8" && body["content"]?["text"]?["text"] == "hi")
    answer.lastInboundAt = Specimen.arrival.adding(seconds: -86_401)
    #expect(throws: Unrenderable.self) { try adapter.render(answer) }
    answer.lastInboundAt = nil
    #expect(throws: Unrenderable.self) { try adapter.render(answer) }
    (answer.lastInboundAt, answer.inReplyTo) = (Specimen.arrival, nil)
    #expect(throws: Unrenderable.self) { try adapter.render(answer) }
  }

  @Test(
    "answers are told apart",
    arguments: [
      ("wechat", #"{"errcode":0,"errmsg":"ok"}"#, "accepted -"),
      ("wechat", #"{"errcode":45015,"errmsg":"response out of time limit"}"#, "rejected 45015"),
      ("wechat", #"{"errcode":42001,"errmsg":"access_token expired"}"#, "unauthorized 42001"),
      ("wechat", #"{"errcode":-1,"errmsg":"system error"}"#, "retry 10"),
      ("wechat", #"{"errcode":98765}"#, "rejected 98765"), ("wechat", "<html>", "retry -"),
      ("wecom", #"{"errcode":0,"msgid":"K1"}"#, "accepted K1"),
      ("wecom", #"{"errcode":0,"msgid":"K1","invaliduser":"lin"}"#, "rejected 81013"),
      ("wecom", #"{"errcode":95001}"#, "rejected 95001"),
      ("weibo", #"{"result":true,"receiver_id":8,"type":"text"}"#, "accepted -"),
      ("weibo", #"{"error_code":10023,"error":"User requests out of rate limit"}"#, "retry 3600"),
      ("weibo", #"{"error_code":20003,"error":"User does not exists!"}"#, "rejected 20003"),
      ("douyin", #"{"data":{"error_code":0,"msg_id":"@M9"},"extra":{"error_code":0}}"#, "accepted @M9"),
      ("douyin", #"{"data":{"error_code":2190008,"description":"token expired"}}"#, "unauthorized 2190008"),
      ("douyin", #"{"err_no":2190004,"err_msg":"no permission"}"#, "rejected 2190004"),
    ])
  func answers(kind: String, body: String, expected: String) throws {
    switch kind {
    case "wechat": #expect(ChatDesk.outcome(try adapter(WeChat.self, Specimen.weChatSettings), 200, body) == expected)
    case "wecom": #expect(ChatDesk.outcome(try adapter(WeCom.self, Specimen.weComSettings), 200, body) == expected)
    case "weibo": #expect(ChatDesk.outcome(try adapter(Weibo.self, Specimen.weibo.settings), 200, body) == expected)
    default: #expect(ChatDesk.outcome(try adapter(Douyin.self, Specimen.douyin.settings), 200, body) == expected)
    }
  }
}
