/// Delivery reports: in fields for machines (RFC 3464), or in words only.
enum BounceReader {
  /// `nil` when the mail is no delivery report.
  static func read(_ tree: MimeNode, parts: ReportParts, text: String, from: MailAddress?) -> MailBounce? {
    var bounce: MailBounce?
    if let fields = parts.status { bounce = StatusFields.read(fields) }
    if bounce == nil || bounce?.recipient == nil {
      let words = BounceWords(tree.headers, text: text, from: from, isReport: parts.isReport)
      if let read = words.read() {
        let known = bounce
        bounce = read
        if let known { bounce?.merge(known) }
        // A gateway's report around another one: the inner one knows more.
        if let inner = parts.enclosedReport {
          let innerParts = ReportParts(inner)
          if let fields = innerParts.status, let known = StatusFields.read(fields) { bounce?.merge(known) }
        }
      }
    }
    bounce?.originalMessageID =
      parts.original.flatMap { $0.raw("Message-ID") }.flatMap { MessageIDList.read($0).first }
      ?? BounceText.originalMessageID(in: text)
      ?? parts.status.flatMap { BounceText.originalMessageID(in: String(decoding: $0, as: UTF8.self)) }
      // Some robots answer the mail instead of enclosing it.
      ?? ["X-Original-Message-ID", "In-Reply-To", "References"].lazy.compactMap { tree.headers.raw($0) }
      .compactMap { MessageIDList.read($0).last }.first
    if bounce?.recipient == nil, let original = parts.original, let to = original.raw("To") {
      bounce?.recipient = AddressList.read(to).first?.address
    }
    return bounce
  }
}

extension MailBounce {
  /// What `other` knows goes first.
  fileprivate mutating func merge(_ other: MailBounce) {
    recipient = other.recipient ?? recipient
    status = other.status ?? status
    action = other.action ?? action
    diagnostic = other.diagnostic ?? diagnostic
    failures = other.failures.isEmpty ? failures : other.failures
  }
}

/// The parts of a report that matter, found in the mail itself but not in mails enclosed in it.
struct ReportParts {
  /// The content of `message/delivery-status`.
  private(set) var status: [UInt8]?
  /// The content of `message/disposition-notification`.
  private(set) var disposition: [UInt8]?
  /// The headers of the mail that the report speaks of.
  private(set) var original: MailHeaders?
  /// Types of all parts for machines.
  private(set) var types: Set<String> = []
  private(set) var isReport = false
  /// A report that somebody passed on.
  private(set) var enclosedReport: MimeNode?

  init(_ tree: MimeNode) {
    isReport = tree.contentType.value == "multipart/report"
    visit(tree)
    // Receipts and complaints speak of mail that arrived.
    let others: Set = [
      "message/disposition-notification", "message/global-disposition-notification", "message/feedback-report",
    ]
    if !types.isDisjoint(with: others) { isReport = false }
  }

  private mutating func visit(_ node: MimeNode) {
    switch node.content {
    case .container(let children): for child in children { visit(child) }
    case .enclosed(let mail, let raw):
      if original == nil { original = mail.headers.fields.isEmpty ? HeaderLines.read(raw) : mail.headers }
      if mail.contentType.value == "multipart/report", enclosedReport == nil { enclosedReport = mail }
    case .leaf(let raw):
      let type = node.contentType.value
      if PartNames.reportTypes.contains(type) { types.insert(type) }
      switch type {
      case "message/delivery-status", "message/global-delivery-status":
        if status == nil { status = TransferDecoding.decode(raw, node.encoding) }
      case "message/disposition-notification", "message/global-disposition-notification":
        if disposition == nil { disposition = TransferDecoding.decode(raw, node.encoding) }
      case "text/rfc822-headers", "message/rfc822-headers", "text/rfc822", "message/global-headers", "message/rfc822",
        "message/partial":
        if original == nil { original = HeaderLines.read(TransferDecoding.decode(raw, node.encoding)) }
      default: break
      }
    }
  }
}

/// Header lines that stand in a body.
enum HeaderLines {
  private static let fieldsMax = 500

  static func read(_ bytes: [UInt8]) -> MailHeaders {
    var fields: [MailHeaders.Field] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let content = line.last == 0x0D ? line.dropLast() : line
      if content.isEmpty {
        guard fields.isEmpty else { break }
        continue
      }
      if let first = content.first, first == 0x20 || first == 0x09 {
        if !fields.isEmpty { fields[fields.count - 1].raw += [0x20] + content.trimmingSpace }
      } else if let colon = content.firstIndex(of: UInt8(ascii: ":")), fields.count < fieldsMax {
        let name = String(decoding: content[..<colon], as: UTF8.self).trimmed
        fields.append(MailHeaders.Field(name: name, raw: content[(colon + 1)...].trimmingSpace))
      }
    }
    return MailHeaders(fields)
  }
}
