import Channels
import Conversations
import Testing

@Suite("Mail as it leaves")
struct EmailSendingTests {
  private let now = Specimen.arrival
  private let settings: [JSON.Member] = [
    JSON.Member("address", "support@example.com"), JSON.Member("display_name", "支付客服 Support"),
    JSON.Member("smtp_host", "smtp.example.com"), JSON.Member("smtp_user", "u"), JSON.Member("smtp_password", "p"),
  ]

  private func adapter(_ more: [JSON.Member] = []) throws -> any Adapter {
    var specimen = Specimen.email
    specimen.settings = .object(settings.filter { own in !more.contains { $0.key == own.key } } + more)
    return try specimen.adapter()
  }

  private func answer(isAutomatic: Bool = false, cc: [String] = [], text: String = "已退款。\nRefunded <soon> & well.")
    -> OutboundMessage
  {
    OutboundMessage(
      outboxID: OutboxID(55), conversation: ConversationID(391),
      threadKey: "email:support@example.com:<m1@example.org>",
      contact: ContactCard(id: "ana@example.org", name: "Ana, W.", email: "ana@example.org"), text: text,
      subject: "退款 refund", inReplyTo: "<m3@example.org>", references: ["<m1@example.org>", "m2@example.com"], cc: cc,
      threadToken: "c391-abcdefghijklmnop", isAutomatic: isAutomatic, now: now)
  }

  private func mail(_ message: OutboundMessage, _ more: [JSON.Member] = []) throws -> MailRequest {
    let requests = try adapter(more).render(message)
    guard case .mail(let request)? = requests.first, requests.count == 1 else { throw Unrenderable("no mail") }
    return request
  }

  @Test("a local part that is not ASCII is refused by name; as a copy it is left out")
  func localParts() throws {
    #expect(
      try mail(answer(cc: ["jürgen@example.org", "bo@example.org"])).recipients == [
        "ana@example.org", "bo@example.org",
      ])
    var message = answer()
    message.contact.email = "jürgen@example.org"
    let refusal = #expect(throws: Unrenderable.self) { try mail(message) }
    #expect(refusal.map { "\($0)" }?.contains("jürgen@example.org") == true)
  }

  /// The mail as a receiver reads it.
  private func read(_ request: MailRequest) throws -> InboundEvent {
    var specimen = Specimen.email
    specimen.settings = ["address": "ana@example.org"]
    let delivery = Specimen.delivery(request.message, door: .lmtp)
    return try #require(try specimen.adapter().reading(delivery).events.first)
  }

  private func head(_ request: MailRequest) -> String {
    let text = String(decoding: request.message, as: UTF8.self).replacing("\r\n ", with: " ")
    return text.split(separator: "\r\n\r\n", maxSplits: 1).first.map(String.init) ?? ""
  }

  @Test("an answer goes where the customer wrote from, threads with what they wrote, and comes back marked")
  func humanAnswer() throws {
    let request = try mail(answer())
    #expect(
      request.server
        == MailServer(host: "smtp.example.com", port: 587, encryption: .starttls, user: "u", password: Secret("p")))
    #expect(
      request.recipients == ["ana@example.org"] && request.sender == "support+c391-abcdefghijklmnop.o55@example.com")
    #expect(request.messageID == "<c391-abcdefghijklmnop.o55@example.com>")
    let event = try read(request)
    #expect(event.externalID == request.messageID && event.inReplyTo == ["<m3@example.org>"])
    #expect(event.mail?.references == ["<m1@example.org>", "<m2@example.com>", "<m3@example.org>"])
    #expect(event.mail?.replyTo == ["support+c391-abcdefghijklmnop@example.com"])
    #expect(event.mail?.from == Mailbox(address: "support@example.com", name: "支付客服 Support"))
    #expect(event.subject == "Re: 退款 refund" && event.text?.trimmingBlanks() == "已退款。\nRefunded <soon> & well.")
    #expect(event.sentAt == Instant(seconds: now.seconds) && !event.flags.autoReply)
    #expect(try mail(answer()).message == request.message)
  }

  @Test("what a machine writes says so, and nothing comes back to it")
  func automaticAnswer() throws {
    let request = try mail(answer(isAutomatic: true, cc: ["bob@example.org"]))
    #expect(request.sender == "" && request.recipients == ["ana@example.org"])
    #expect(head(request).contains("Auto-Submitted: auto-replied"))
    #expect(!head(try mail(answer())).contains("Auto-Submitted"))
    var report = answer(isAutomatic: true)
    report.inReplyTo = nil
    #expect(head(try mail(report)).contains("Auto-Submitted: auto-generated"))
  }

  @Test("copies stay, except ourselves under any mark and the one addressed")
  func copies() throws {
    let cc = [
      "Bob@example.org", "bob@example.org", "Support+c1-x@Example.com", "ANA@example.org", "a@b.cd\r\nBcc: x@y.zz",
      "no",
    ]
    #expect(try mail(answer(cc: cc)).recipients == ["ana@example.org", "Bob@example.org"])
  }

  @Test("a catch-all domain, an id domain, HTML and other ports are a matter of settings")
  func options() throws {
    let request = try mail(
      answer(),
      [
        JSON.Member("reply_domain", "reply.example.com"), JSON.Member("message_id_domain", "desk.example.com"),
        JSON.Member("smtp_encryption", "tls"), JSON.Member("html", true),
      ])
    #expect(request.sender == "c391-abcdefghijklmnop.o55@reply.example.com" && request.server.port == 465)
    #expect(request.messageID?.hasSuffix("@desk.example.com>") == true)
    #expect(String(decoding: request.message, as: UTF8.self).contains("multipart/alternative"))
    #expect(try read(request).text?.trimmingBlanks() == "已退款。\nRefunded <soon> & well.")
    let plain = try mail(answer(), [JSON.Member("plus_addressing", false)])
    #expect(plain.sender == "support@example.com" && !head(plain).contains("\r\nReply-To"))
  }

  @Test("files travel with the mail, up to what the server takes")
  func files() throws {
    var message = answer()
    message.attachments = [
      Conversations.Attachment(kind: .file, filename: "发票.pdf", contentType: "application/pdf", content: [1, 2, 3])
    ]
    let file = try read(mail(message)).attachments.first
    #expect(file?.filename == "发票.pdf" && file?.content == [1, 2, 3])
    message.attachments[0].content = [UInt8](repeating: 7, count: 3000)
    #expect(throws: Unrenderable.self) { try mail(message, [JSON.Member("size_max", 2000)]) }
    message.attachments[0].content = nil
    #expect(throws: Unrenderable.self) { try mail(message) }
  }

  @Test("a subject cannot smuggle headers in, and gets one Re: only")
  func subjects() throws {
    var message = answer()
    message.subject = "x\r\nBcc: evil@example.net"
    #expect(!head(try mail(message)).contains("\r\nBcc"))
    for (subject, expected) in [("RE: a", "RE: a"), ("回复：a", "回复：a"), ("a", "Re: a"), ("  ", "Re: 支付客服 Support")] {
      message.subject = subject
      #expect(try read(mail(message)).subject == expected)
    }
  }

  @Test("answers to a form leave by mail too, without pretending to answer a mail")
  func formAnswer() throws {
    var message = answer()
    (message.inReplyTo, message.references, message.threadKey) = (
      "F-ABCDEFGH", ["F-ABCDEFGH"], "webform:site:F-ABCDEFGH"
    )
    let event = try read(mail(message))
    #expect(event.inReplyTo.isEmpty && event.mail?.references == [] && event.subject == "退款 refund")
  }

  @Test("nobody to write to, and nothing to write with, are said")
  func impossible() throws {
    var message = answer()
    message.contact = ContactCard(id: "+8613800138000")
    #expect(throws: Unrenderable.self) { try mail(message) }
    for setting in ["address", "smtp_host"] {
      let left = settings.filter { $0.key != setting }
      var specimen = Specimen.email
      specimen.settings = .object(left)
      let adapter = try specimen.adapter()
      #expect(throws: Unrenderable.self) { try adapter.render(answer()) }
    }
    #expect(throws: SettingProblem.self) { try adapter([JSON.Member("address", "nobody")]) }
    #expect(throws: SettingProblem.self) { try adapter([JSON.Member("smtp_port", 70_000)]) }
    var specimen = Specimen.email
    specimen.settings = .object(settings.filter { $0.key != "smtp_password" })
    #expect(throws: SettingProblem.self) { try specimen.adapter() }
  }

  @Test(
    "SMTP replies: 2xx taken, 4xx later, 5xx never, in the server's words",
    arguments: [
      (250, "2.0.0 OK", "accepted"), (421, "try later", "retry"), (451, "4.7.1 greylisted", "retry"),
      (550, "5.1.1 <x>: no such user", "5.1.1"), (554, "rejected", "554"), (0, "", "retry"),
    ])
  func replies(code: Int, text: String, expected: String) throws {
    switch try adapter().interpret(.mail(code: code, text: text)) {
    case .accepted: #expect(expected == "accepted")
    case .retry(_, let reason): #expect(expected == "retry" && reason.contains(text))
    case .rejected(let reason, let label): #expect(label == expected && reason == "\(code) \(text)")
    case .unauthorized: Issue.record("taken for a matter of credentials")
    }
  }
}
