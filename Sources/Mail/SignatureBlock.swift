/// Signatures that are set off by other marks than `-- `.
enum SignatureBlock {
  private static let linesMax = 6
  private static let lineLengthMax = 60
  private static let nameWordsMax = 3

  /// A short rule and below it, up to the end or the quote, a few short lines that are no sentences.
  static func begins(in lines: [TextLine], at index: Int) -> Bool {
    guard rules.contains(lines[index].words), index > 0, !isAgain(lines, index) else { return false }
    let rest = lines[(index + 1)...].prefix(linesMax + 4)
    var count = 0
    for (line, place) in zip(rest, rest.indices) {
      if line.isBlank { continue }
      if line.isQuoted || OriginalMark.matches(line) || Attribution.end(in: lines, from: place) != nil { break }
      count += 1
      guard count <= linesMax, line.raw.utf8.count <= lineLengthMax * 3, line.raw.count <= lineLengthMax,
        !isSentence(line), !line.isRuler, !line.isFence
      else { return false }
    }
    guard count > 0, let first = rest.first(where: { !$0.isBlank }), isNameLike(first) else { return false }
    let end = index + 1 + linesMax + 4
    return end >= lines.count || lines[end...].prefix(1).allSatisfy { $0.isBlank || $0.isQuoted }
  }

  /// `-- ` is the mark of RFC 3676 §4.3; without its space people draw lines with it, too.
  static func follows(_ mark: TextLine, in lines: [TextLine], at index: Int) -> Bool {
    if mark.raw == "-- " || mark.raw == "-- \r" { return true }
    if isAgain(lines, index) { return false }
    let rest = lines[(index + 1)...].prefix(looseLinesMax + 1).prefix { !$0.isQuoted }.filter { !$0.isBlank }
    guard let first = rest.first else { return true }
    return rest.count <= looseLinesMax && (isNameLike(first) || isContact(first) || isFooter(first))
  }

  /// A rule that stands above already parts the text.
  private static func isAgain(_ lines: [TextLine], _ index: Int) -> Bool {
    lines[max(0, index - linesAboveMax)..<index].contains { $0.words == lines[index].words }
  }

  private static let linesAboveMax = 100

  /// Lines that a signature and its disclaimer have.
  private static let looseLinesMax = 20

  /// A name, a firm, a greeting, before what may follow it: few words, the first with a capital where there are
  /// capitals, no digits.
  private static func isNameLike(_ line: TextLine) -> Bool {
    let whole = String(line.raw).trimmed.drop { $0 == "*" || $0 == "_" }
    let separators = [" - ", " – ", " — "].compactMap { whole.firstRange(of: $0)?.lowerBound }
    let text = whole[..<(separators.min() ?? whole.endIndex)].prefix { !"|,/<(".contains($0) }
    let words = text.split(separator: " ").count
    guard let initial = text.first(where: { $0.isLetter }), text.utf8.count <= 90, !isSentence(line),
      !text.contains(where: \.isNumber), words <= nameWordsMax + 2
    else { return false }
    if !initial.isCased {
      return text.count <= 12 && (text.count <= 4 || text.hasSuffix("公司") || text.hasSuffix("部"))
        && !text.contains { "请請我你您退".contains($0) }
    }
    return initial.isUppercase || words <= 2
  }

  private static func isContact(_ line: TextLine) -> Bool {
    let words = line.words
    return words.contains("@") || words.contains("www.") || words.contains("http") || words.hasPrefix("tel")
      || words.hasPrefix("+") || words.hasPrefix("phone") || words.hasPrefix("mobil")
  }

  /// What lists put under their mails.
  static func isFooter(_ line: TextLine) -> Bool { footers.isIn(line.words) }

  private static let footers = PhraseSet(["mailing list", "mailinglist", "unsubscribe", "邮件列表"])

  private static let rules: Set<String> = [
    "---", "----", "___", "____", "++", "+++", "++++", "==", "===", "====", "***", "~~~",
  ]

  private static func isSentence(_ line: TextLine) -> Bool {
    guard let last = line.words.last else { return false }
    return ".?!:;。？！：".contains(last) && line.words.split(separator: " ").count > 3 || line.words.hasPrefix("- ")
      || line.words.hasPrefix("#")
  }

  /// `-Anna` or `— Anna Berg` as the last line, where no other line begins with a dash.
  static func isName(_ line: TextLine, after others: ArraySlice<TextLine>) -> Bool {
    let text = String(line.raw).trimmed
    guard let dash = text.first, dashes.contains(dash), text.utf8.count <= 40 else { return false }
    let name = text.drop { dashes.contains($0) || $0 == " " }
    guard let initial = name.first, initial.isLetter, initial.isUppercase || !initial.isCased,
      name.split(separator: " ").count <= nameWordsMax, !name.contains(where: \.isNumber),
      name.last?.isPunctuation != true
    else { return false }
    return !others.contains { $0.words.first.map { dashes.contains($0) } == true }
  }

  private static let dashes: Set<Character> = ["-", "–", "—", "~"]
}
