import Conversations
import Mail

/// Writes answers as mails.
struct EmailWriter: Sendable {
  static let settings: [Setting] = [
    Setting("smtp_host", .text, forSending: true, help: "the server that takes outgoing mail"),
    Setting("smtp_port", .integer, help: "its port; by default 465 for tls, 587 for starttls, 25 for none"),
    Setting(
      "smtp_encryption", .choice(["tls", "starttls", "none"]), default: "starttls",
      help: "how the way there is protected"),
    Setting("smtp_user", .text, help: "name to log in with, if the server wants one"),
    Setting("smtp_password", .secret, help: "password to log in with"),
    Setting(
      "plus_addressing", .flag, default: true,
      help: "whether local+anything@domain reaches the mailbox: answers then find their conversation by a signed mark"),
    Setting(
      "reply_domain", .text, help: "a domain of which every address reaches the mailbox, used instead of plus addresses"
    ),
    Setting("message_id_domain", .text, help: "right side of Message-IDs; by default the address's domain"),
    Setting("html", .flag, default: true, help: "whether answers carry an HTML form beside the plain text"),
    Setting(
      "thread_mark", .choice(ThreadMarking.allCases.map(\.rawValue)), default: "auto",
      help:
        "the conversation's signed mark at the end of answers, for when headers are lost: auto hides it in the HTML "
        + "form and shows it in the plain text only where the reply address has none"),
    Setting("size_max", .integer, default: 25_000_000, help: "largest mail the server takes, in bytes"),
  ]

  let address: String?
  private let displayName: String?
  private let server: MailServer?
  private let usesPlus: Bool
  let replyDomain: String?
  private let idDomain: String?
  private let addsHTML: Bool
  private let marking: ThreadMarking
  private let sizeMax: Int

  init(_ values: SettingValues, address: String?) throws(SettingProblem) {
    self.address = address
    displayName = values.text("display_name")
    server = try Self.server(values)
    usesPlus = values.flag("plus_addressing")
    replyDomain = values.text("reply_domain")
    idDomain = values.text("message_id_domain") ?? address?.split(separator: "@").last.map(String.init)
    addsHTML = values.flag("html")
    marking = values.text("thread_mark").flatMap { ThreadMarking(rawValue: $0) } ?? .auto
    sizeMax = try values.positive("size_max")
  }

  private static func server(_ values: SettingValues) throws(SettingProblem) -> MailServer? {
    guard let host = values.text("smtp_host") else { return nil }
    let encryption = values.text("smtp_encryption").flatMap { MailServer.Encryption(rawValue: $0) } ?? .starttls
    let ports: [MailServer.Encryption: Int] = [.tls: 465, .starttls: 587, .none: 25]
    let port = values.integer("smtp_port") ?? ports[encryption] ?? 587
    guard (1...65_535).contains(port) else { throw SettingProblem("smtp_port", "must be between 1 and 65535") }
    let (user, password) = (values.text("smtp_user"), values.secret("smtp_password"))
    guard (user == nil) == (password == nil) else {
      throw SettingProblem("smtp_password", "and smtp_user belong together: give both or none")
    }
    return MailServer(host: host, port: port, encryption: encryption, user: user, password: password)
  }

  func request(_ message: OutboundMessage) throws(Unrenderable) -> MailRequest {
    guard let address else { throw Unrenderable("the channel cannot send: `address` is not set") }
    guard let server, let idDomain else { throw Unrenderable("the channel cannot send: `smtp_host` is not set") }
    guard let written = EmailAddress.plausible(message.contact.email ?? message.contact.id) else {
      throw Unrenderable("the customer has no e-mail address")
    }
    guard EmailText.hasASCIILocalPart(written) else {
      throw Unrenderable("the part of \(written) before the @ is not ASCII: the way there may not carry it (RFC 6531)")
    }
    guard let recipient = MailComposer.withASCIIDomain(written) else {
      throw Unrenderable("the domain of \(written) cannot be written in ASCII (RFC 5891)")
    }
    let marks = MarkedAddresses(message, address: address, usesPlus: usesPlus, replyDomain: replyDomain)
    let draft = try draft(message, from: address, to: recipient, replyTo: marks.reply, idDomain: idDomain)
    let bytes: [UInt8]
    do { bytes = try MailComposer.compose(draft) } catch { throw Unrenderable(error.description) }
    guard bytes.count <= sizeMax else {
      throw Unrenderable("the mail has \(bytes.count) bytes, the server takes \(sizeMax): send fewer or smaller files")
    }
    return MailRequest(
      server: server,
      // RFC 3834 §3.3: nothing may bounce back to, or answer, what a machine wrote.
      sender: message.isAutomatic ? "" : marks.bounce ?? address,
      recipients: [recipient] + draft.cc.map(\.address), message: bytes, messageID: "<\(draft.messageID)>")
  }

  private func draft(
    _ message: OutboundMessage, from address: String, to recipient: String, replyTo: String?, idDomain: String
  ) throws(Unrenderable) -> MailDraft {
    let answered = EmailText.messageID(message.inReplyTo)
    let references = EmailText.references(message.references, answered: answered)
    let mark = marking == .none ? nil : message.threadToken
    let showsMark = marking == .visible || replyTo == nil
    return MailDraft(
      from: MailAddress(address: address, name: displayName),
      to: [MailAddress(address: recipient, name: message.contact.name)],
      cc: message.isAutomatic ? [] : copies(message.cc, but: [address.lowercased(), recipient.lowercased()]),
      replyTo: replyTo.map { [MailAddress(address: $0, name: displayName)] } ?? [],
      subject: EmailText.subject(message.subject, isAnswer: answered != nil, fallback: displayName ?? address),
      text: EmailText.plain(message.text, mark: showsMark ? mark : nil),
      html: addsHTML
        ? EmailHTML.page(message.html ?? EmailHTML.paragraph(message.text), mark: mark, isMarkSeen: showsMark) : nil,
      attachments: try message.attachments.map(attachment),
      messageID: "\(message.threadToken.map { "\($0)." } ?? "")o\(message.outboxID)@\(idDomain)", inReplyTo: answered,
      references: references, date: message.now.microseconds,
      extraHeaders: extraHeaders(message, isAnswer: answered != nil, address: address),
      boundarySeed: "o\(message.outboxID)")
  }

  private func extraHeaders(_ message: OutboundMessage, isAnswer: Bool, address: String) -> [MailDraft.ExtraHeader] {
    var headers: [MailDraft.ExtraHeader] = []
    if message.isAutomatic {
      // RFC 3834 §5; the second one is what Exchange listens to, the third what old robots do.
      headers = [
        MailDraft.ExtraHeader("Auto-Submitted", isAnswer ? "auto-replied" : "auto-generated"),
        MailDraft.ExtraHeader("X-Auto-Response-Suppress", "All"), MailDraft.ExtraHeader("X-Loop", address),
      ]
    }
    if let parent = message.threadIndex,
      let index = ThreadIndex.child(of: parent, number: message.outboxID, message.now)
    {
      headers.append(MailDraft.ExtraHeader("Thread-Index", index))
    }
    return headers
  }

  /// The Message-ID that a relay says it has given a mail in place of ours; `nil` = ours stands. Amazon SES: "If you
  /// provide a Message-ID header, Amazon SES overrides the header with its own value", and names it in its answer.
  func renamed(by answer: String) -> String? {
    guard let host = server?.host.lowercased(), host.hasPrefix("email-smtp"), host.hasSuffix(".amazonaws.com"),
      let word = answer.split(separator: " ").last, word.utf8.count >= 40,
      word.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    let region = host.split(separator: ".").dropFirst().first ?? ""
    return "<\(word)@\(region == "us-east-1" ? "email" : region).amazonses.com>"
  }

  /// Those who were copied before, without ourselves (under any of our marks) and without the one addressed.
  private func copies(_ addresses: [String], but known: Set<String>) -> [MailAddress] {
    var seen = known
    let plausible = addresses.compactMap { EmailAddress.plausible($0) }.filter(EmailText.hasASCIILocalPart).compactMap {
      MailComposer.withASCIIDomain($0)
    }
    return plausible.filter { copy in
      !known.contains(MailboxAddresses.unmarked(copy)) && seen.insert(copy.lowercased()).inserted
    }.prefix(50).map { MailAddress(address: $0) }
  }

  private func attachment(_ file: Attachment) throws(Unrenderable) -> MailAttachment {
    guard let content = file.content else {
      throw Unrenderable("the attachment \(file.filename ?? "without a name") has no content")
    }
    return MailAttachment(
      filename: file.filename ?? "file", contentType: file.contentType ?? "application/octet-stream", content: content)
  }
}

/// Ids, subjects and the HTML form of answers.
enum EmailText {
  static func hasASCIILocalPart(_ address: String) -> Bool {
    address.prefix { $0 != "@" }.utf8.allSatisfy { $0 < 0x80 }
  }

  /// A Message-ID without its angle brackets; `nil` for ids of other channels (a form is answered by mail too).
  static func messageID(_ id: String?) -> String? {
    guard var id = id?.trimmingBlanks() else { return nil }
    if id.hasPrefix("<"), id.hasSuffix(">") { id = String(id.dropFirst().dropLast()) }
    let halves = id.split(separator: "@", omittingEmptySubsequences: false)
    let isClean = id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    return halves.count == 2 && halves.allSatisfy { !$0.isEmpty } && isClean && id.utf8.count <= 900 ? id : nil
  }

  /// The chain, the message answered last (RFC 5322 §3.6.4). What is too long for the header is cut where it is written.
  static func references(_ chain: [String], answered: String?) -> [String] {
    var (ids, seen) = ([String](), Set<String>())
    for id in chain.compactMap({ messageID($0) }) where id != answered && seen.insert(id).inserted { ids.append(id) }
    return ids + [answered].compactMap(\.self)
  }

  private static let answerMarks = ["re:", "re：", "aw:", "sv:", "回复:", "回复：", "答复:", "答复：", "回覆:", "回覆："]

  /// One `Re:` and no more.
  static func subject(_ subject: String?, isAnswer: Bool, fallback: String) -> String {
    let plain = (subject ?? "").trimmingBlanks()
    guard !plain.isEmpty else { return isAnswer ? "Re: \(fallback)" : fallback }
    let isMarked = answerMarks.contains { plain.lowercased().hasPrefix($0) }
    return isAnswer && !isMarked ? "Re: \(plain)" : plain
  }

  /// The words as they are, and the mark in a line of its own at the end.
  static func plain(_ text: String, mark: String?) -> String {
    guard let mark else { return text }
    return "\(text)\n\n[\(mark)]"
  }
}
