/// Finds the tags of a template and what is wrong with them. Only variables, sections and comments are taken: whatever
/// else the library knows (partials, other delimiters, unescaped variables) nobody would look for in a customer's letter.
struct TemplateTags {
  let file: SourceFile
  let purpose: TemplatePurpose
  /// What may be used: the purpose's and the desk's.
  let known: [String]
  private(set) var used: Set<String> = []
  private var open: [(name: String, mark: Mark)] = []
  private var isSound = true

  init(file: SourceFile, purpose: TemplatePurpose, known: [String]) {
    (self.file, self.purpose, self.known) = (file, purpose, known)
  }

  /// Whether `text`, which begins on line `firstLine`, can be rendered.
  mutating func check(_ text: String, firstLine: Int, firstColumn: Int = 1) -> Bool {
    (isSound, open) = (true, [])
    let scalars = Array(text.unicodeScalars)
    var (index, mark) = (0, Mark(line: firstLine, column: firstColumn))
    while index < scalars.count {
      guard scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "{" else {
        mark =
          scalars[index] == "\n" ? Mark(line: mark.line + 1, column: 1) : Mark(line: mark.line, column: mark.column + 1)
        index += 1
        continue
      }
      var end = index + 2
      while end + 1 < scalars.count, !(scalars[end] == "}" && scalars[end + 1] == "}"), scalars[end] != "\n" {
        end += 1
      }
      guard end + 1 < scalars.count, scalars[end] == "}" else {
        complain("`{{` without `}}` on the same line", "close it", at: mark)
        return false
      }
      tag(String(String.UnicodeScalarView(scalars[(index + 2)..<end])), at: mark)
      mark.column += end + 2 - index
      index = end + 2
    }
    for section in open {
      complain("`{{#\(section.name)}}` is never closed", "write `{{/\(section.name)}}`", at: section.mark)
    }
    return isSound
  }

  private mutating func tag(_ content: String, at mark: Mark) {
    let trimmed = content.filter { $0 != " " }
    switch trimmed.first {
    case "!": break
    case "#", "^":
      let name = String(trimmed.dropFirst())
      variable(name, at: mark)
      open.append((name, mark))
    case "/":
      let name = String(trimmed.dropFirst())
      guard open.last?.name != name else {
        open.removeLast()
        return
      }
      complain(
        "`{{/\(clipped(name))}}` closes nothing", open.last.map { "`{{#\($0.name)}}` is open" } ?? "leave it out",
        at: mark)
    case "{", "&":
      complain(
        "`{{\(clipped(trimmed))}}` switches escaping off",
        "write two braces: plain text is never escaped, HTML always is", at: mark)
    case ">", "<", "$", "=", "%", "*":
      complain(
        "`{{\(clipped(trimmed))}}` is not used here",
        "templates know variables, `{{#x}}…{{/x}}`, `{{^x}}…{{/x}}` and `{{! … }}`", at: mark)
    default: variable(trimmed, at: mark)
    }
  }

  private mutating func variable(_ name: String, at mark: Mark) {
    used.insert(name)
    guard !known.contains(name) else { return }
    isSound = false
    let nearest = nearestWord(to: name, among: known)
    file.complain(
      .unknownVariable(name: clipped(name), purpose: purpose.rawValue, nearest: nearest, known: known), at: mark)
  }

  private mutating func complain(_ words: String, _ hint: String, at mark: Mark) {
    isSound = false
    file.complain(.badTag(words: words, hint: hint), at: mark)
  }
}
