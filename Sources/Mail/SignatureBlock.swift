/// Signatures that are set off by other marks than `-- `.
enum SignatureBlock {
  private static let linesMax = 6
  private static let lineLengthMax = 60
  private static let nameWordsMax = 3

  /// A short rule and below it, up to the end or the quote, a few short lines that are no sentences.
  static func begins(in lines: [TextLine], at index: Int) -> Bool {
    guard rules.contains(lines[index].words), index > 0 else { return false }
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
    guard count > 0 else { return false }
    let end = index + 1 + linesMax + 4
    return end >= lines.count || lines[end...].prefix(1).allSatisfy { $0.isBlank || $0.isQuoted }
  }

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
