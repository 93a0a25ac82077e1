import Channels
import Conversations
import Testing

@Suite("What Meta is sent")
struct MetaSendingTests {
  private let now = Specimen.arrival

  private func adapter(_ specimen: Specimen, _ more: [JSON.Member]) throws -> any Adapter {
    var copy = specimen
    copy.settings = .object((specimen.settings.members ?? []) + more)
    return try copy.adapter()
  }

  private func messenger(_ more: [JSON.Member] = []) throws -> any Adapter {
    try adapter(.messenger, [JSON.Member("page_access_token", "T&K")] + more)
  }

  private func message(
    _ text: String, thread: String = "messenger:100:7", contact: String? = "7", age: Int64? = 60,
    isAutomatic: Bool = false,
    inReplyTo: String? = nil, attachments: [Conversations.Attachment] = []
  ) -> OutboundMessage {
    OutboundMessage(
      outboxID: OutboxID(5), conversation: ConversationID(9), threadKey: thread, contact: ContactCard(id: contact),
      text: text, attachments: attachments, inReplyTo: inReplyTo, isAutomatic: isAutomatic,
      lastInboundAt: age.map { now.adding(seconds: -$0) }, now: now)
  }

  private func calls(_ requests: [OutboundRequest]) throws -> [HTTPRequest] {
    try requests.map { request in
      guard case .http(let call) = request else { throw Unrenderable("no HTTP request") }
      return call
    }
  }

  private func call(_ requests: [OutboundRequest]) throws -> (url: String, body: JSON) {
    let call = try #require(try calls(requests).first)
    #expect(call.method == "POST" && call.headers["Content-Type"] == "application/json" && requests.count == 1)
    return (call.url.reveal(), try JSON(parsing: call.body))
  }

  @Test("a private answer within 24 hours")
  func response() throws {
    let (url, body) = try call(try messenger().render(message("你好")))
    #expect(url == "https://graph.facebook.com/v26.0/me/messages?access_token=T%26K")
    #expect(body == ["recipient": ["id": "7"], "messaging_type": "RESPONSE", "message": ["text": "你好"]])
  }

  @Test(
    "the window closes for machines after 24 hours, for people after 7 days",
    arguments: [
      (86_399, "RESPONSE", "RESPONSE"), (86_400, "RESPONSE", "RESPONSE"), (86_401, "MESSAGE_TAG", "closed"),
      (604_799, "MESSAGE_TAG", "closed"), (604_800, "MESSAGE_TAG", "closed"), (604_801, "closed", "closed"),
    ])
  func window(age: Int64, human: String, machine: String) throws {
    for (isAutomatic, expected) in [(false, human), (true, machine)] {
      let message = message("x", age: age, isAutomatic: isAutomatic)
      if expected == "closed" {
        #expect(throws: Unrenderable.self) { try messenger().render(message) }
      } else {
        let (_, body) = try call(try messenger().render(message))
        #expect(body["messaging_type"]?.string == expected)
        #expect(body["tag"]?.string == (expected == "MESSAGE_TAG" ? "HUMAN_AGENT" : nil))
      }
    }
    let plain = try messenger([JSON.Member("human_agent", false)])
    if age > 86_400 { #expect(throws: Unrenderable.self) { try plain.render(message("x", age: age)) } }
  }

  @Test("long texts leave in several calls, in order, and files after them")
  func parts() throws {
    let text = String(repeating: "很抱歉让您久等了。", count: 500)
    let photo = Conversations.Attachment(kind: .image, filename: "a.png", contentType: "image/png", content: [1, 2, 3])
    let requests = try calls(try messenger().render(message(text, attachments: [photo])))
    #expect(requests.count == 4)
    let texts = try requests.dropLast().map { try JSON(parsing: $0.body)["message"]?["text"]?.string ?? "" }
    #expect(texts.joined() == text && texts.allSatisfy { $0.hasSuffix("。") && $0.utf16.count <= 2000 })
    let upload = try #require(requests.last)
    let form = try Multipart.fields(upload.body, contentType: try #require(upload.headers["Content-Type"]))
    #expect(form["recipient"] == #"{"id":"7"}"# && form["messaging_type"] == "RESPONSE")
    #expect(form["message"] == #"{"attachment":{"type":"image","payload":{}}}"#)
    #expect(form.fields.last?.bytes == [1, 2, 3] && form.fields.last?.filename == "a.png")
  }

  @Test("comments are answered under the comment, on Instagram under the first one")
  func comments() throws {
    let page = try adapter(.facebookComments, [JSON.Member("page_access_token", "T")])
    let thread = "facebook_comment:100:100_1:1_2"
    var (url, body) = try call(
      try page.render(message("Yes", thread: thread, contact: "9", age: nil, inReplyTo: "1_7")))
    #expect(url == "https://graph.facebook.com/v26.0/1_7/comments?access_token=T" && body == ["message": "Yes"])
    (url, body) = try call(try page.render(message("Hi", age: 60)))
    #expect(url.contains("/me/messages?"))
    let instagram = try adapter(
      .instagram, [JSON.Member("page_access_token", "T"), JSON.Member("api_base", "https://graph.instagram.com/")])
    (url, body) = try call(
      try instagram.render(message("Yes", thread: "instagram_comment:200:300:301", contact: "9", inReplyTo: "305")))
    #expect(url == "https://graph.instagram.com/v26.0/301/replies?access_token=T")
  }

  @Test("Instagram counts bytes")
  func instagramBytes() throws {
    let instagram = try adapter(.instagram, [JSON.Member("page_access_token", "T")])
    let text = String(repeating: "好", count: 700)
    let requests = try calls(try instagram.render(message(text, thread: "instagram:200:8", contact: "8")))
    #expect(requests.count == 3)
  }

  @Test("WhatsApp: text with the message it answers, token in the header")
  func whatsApp() throws {
    let whatsApp = try adapter(.whatsApp, [JSON.Member("access_token", "T")])
    let requests = try whatsApp.render(
      message("好的", thread: "whatsapp:400:86138", contact: "86138", inReplyTo: "wamid.1"))
    let (url, body) = try call(requests)
    #expect(url == "https://graph.facebook.com/v26.0/400/messages")
    #expect(try calls(requests)[0].headers["Authorization"] == "Bearer T")
    #expect(
      body == [
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "86138", "type": "text",
        "text": ["body": "好的"], "context": ["message_id": "wamid.1"],
      ])
    let group = try call(try whatsApp.render(message("x", thread: "whatsapp:400:group:g:1", contact: "86138"))).body
    let named = try call(try whatsApp.render(message("x", thread: "whatsapp:400:CN.9", contact: "CN.9"))).body
    #expect(named["recipient"]?.string == "CN.9" && named["to"] == nil)
    #expect(group["recipient_type"]?.string == "group" && group["to"]?.string == "g:1")
  }

  @Test("WhatsApp outside the window needs a template, and a person behind it")
  func whatsAppTemplate() throws {
    let late = message("第一行\n第二行", thread: "whatsapp:400:86138", contact: "86138", age: 86_401)
    let plain = try adapter(.whatsApp, [JSON.Member("access_token", "T")])
    #expect(throws: Unrenderable.self) { try plain.render(late) }
    let ready = try adapter(
      .whatsApp,
      [
        JSON.Member("access_token", "T"), JSON.Member("window_template", "answer"),
        JSON.Member("window_template_language", "zh_CN"),
      ])
    let template = try call(try ready.render(late)).body["template"]
    #expect(template?["name"]?.string == "answer" && template?["language"]?["code"]?.string == "zh_CN")
    #expect(template?["components"]?[0]?["parameters"]?[0]?["text"]?.string == "第一行 第二行")
    var automatic = late
    automatic.isAutomatic = true
    #expect(throws: Unrenderable.self) { try ready.render(automatic) }
  }

  @Test("nothing is not sent")
  func empty() throws {
    #expect(throws: Unrenderable.self) { try messenger().render(message(" \n")) }
    let page = try adapter(.facebookComments, [JSON.Member("page_access_token", "T")])
    #expect(throws: Unrenderable.self) { try page.render(message("", thread: "facebook_comment:1:2:3")) }
  }

  @Test(
    "errors come in the provider's words, and only those that pass are tried again",
    arguments: [
      (400, 4, nil, true), (400, 613, nil, true), (400, 130_429, nil, true), (400, 131_056, nil, true),
      (400, 131_047, nil, false), (400, 10, 2_018_278, false), (400, 100, nil, false),
      (503, 9999, nil, true), (429, nil, nil, true), (403, 200, nil, false), (400, 9999, nil, false),
    ] as [(Int, Int?, Int?, Bool)])
  func errors(status: Int, code: Int?, subcode: Int?, isTemporary: Bool) throws {
    let error: JSON = ["message": "(#1) no", "code": JSON(code), "error_subcode": JSON(subcode)]
    let response = OutboundResponse.http(
      status: status, headers: Headers([("retry-after", "17")]), body: JSON.object([JSON.Member("error", error)]).bytes)
    switch try messenger().interpret(response) {
    case .retry(let after, let reason): #expect(isTemporary && after == 17 && reason.hasPrefix("(#1) no"))
    case .rejected(let reason, let label):
      #expect(!isTemporary && reason.contains("(#1) no"))
      #expect(label == subcode.map { "\(code ?? 0)/\($0)" } ?? code.map { String($0) })
    case .accepted: Issue.record("accepted")
    case .unauthorized: Issue.record("taken for a matter of credentials")
    }
  }

  @Test("an expired token is a matter of the channel, whatever status it comes with", arguments: [400, 401, 500])
  func expiredToken(status: Int) throws {
    let error: JSON = ["error": ["message": "Session has expired", "code": 190, "error_subcode": 463]]
    let response = OutboundResponse.http(status: status, headers: Headers(), body: error.bytes)
    #expect(
      try messenger().interpret(response)
        == .unauthorized(reason: "Session has expired (190/463)", code: "190/463"))
  }

  @Test("an accepted message has the provider's id; a page that is no answer is tried again")
  func accepted() throws {
    let answer = { (body: String) in OutboundResponse.http(status: 200, headers: Headers(), body: Array(body.utf8)) }
    let messenger = try messenger()
    #expect(messenger.interpret(answer(#"{"recipient_id":"7","message_id":"m_9"}"#)) == .accepted(providerID: "m_9"))
    let whatsApp = try Specimen.whatsApp.adapter()
    #expect(whatsApp.interpret(answer(#"{"messages":[{"id":"wamid.9"}]}"#)) == .accepted(providerID: "wamid.9"))
    let page = try Specimen.facebookComments.adapter()
    #expect(page.interpret(answer(#"{"id":"1_9"}"#)) == .accepted(providerID: "1_9"))
    guard case .retry = messenger.interpret(answer("<html>")) else {
      Issue.record("taken for an answer")
      return
    }
  }

  @Test("a token never shows in what is printed")
  func secrecy() throws {
    let messenger = try messenger()
    let requests = try messenger.render(message("x"))
    #expect(!"\(requests)".contains("T%26K") && !"\(messenger)".contains("T&K"))
  }
}
