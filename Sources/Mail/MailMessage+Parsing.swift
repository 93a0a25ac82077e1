extension MailMessage {
  /// Reads a raw mail (RFC 5322, MIME), however broken.
  ///
  /// - Throws: a `MailProblem` for what is empty or beyond a limit; nothing else is refused.
  package init(parsing bytes: [UInt8], limits: MailLimits = MailLimits()) throws(MailProblem) {
    guard bytes.count <= limits.size else { throw .tooLarge(bytes: bytes.count, limit: limits.size) }
    guard bytes.contains(where: { !$0.isHeaderSpace && $0 != 0 }) else { throw .empty }
    let tree = try MimeReader.read(bytes, limits: limits)
    let body = BodyReader.read(tree, limits: limits)
    self.init(tree, body: body)
  }

  private init(_ tree: MimeNode, body: BodyReader.Body) {
    let headers = tree.headers.read(as: tree.statedCharset)
    func addresses(_ name: String) -> [MailAddress] {
      headers.fields.lazy.filter { $0.name.equalsIgnoringCase(name) }.flatMap { AddressList.read($0.raw) }
    }
    self.headers = headers
    messageID = headers.raw("Message-ID").flatMap { MessageIDList.read($0).first }
    inReplyTo = headers.raw("In-Reply-To").map { MessageIDList.read($0) } ?? []
    references = headers.raw("References").map { MessageIDList.read($0) } ?? []
    let authors = addresses("From")
    let author = authors.first { $0.address.contains("@") }
    sender = addresses("Sender").first
    (replyTo, to, cc) = (addresses("Reply-To"), addresses("To"), addresses("Cc"))
    returnPath = headers.raw("Return-Path").map { AddressList.read($0).first?.address ?? "" }
    hasAuthor = author != nil
    let envelope = returnPath.flatMap { $0.isEmpty ? nil : MailAddress(address: $0) }
    let stated = author ?? sender ?? replyTo.first
    namesSomebody = stated != nil
    from = stated ?? envelope ?? authors.first
    subject = headers["Subject"]?.trimmed
    date = headers.raw("Date").flatMap { MailDate.read($0) }
    (text, html, attachments, marks) = (body.text, body.html, body.attachments, body.marks)
    replyText =
      body.isAnsweredInline
      ? body.text.trimmed : ReplyTrimmer.newPart(of: body.htmlReply ?? body.text, whole: body.text)
    let parts = ReportParts(tree)
    let bounce = BounceReader.read(tree, parts: parts, text: body.text, from: author ?? authors.first ?? from)
    self.bounce = bounce
    receipt = parts.disposition.map { MailReceipt(fields: $0, original: parts.original) }
    // A Return-Path alone is what any server writes: it names nobody who waits for a machine's answer.
    nature = NatureReader.read(
      headers, reportTypes: parts.types, bounce: bounce, from: stated ?? authors.first)
    language = headers["Content-Language"]?.split { $0 == "," || $0 == " " }.first.map(String.init)
  }
}
