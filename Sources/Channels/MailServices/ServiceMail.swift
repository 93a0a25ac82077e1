import Conversations
import Mail

/// A mail that a service has taken apart before handing it over.
struct ServiceMail: Sendable {
  /// The mail's own header fields, as far as the service passes them on.
  var headers: [(name: String, value: String)] = []
  /// What the service says in fields of its own; these count before `headers`.
  var named: [(name: String, value: String)] = []
  /// Untouched.
  var text: String?
  var html: String?
  var attachments: [Attachment] = []

  /// The fields that describe the body the service took apart; ours is another.
  private static let bodyFields: Set<String> = [
    "content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version",
  ]

  /// The value of a header field, whoever gave it.
  func value(_ name: String) -> String? {
    let wanted = name.lowercased()
    return (named + headers).first { $0.name.lowercased() == wanted && !$0.value.trimmingBlanks().isEmpty }?.value
  }

  /// The mail put together again, for the reader that knows mail: who wrote it, whether a machine did, what is new.
  /// Header fields go in as they are, their line ends taken out; of the body its readable form.
  func raw(messageID: String) -> [UInt8] {
    let given = named.filter { !$0.value.trimmingBlanks().isEmpty }
    let replaced = Self.bodyFields.union(given.map { $0.name.lowercased() })
    var lines = given + headers.filter { !replaced.contains($0.name.lowercased()) }
    if value("Message-ID") == nil { lines.append((name: "Message-ID", value: messageID)) }
    let isPlain = text != nil || html == nil
    lines.append((name: "Content-Type", value: isPlain ? "text/plain; charset=utf-8" : "text/html; charset=utf-8"))
    lines.append((name: "Content-Transfer-Encoding", value: "8bit"))
    var out: [UInt8] = []
    for line in lines.prefix(1000) where Self.isName(line.name) {
      out += Array(line.name.utf8) + [0x3A, 0x20]
      out += line.value.utf8.map { $0 < 0x20 ? 0x20 : $0 } + [0x0D, 0x0A]
    }
    return out + [0x0D, 0x0A] + Array((isPlain ? text ?? "" : html ?? "").utf8)
  }

  /// RFC 5322 §2.2: printable, no colon.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
  }

  /// Whether there is anything a mail could be made of.
  var isEmpty: Bool { value("From") == nil && text == nil && html == nil }
}

/// What the adapters of mail services share: one mailbox, read like any other, answers by SMTP.
struct ServiceMailbox: Sendable {
  private let reader: EmailReader
  private let writer: EmailWriter
  let addresses: MailboxAddresses

  static let settings: [Setting] =
    [
      Setting("mailbox", .text, required: true, help: "the mailbox's address, e.g. support@example.com"),
      Setting("display_name", .text, help: "the name beside it in answers"),
    ] + EmailWriter.settings

  init(_ values: SettingValues) throws(SettingProblem) {
    guard let address = EmailAddress.plausible(values.text("mailbox")) else {
      throw SettingProblem("mailbox", "is not a mail address")
    }
    reader = EmailReader(mailbox: address, trustedServers: [])
    writer = try EmailWriter(values, address: address)
    addresses = MailboxAddresses([address], replyDomain: writer.replyDomain)
  }

  /// `messageID` in angle brackets, for a mail without one.
  func event(_ mail: ServiceMail, messageID: String, _ delivery: RawDelivery) throws(Unreadable) -> InboundEvent {
    guard !mail.isEmpty else { throw Unreadable(reason: "no mail in it") }
    let read = try Self.parsed(mail.raw(messageID: messageID))
    var event = reader.event(read, delivery)
    event.text = mail.text ?? (read.text.isEmpty ? nil : read.text)
    event.attachments = mail.attachments
    event.mail?.quotedMarks = ThreadMarks.candidates(in: [mail.text, mail.html])
    return event
  }

  /// A whole mail as it came over the wire. Its text keeps the line ends of mail.
  func event(raw: [UInt8], _ delivery: RawDelivery) throws(Unreadable) -> InboundEvent {
    var event = reader.event(try Self.parsed(raw), delivery)
    let isWire = raw.firstIndex(of: 0x0A).map { $0 > 0 && raw[$0 - 1] == 0x0D } ?? false
    if isWire { event.text = event.text?.replacing("\n", with: "\r\n") }
    for index in event.attachments.indices { event.attachments[index].url = "email-part:\(index)" }
    return event
  }

  private static func parsed(_ raw: [UInt8]) throws(Unreadable) -> MailMessage {
    do {
      return try MailMessage(parsing: raw)
    } catch {
      if case .tooLarge = error { throw Unreadable(status: 413, reason: error.description) }
      throw Unreadable(reason: error.description)
    }
  }

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    [.mail(try writer.request(message))]
  }
}

/// Ids and ages as mail services write them.
enum ServiceFields {
  /// With its angle brackets.
  static func bracketed(_ id: String) -> String {
    let plain = id.trimmingBlanks()
    return plain.hasPrefix("<") ? plain : "<\(plain)>"
  }

  /// An id for a mail that has none; the same mail gives the same one.
  static func derivedID(_ mail: ServiceMail) -> String {
    let said = [mail.value("From"), mail.value("Date"), mail.value("Subject"), mail.text ?? mail.html]
    let seed = said.map { $0 ?? "" }.joined(separator: "\u{0}")
    return "<\(Signatures.hex(Signatures.digest(.sha256, of: Array(seed.utf8)).prefix(16)))@no-message-id.invalid>"
  }

  /// Whether `stamp` (epoch seconds) lies within `window` seconds of `now`.
  static func isRecent(_ stamp: String?, now: Instant, window: Int) -> Bool {
    guard let stamp, stamp.utf8.count <= 12, let seconds = Int64(stamp) else { return false }
    return abs(now.seconds - seconds) <= Int64(window)
  }

  /// Decoded as the body of a mail would be.
  static func decoded(_ bytes: [UInt8], charset: String?) -> String { MailText.decode(bytes, charset: charset) }

  /// A header block as text, folded lines joined (RFC 5322 §2.2.3).
  static func headerLines(_ block: String) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for line in TextLines(Array(block.utf8)) {
      let text = String(decoding: line, as: UTF8.self)
      if let first = line.first, first == 0x20 || first == 0x09, !fields.isEmpty {
        fields[fields.count - 1].value += " " + text.trimmingBlanks()
      } else if let colon = text.firstIndex(of: ":"), fields.count < 1000 {
        fields.append((name: String(text[..<colon]), value: text[text.index(after: colon)...].trimmingBlanks()))
      }
    }
    return fields
  }

  /// A file that came along, to be fetched as `email-part:NAME`.
  static func file(_ name: String, filename: String?, type: String?, _ content: [UInt8]) -> Attachment {
    var attachment = Attachment.uploaded(filename, contentType: type, content)
    attachment.url = "email-part:\(name)"
    return attachment
  }
}
