extension ConfigurationProblem: CustomStringConvertible {
  /// `file:line:column: words`, and below it, indented, the hint: the form that editors and CI understand.
  package var description: String {
    let place = ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    let head = "\(place): \(severity == .warning ? "warning: " : "")\(words)"
    return hint.map { "\(head)\n    \($0)" } ?? head
  }

  /// What was read.
  package var words: String {
    switch fact {
    case .missingFile: "the file is missing"
    case .emptyFile: "the file is empty"
    case .tooLarge(let bytesMax): "the file is larger than \(bytesMax) bytes"
    case .notUTF8(let byteOffset): "the file is not UTF-8: bad byte at offset \(byteOffset)"
    case .tab: "a tab"
    case .tooDeep: "nested too deeply"
    case .syntax(let words): "not YAML: \(words)"
    case .anchor: "an anchor"
    case .tag(let tag): "the tag `\(tag)`"
    case .duplicateKey(let key, let firstLine): "`\(key)` stands here again, first on line \(firstLine)"
    case .unknownKey(let key, _, _): "unknown key `\(key)`"
    case .missingKey(let key, _): "`\(key)` is missing"
    case .wrongType(let path, let read, let wanted): "`\(path)` is \(read), must be \(wanted)"
    case .badValue(let path, let read, _): "`\(path)` is `\(read)`"
    case .unknownName(let kind, let read, _, _): "there is no \(kind) `\(read)`"
    case .doubledName(let kind, let name, _): "a second \(kind) `\(name)`"
    case .secretInTheOpen(let path): "`\(path)` holds a secret in the open (not shown)"
    case .secretMissing(let path, let source, let why): "`\(path)`: \(source) \(why)"
    case .secretTooOpen(let path, let source, let mode): "`\(path)`: \(source) can be read by others (mode \(mode))"
    case .missingTwin(let template, let language, _): "template `\(template)` has no text in `\(language)`"
    case .unknownVariable(let name, let purpose, _, _): "a template for `\(purpose)` has no variable `\(name)`"
    case .badTag(let words, _): words
    case .said(let path, let words, _): path.isEmpty ? words : "`\(path)` \(words)"
    }
  }

  /// What was probably meant, or what to do.
  package var hint: String? {
    switch fact {
    case .tooLarge, .syntax, .wrongType: nil
    case .missingFile: "write it; the sample desk has one to start from"
    case .emptyFile: "write something into it, or remove it"
    case .notUTF8: "save it as UTF-8"
    case .tab: "YAML is indented with spaces"
    case .tooDeep: "no key lies that deep"
    case .anchor: "anchors and aliases are not read here: write the value out"
    case .tag: "tags are not read here: leave it out, or quote the text"
    case .duplicateKey: "keep one of them"
    case .unknownKey(_, let nearest, let known): Self.suggestion(nearest, known)
    case .missingKey(_, let help): help
    case .badValue(_, _, let wanted): wanted
    case .unknownName(_, _, let nearest, let known): Self.suggestion(nearest, known)
    case .doubledName(_, _, let firstPlace): "the first one is in \(firstPlace)"
    case .secretInTheOpen: "write env:NAME, file:PATH or made:NAME, and change the secret: it has been in a file"
    case .secretMissing: "set it, or say `enabled: false`"
    case .secretTooOpen: "chmod 0640 or less"
    case .missingTwin(_, _, let path): "write \(path)"
    case .unknownVariable(_, _, let nearest, let known): Self.suggestion(nearest, known)
    case .badTag(_, let hint): hint
    case .said(_, _, let hint): hint
    }
  }

  /// The nearest word if there is one, else the whole choice as long as it fits on a line.
  private static func suggestion(_ nearest: String?, _ known: [String]) -> String? {
    if let nearest { return "did you mean `\(nearest)`?" }
    guard !known.isEmpty else { return nil }
    let shown = known.prefix(24)
    return "known: " + shown.joined(separator: ", ") + (known.count > shown.count ? " …" : "")
  }
}
