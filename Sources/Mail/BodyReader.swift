/// Which parts of a mail are its words, and which are files.
enum BodyReader {
  struct Body {
    var text = ""
    /// From the HTML tree, quotes cut there; `nil` when the text came from plain parts.
    var htmlReply: String?
    /// Answers stand between the quotes of an HTML part: nothing is cut.
    var isAnsweredInline = false
    var html: String?
    var attachments: [MailAttachment] = []
    var marks: MailMarks = []
  }

  static func read(_ tree: MimeNode, limits: MailLimits) -> Body {
    var walk = BodyWalk(limits: limits)
    walk.visit(tree)
    var body = Body()
    let shown = walk.words.filter { !$0.text.isBlank }
    body.text = shown.isEmpty ? walk.substitute : shown.map(\.text).joined(separator: "\n\n")
    if shown.contains(where: { $0.htmlReply != nil }) {
      body.isAnsweredInline = shown.contains { $0.isAnsweredInline }
      body.htmlReply = shown.map { $0.htmlReply ?? $0.text }.joined(separator: "\n\n")
    }
    body.html = walk.htmls.isEmpty ? nil : walk.htmls.joined(separator: "\n")
    (body.attachments, body.marks) = (walk.attachments, walk.marks)
    return body
  }
}

/// One walk over the parts of a mail, in order.
struct BodyWalk {
  struct Words {
    var text: String
    var htmlReply: String?
    var isAnsweredInline = false
  }

  let limits: MailLimits
  var words: [Words] = []
  var htmls: [String] = []
  var attachments: [MailAttachment] = []
  var marks: MailMarks = []
  /// What is shown of a mail without words of its own: an invitation, Outlook's own form of the text.
  private var others: [String] = []

  /// A mail whose words we cannot read says at least what it is.
  var substitute: String {
    let found = others.filter { !$0.isBlank }
    if !found.isEmpty { return found.joined(separator: "\n\n") }
    if marks.contains(.encrypted) { return ProtectionLabel.encrypted(marks) }
    return marks.contains(.opaque) ? ProtectionLabel.signed : ""
  }

  init(limits: MailLimits) { self.limits = limits }

  /// Reads one part and what it holds. While nothing was shown before it (`isFirst`), a named text may be the mail's
  /// words.
  mutating func visit(_ node: MimeNode, inside container: String = "", isFirst: Bool = true) {
    switch node.content {
    case .container(let children): visit(children, of: node, isFirst: isFirst)
    case .enclosed(_, let raw): attach(node, content: raw)
    case .leaf(let raw): visitLeaf(node, raw, inside: container, isFirst: isFirst)
    }
  }

  private mutating func visit(_ children: [MimeNode], of node: MimeNode, isFirst: Bool) {
    let kind = node.contentType.value
    switch kind {
    case "multipart/alternative": visitAlternatives(children, isFirst: isFirst)
    case "multipart/encrypted":
      marks.insert(.encrypted)
      for child in children where child.contentType.value != "application/pgp-encrypted" { visit(child, inside: kind) }
    default:
      if kind == "multipart/signed" { marks.insert(.signed) }
      for (index, child) in children.enumerated() { visit(child, inside: kind, isFirst: isFirst && index == 0) }
    }
  }

  /// RFC 2046 §5.1.4: the same in several forms; the plain one is read, unless only another one says something.
  private mutating func visitAlternatives(_ children: [MimeNode], isFirst: Bool) {
    var plain: [Words] = []
    var rich: [Words] = []
    for child in children {
      let before = words
      words = []
      visit(child, inside: "multipart/alternative", isFirst: isFirst)
      if words.contains(where: { $0.htmlReply != nil }) { rich = rich.isEmpty ? words : rich } else { plain += words }
      words = before
    }
    let plainSays = plain.contains { !$0.text.isBlank }
    words += plainSays ? plain : rich
  }

  private mutating func visitLeaf(_ node: MimeNode, _ raw: [UInt8], inside container: String, isFirst: Bool) {
    let type = node.contentType.value
    let shown = PartNames.isShown(node, inside: container, isFirst: isFirst)
    switch type {
    case _ where container == "multipart/report" && !isFirst && PartNames.reportTypes.contains(type):
      break  // read by the bounce and receipt readers
    case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
      marks.insert(.signed)
      if container != "multipart/signed" { attach(node, content: TransferDecoding.decode(raw, node.encoding)) }
    case "text/html", "application/xhtml+xml":
      if shown { showHTML(node, raw) } else { attach(node, content: TransferDecoding.decode(raw, node.encoding)) }
    default:
      if shown { showText(node, raw) }
      if !shown || PartNames.isFileToo(node) { attachLeaf(node, raw) }
    }
  }

  private mutating func attachLeaf(_ node: MimeNode, _ raw: [UInt8]) {
    if node.contentType.value.hasSuffix("pkcs7-mime") {
      let isSigned = node.contentType["smime-type"]?.equalsIgnoringCase("signed-data") == true
      marks.formUnion(isSigned ? [.signed, .opaque] : [.encrypted, .opaque])
    }
    let content = TransferDecoding.decode(raw, node.encoding)
    if TNEFReader.isTNEF(node), let unpacked = TNEFReader.read(content) {
      attachments += unpacked.files
      if let words = unpacked.text ?? unpacked.html.map({ HTMLText.read($0).whole }) {
        others.append(LineEnds.unified(words))
      }
      if !unpacked.hasUnreadBody { return }
    }
    if node.contentType.value == "text/calendar" {
      let text = Charset.decode(content.prefix(limits.text), label: node.contentType["charset"] ?? "utf-8").text
      if let words = CalendarSummary.read(text) { others.append(words) }
    }
    guard !content.isEmpty || PartNames.filename(of: node) != nil else { return }
    attach(node, content: content)
  }

  private mutating func showHTML(_ node: MimeNode, _ raw: [UInt8]) {
    let content = cut(TransferDecoding.decode(raw, node.encoding))
    let decoded = HTMLCharset.decode(content, stated: node.contentType["charset"])
    if decoded.isFlawed { marks.insert(.undecodable) }
    htmls.append(decoded.text)
    let texts = HTMLText.read(decoded.text)
    words.append(Words(text: texts.whole, htmlReply: texts.reply, isAnsweredInline: texts.isAnsweredInline))
  }

  private mutating func showText(_ node: MimeNode, _ raw: [UInt8]) {
    let content = cut(TransferDecoding.decode(raw, node.encoding))
    let decoded = Charset.decode(content, label: node.contentType["charset"])
    if decoded.isFlawed { marks.insert(.undecodable) }
    var text = LineEnds.unified(decoded.text)
    if node.contentType["format"]?.equalsIgnoringCase("flowed") == true {
      text = FlowedText.joined(text, deletesSpace: node.contentType["delsp"]?.equalsIgnoringCase("yes") == true)
    }
    let unpacked = UuencodedText.unpack(text)
    attachments += unpacked.files
    if BodyWalk.encryptedMark.isIn(unpacked.text) { marks.insert(.encrypted) }
    if BodyWalk.signedMark.isIn(unpacked.text) { marks.insert(.signed) }
    words.append(Words(text: unpacked.text, htmlReply: nil))
  }

  private static let encryptedMark = PhraseSet(["-----BEGIN PGP MESSAGE-----"])
  private static let signedMark = PhraseSet(["-----BEGIN PGP SIGNED MESSAGE-----"])

  private mutating func cut(_ content: [UInt8]) -> [UInt8] {
    guard content.count > limits.text else { return content }
    marks.insert(.textCut)
    return Array(content.prefix(limits.text))
  }

  private mutating func attach(_ node: MimeNode, content: [UInt8]) {
    let disposition = node.headers.raw("Content-Disposition").map { ContentType(parsing: $0).value }
    let isInline = disposition == "inline" || (disposition == nil && node.headers.has("Content-ID"))
    attachments.append(
      MailAttachment(
        filename: PartNames.filename(of: node),
        contentType: node.contentType.isWellFormed ? node.contentType.value : "application/octet-stream",
        disposition: isInline ? .inline : .attachment,
        contentID: node.headers.raw("Content-ID").flatMap { MessageIDList.read($0).first }, content: content))
  }
}

extension String {
  /// Nothing but white space and invisible characters.
  var isBlank: Bool {
    unicodeScalars.allSatisfy { scalar in
      scalar.properties.isWhitespace || scalar.properties.generalCategory == .format || scalar.value == 0
    }
  }
}
