/// The text of a YAML file with its lines, and with doubled keys disguised until the parser is content.
struct YAMLSource {
  private var scalars: [Unicode.Scalar]
  /// Index of each line's first scalar.
  private let lineStarts: [Int]
  /// What each disguise stands for.
  private var disguises: [Unicode.Scalar: Unicode.Scalar] = [:]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var starts = [0]
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\n", "\u{85}", "\u{2028}", "\u{2029}": starts.append(index + 1)  // YAML 1.1 §4.2 counts these as breaks
      case "\r" where index + 1 >= scalars.count || scalars[index + 1] != "\n": starts.append(index + 1)
      default: break
      }
    }
    lineStarts = starts
  }

  var text: String { String(String.UnicodeScalarView(scalars)) }

  private func index(of mark: Mark) -> Int? {
    guard lineStarts.indices.contains(mark.line - 1) else { return nil }
    let index = lineStarts[mark.line - 1] + mark.column - 1
    return scalars.indices.contains(index) ? index : nil
  }

  func scalar(at mark: Mark) -> Unicode.Scalar? { index(of: mark).map { scalars[$0] } }

  private func mark(of index: Int) -> Mark {
    let line = lineStarts.lastIndex { $0 <= index } ?? 0
    return Mark(line: line + 1, column: index - lineStarts[line] + 1)
  }

  /// The first character that no YAML stream may hold (YAML 1.1 §4.1).
  func firstControlCharacter() -> Mark? {
    scalars.firstIndex {
      ($0.value < 0x20 && !["\t", "\n", "\r"].contains($0)) || (0x7F...0x9F).contains($0.value) && $0 != "\u{85}"
    }
    .map(mark(of:))
  }

  // MARK: Doubled keys

  /// Replaces the first letter of the key at `mark` by one that nothing else bears; `false` when there is none to replace.
  mutating func disguiseKey(at mark: Mark) -> Bool {
    guard var index = index(of: mark) else { return false }
    if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    guard scalars.indices.contains(index), !["\"", "'", "&", "!", "*", "?", "\\"].contains(scalars[index]),
      let disguise = Unicode.Scalar(0xF0000 + UInt32(disguises.count)), disguises[scalars[index]] == nil
    else { return false }
    disguises[disguise] = scalars[index]
    scalars[index] = disguise
    return true
  }

  /// `text` as it was before a disguise.
  func restored(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, let original = disguises[first] else { return text }
    return String(original) + String(text.unicodeScalars.dropFirst())
  }

  // MARK: Depth

  /// Where the nesting may be deeper than any file of ours needs. An over-estimate by text alone, made before the
  /// recursive parser runs: indentation in columns, plus `- ` and brackets that open and are not closed again.
  func tooDeepAt(_ limit: Int = 200) -> Mark? {
    var brackets = 0
    for (line, start) in lineStarts.enumerated() {
      let end = line + 1 < lineStarts.count ? lineStarts[line + 1] : scalars.count
      let indent = scalars[start..<end].prefix { $0 == " " || $0 == "-" || $0 == "?" }.count
      for scalar in scalars[start..<end] {
        if scalar == "[" || scalar == "{" { brackets += 1 }
        if scalar == "]" || scalar == "}" { brackets = max(0, brackets - 1) }
        if indent + brackets > limit { return Mark(line: line + 1, column: 1) }
      }
    }
    return nil
  }
}
