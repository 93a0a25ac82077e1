/// The header block of a draft, one string per field, folded (RFC 5322 §2.2.3), without the last line's end.
enum HeaderWriter {
  /// What the draft's own values make; nobody adds these a second time.
  private static let own: Set<String> = [
    "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id",
  ]

  static func lines(of draft: MailDraft) throws(MailDraftProblem) -> [String] {
    guard !draft.to.isEmpty || !draft.cc.isEmpty else { throw .noRecipient }
    var lines = ["Date: " + date(draft.date), try addresses("From", [draft.from])]
    if let sender = draft.sender { lines.append(try addresses("Sender", [sender])) }
    for (name, list) in [("Reply-To", draft.replyTo), ("To", draft.to), ("Cc", draft.cc)] where !list.isEmpty {
      lines.append(try addresses(name, list))
    }
    lines.append(field("Subject", EncodedText.words(draft.subject)))
    lines.append("Message-ID: " + (try messageID(draft.messageID)))
    if let parent = draft.inReplyTo { lines.append("In-Reply-To: " + (try messageID(parent))) }
    if !draft.references.isEmpty { lines.append(try references(draft.references)) }
    for header in draft.extraHeaders { lines.append(try extra(header)) }
    return lines
  }

  private static func extra(_ header: MailDraft.ExtraHeader) throws(MailDraftProblem) -> String {
    let bytes = header.name.utf8  // RFC 5322 §3.6.8: printable ASCII without the colon
    guard !bytes.isEmpty, bytes.count <= 76, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x3A }),
      !own.contains(header.name.lowercased())
    else { throw .unfitHeaderName(header.name) }
    return field(header.name, EncodedText.words(header.value))
  }

  private static func addresses(_ name: String, _ list: [MailAddress]) throws(MailDraftProblem) -> String {
    var words: [String] = []
    for (index, mailbox) in list.enumerated() {
      let address = try checked(mailbox.address)
      let phrase = mailbox.name.map { EncodedText.phrase($0) } ?? []
      let last = (phrase.isEmpty ? address : "<\(address)>") + (index + 1 < list.count ? "," : "")
      words += phrase + [last]
    }
    return field(name, words)
  }

  /// `local@domain` of printable characters; the domain may be internationalised (RFC 6532 asks for SMTPUTF8 then).
  private static func checked(_ address: String) throws(MailDraftProblem) -> String {
    let forbidden: Set<Unicode.Scalar> = ["<", ">", "(", ")", ",", ";", ":", "\\", "\"", "[", "]"]
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = address.unicodeScalars.allSatisfy { scalar in
      scalar.value > 0x20 && scalar.value != 0x7F && !forbidden.contains(scalar) && !scalar.properties.isWhitespace
        && scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
    }
    guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), address.utf8.count <= 320 else {
      throw .notAnAddress(address)
    }
    return address
  }

  private static func messageID(_ id: String) throws(MailDraftProblem) -> String {
    let forbidden = Set("<>()\\\"".utf8)
    guard id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }),
      (3...900).contains(id.utf8.count),
      let at = id.firstIndex(of: "@"), at != id.startIndex, id.index(after: at) != id.endIndex
    else { throw .notAMessageID(id) }
    return "<\(id)>"
  }

  /// The whole field in at most 998 bytes, as some gateways unfold it: the first ids and the newest stay, the middle
  /// goes.
  /// Ids of other people's mails that no header may hold are left out.
  private static func references(_ ids: [String]) throws(MailDraftProblem) -> String {
    let room = 998 - "References: ".utf8.count
    let fit = ids.compactMap { try? messageID($0) }
    guard let first = fit.first else { return "References: " + (try messageID(ids.first ?? "")) }
    var newest: [String] = []
    var size = first.utf8.count
    for id in fit.dropFirst().reversed() {
      guard size + id.utf8.count + 1 <= room else { break }
      size += id.utf8.count + 1
      newest.append(id)
    }
    return field("References", [first] + newest.reversed())
  }

  /// `Name: word word`, folded before 78 columns wherever a word ends.
  static func field(_ name: String, _ words: [String]) -> String {
    var text = name + ":"
    var column = text.utf8.count
    for word in words {
      if column + 1 + word.utf8.count > 78, column > name.utf8.count + 1 {
        text += "\r\n"
        column = 0
      }
      text += " " + word
      column += 1 + word.utf8.count
    }
    return text
  }

  /// RFC 5322 §3.3, in UTC.
  static func date(_ microseconds: Int64) -> String {
    let seconds = microseconds.flooredQuotient(1_000_000)
    let (days, clock) = (seconds.flooredQuotient(86_400), Int(seconds - seconds.flooredQuotient(86_400) * 86_400))
    let (year, month, day) = MailDate.civil(days)
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let weekday = weekdays[Int(days - days.flooredQuotient(7) * 7)]
    let time = [clock / 3600, clock / 60 % 60, clock % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let yearText = String(repeating: "0", count: max(0, 4 - String(year).utf8.count)) + String(year)
    return "\(weekday), \(day) \(months[month - 1]) \(yearText) \(time) +0000"
  }
}

extension Int64 {
  func flooredQuotient(_ divisor: Int64) -> Int64 { (self - (self % divisor + divisor) % divisor) / divisor }
}
