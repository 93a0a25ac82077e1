/// Folds text into lines of a given width: at spaces for scripts that have them, between any two wide characters for
/// those that do not, and never so that a line begins with closing punctuation or ends with an opening bracket
/// (JIS X 4051, GB/T 15834: 避头尾).
package enum Wrapping {
  /// The lines of `text` (already neutral), each at most `columns` wide; line breaks in the text stay. A word that is
  /// longer than a line is cut. `columns` below 2 counts as 2, so that a wide character always finds room.
  package static func lines(_ text: String, columns: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { fold($0, columns: max(2, columns)) }
  }

  private static func fold(_ line: Substring, columns: Int) -> [String] {
    if line.utf8.count <= columns { return [trimmed(line)] }
    var out: [String] = []
    var (start, used) = (line.startIndex, 0)
    var lastBreak: (index: String.Index, used: Int)?
    var index = line.startIndex
    while index < line.endIndex {
      let (character, next) = (line[index], line.index(after: index))
      let width = Columns.of(character)
      if used + width > columns, character != " " {
        let cut = lastBreak ?? (index, used)
        out.append(trimmed(line[start..<cut.index]))
        (start, used, lastBreak) = (cut.index, used - cut.used, nil)
      }
      used += width
      if next < line.endIndex, mayBreak(after: character, before: line[next]) { lastBreak = (next, used) }
      index = next
    }
    out.append(trimmed(line[start...]))
    return out
  }

  private static func trimmed(_ line: Substring) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  private static func mayBreak(after left: Character, before right: Character) -> Bool {
    if right == " " { return false }
    if left == " " { return true }
    if noLineStart.contains(right) || noLineEnd.contains(left) { return false }
    if left == "-" || left == "/" { return right.isLetter }
    return Columns.of(left) == 2 || Columns.of(right) == 2
  }

  private static let noLineStart = Set<Character>("、。，．：；？！）】》〉」』〕〗’”…—～·,.:;?!)]}%％‰℃°々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
  private static let noLineEnd = Set<Character>("（【《〈「『〔〖‘“([{￥＄$¥£€#")
}
