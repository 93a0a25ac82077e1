/// Recipient, status and reason from the words of a report.
enum BounceText {
  private static let linesMax = 400

  /// The report's own lines in lower case where it matters little, cut where the copy of the mail begins.
  static func reportLines(of text: String) -> [String] {
    var lines: [String] = []
    var tellsWhat = false
    for line in text.utf8.split(separator: 0x0A, maxSplits: linesMax, omittingEmptySubsequences: true).prefix(linesMax)
    {
      let lower = String(decoding: line.prefix(2000), as: UTF8.self).lowercased()
      let bare = lower.withoutRules
      // Some reports begin with when "the original message was received": the rest is still to come.
      if lines.count > 1, tellsWhat, copyMarks.begins(bare) { break }
      if lines.count > 2, lower.hasPrefix("received: from ") || lower.hasPrefix("return-path: ") { break }
      lines.append(lower)
      tellsWhat = tellsWhat || lower.utf8.contains(UInt8(ascii: "@")) || isReply(lower)
    }
    return lines
  }

  private static let copyMarks = PhraseSet([
    "original message", "this is a copy of the message", "this is a copy of your message", "below this line is a copy",
    "message headers follow", "the header of the original", "included is a copy", "below is a copy", "bounced e-mail",
    "original message follows", "header of your message", "the original message", "returned message",
    "copy of the original",
    "your original message", "the body of the message is", "the attachment contains", "headers of the original",
    "message header follows", "unsent message follows", "text of your message", "original headers",
    "message contents follow",
    "message text follows", "undelivered message follows", "here is your original", "the headers", "start of returned",
    "原邮件", "原始邮件", "以下是原", "元のメール", "原郵件", "message d'origine", "ursprüngliche nachricht", "mensaje original",
  ])

  /// Lines that are an address come first, then those that name one beside an error or a cue.
  static func recipient(in lines: [String], excluding own: Set<String>) -> String? {
    var best: (rank: Int, address: String)?
    for line in lines {
      guard line.contains("@"), !line.contains("mail from"), !line.contains("envelope-from"),
        !line.contains("message-id")
      else { continue }
      guard let address = address(in: line), !own.contains(address), !isRobot(address) else { continue }
      let rank = self.rank(line, address)
      if rank < 3, isContact(address) { continue }
      if rank > (best?.rank ?? 0) { best = (rank, address) }
    }
    return best?.address
  }

  private static func rank(_ line: String, _ address: String) -> Int {
    if line.trimmed.hasPrefix("final-recipient") || line.trimmed.hasPrefix("original-recipient") { return 6 }
    let bare = line.withoutRules.filter { !punctuation.contains($0) }
    if bare == address.filter({ !punctuation.contains($0) }) { return 5 }
    let start = line.withoutRules.drop { "<\"*'( ".contains($0) }
    if start.hasPrefix(address) { return 5 }
    if cues.isIn(line) { return 3 }
    return errors.isIn(line) ? 2 : 1
  }

  private static let punctuation = Set("<>\":*'., ()[]")

  private static let cues = PhraseSet([
    "recipient", "to <", "address:", "target mail", "rcpt to", "user:", "mailbox", "deliver", "收件人", "宛先", "받는",
    "получател",
    "empfänger", "destinat",
  ])
  private static let errors = PhraseSet([" 55", "unknown", "reject", " 45"])

  private static func isRobot(_ address: String) -> Bool {
    let local = address.prefix { $0 != "@" }
    return local == "postmaster" || local.hasPrefix("mailer-daemon")
  }

  /// Named in "ask …" more often than as a recipient.
  private static func isContact(_ address: String) -> Bool {
    ["abuse", "support", "help", "helpdesk", "info", "security", "noc", "hostmaster", "webmaster"]
      .contains(String(address.prefix { $0 != "@" }))
  }

  /// The first `local@domain.tld` in a line; after `rcpt to` or `recipient` where the line says so.
  private static func address(in line: String) -> String? {
    for cue in ["rcpt to:", "recipient <", "recipient: ", "mail to <"] {
      if let range = line.firstRange(of: cue), let found = firstAddress(in: line[range.upperBound...]) { return found }
    }
    return firstAddress(in: line[...])
  }

  private static let separators = Set(" \t<>\"'()[],;:*（）【】「」《》，。；：、\u{A0}|")

  private static func firstAddress(in text: Substring) -> String? {
    let words = text.split { separators.contains($0) }
    for word in words where word.contains("@") {
      var trimmed = word.drop { $0 == "." }
      // X.400 words around it: `dda:SMTP=bo@x.example`
      if let equals = trimmed.firstIndex(of: "="), ["smtp", "rfc822", "rfc-822"].contains(trimmed[..<equals]) {
        trimmed = trimmed[trimmed.index(after: equals)...]
      }
      let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), let last = parts[1].last else { continue }
      return last == "." ? String(trimmed.dropLast()) : String(trimmed)
    }
    return nil
  }

  /// The code beside an SMTP reply, else the first of all.
  static func status(in lines: [String]) -> String? {
    var fallback: String?
    for line in lines {
      guard let status = EnhancedStatus.first(in: line), status.first != "2" else { continue }
      if isReply(line) { return status }
      fallback = fallback ?? status
    }
    return fallback
  }

  /// The reason in one line.
  static func diagnostic(in lines: [String]) -> String? {
    lines.first { isReply($0) }.map { String($0.trimmed.prefix(500)) }
  }

  /// Words that only mail servers write: an enhanced code behind a reply code of its class (`550 5.1.1`), or a code and
  /// one of their phrases.
  static func isFromServer(_ lines: [String]) -> Bool {
    var hasStatus = false
    var hasWords = false
    for line in lines.prefix(serverLinesMax) {
      if let status = EnhancedStatus.first(in: line), status.first != "2" {
        if EnhancedStatus.followsReply(line) { return true }
        hasStatus = true
      }
      hasWords = hasWords || serverWords.isIn(line)
      if hasStatus, hasWords { return true }
    }
    return false
  }

  private static let serverLinesMax = 120

  private static let serverWords = PhraseSet([
    "mailer-daemon", "mail delivery software", "mail delivery system", "mail delivery subsystem", "rcpt to",
    "remote host said", "remote server returned", "remote mail server", "smtp error", "smtp;", "reporting-mta",
    "diagnostic-code", "final-recipient", "action: failed", "qmail-send", "recipient address rejected", "user unknown",
    "unknown user", "no such user", "mailbox unavailable", "unrouteable address", "permanent fatal errors",
    "retry timeout exceeded", "message could not be delivered", "对方服务器", "收件人邮件地址", "退信原因", "退信代码",
  ])

  private static let replyWords = PhraseSet(["status:", "(#"])

  /// An SMTP reply code (RFC 5321 §4.2.1), `status:` or qmail's `#`.
  private static func isReply(_ line: String) -> Bool {
    if replyWords.isIn(line) { return true }
    var run = 0
    var first: UInt8 = 0
    for byte in line.utf8 {
      if (0x30...0x39).contains(byte) {
        if run == 0 { first = byte }
        run += 1
      } else {
        if run == 3, first == UInt8(ascii: "5") || first == UInt8(ascii: "4"), byte == 0x20 || byte == UInt8(ascii: "-")
        {
          return true
        }
        run = 0
      }
    }
    return false
  }

  /// `Message-ID:` in the copy of the mail that follows the words, also indented or quoted.
  static func originalMessageID(in text: String) -> String? {
    for line in text.utf8.split(separator: 0x0A, maxSplits: 2000).prefix(2000) {
      let bytes = line.drop { $0.isHeaderSpace || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "*") }
      guard let first = bytes.first, "mMoOxX".utf8.contains(first) else { continue }
      let name = bytes.prefix(24).prefix { $0 != UInt8(ascii: ":") }
      guard idNames.contains(String(decoding: name.map(\.asciiLowercased), as: UTF8.self).trimmed) else { continue }
      if let id = MessageIDList.read(Array(bytes.dropFirst(name.count + 1))).first, id.contains("@") { return id }
    }
    return nil
  }

  private static let idNames: Set<String> = [
    "message-id", "original-message-id", "x-original-message-id", "messageid", "message id",
  ]
}
