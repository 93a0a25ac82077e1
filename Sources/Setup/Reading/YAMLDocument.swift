import Yams

/// Reads one YAML file into located nodes.
enum YAMLDocument {
  /// The root of the document; complains and gives `nil` when there is none.
  static func read(_ bytes: [UInt8], of file: SourceFile) -> YAMLNode? {
    guard let text = readText(bytes, of: file) else { return nil }
    var source = YAMLSource(text)
    if let mark = source.tooDeepAt() { return nothing(file.complain(.tooDeep, at: mark)) }
    // The parser gives up at a doubled key; each is renamed in the source and it starts over, so that all are reported.
    for _ in 0..<100 {
      do {
        return try root(of: source, file)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let mark = Mark(line: context.mark.line, column: context.mark.column)
        if source.disguiseKey(at: mark) { continue }
        return nothing(file.complain(.duplicateKey(clipped(keys.first ?? ""), firstLine: mark.line), at: mark))
      } catch {
        return nothing(source.complain(of: error, in: file))
      }
    }
    return nothing(file.complain(.syntax(words: "more than 100 doubled keys")))
  }

  private static func root(of source: YAMLSource, _ file: SourceFile) throws -> YAMLNode? {
    // `.basic` resolves nothing: whether `1` is a number is for the reader of that key to say.
    let parser = try Parser(yaml: source.text, resolver: .basic, encoding: .utf8)
    // Nodes know their anchors only as long as the parser lives.
    return try withExtendedLifetime(parser) {
      guard let node = try parser.singleRoot() else { return nothing(file.complain(.emptyFile)) }
      return YAMLConversion(source: source, file: file).node(node)
    }
  }
}

/// From the library's nodes to ours.
private struct YAMLConversion {
  let source: YAMLSource
  let file: SourceFile

  func node(_ node: Node) -> YAMLNode {
    let mark = Mark(node.mark)
    // An alias gives the anchored node again; not going into it also defuses an exponential nest of them.
    guard node.anchor == nil else {
      file.complain(.anchor, at: mark)
      return YAMLNode(mark: mark, value: .scalar("", isPlain: true))
    }
    switch node {
    case .scalar(let scalar):
      complain(ofTag: scalar.tag, at: mark)
      let isPlain = scalar.style == .plain || scalar.style == .any
      return YAMLNode(mark: mark, value: .scalar(source.restored(scalar.string), isPlain: isPlain))
    case .sequence(let sequence):
      complain(ofTag: sequence.tag, at: mark)
      return YAMLNode(mark: mark, value: .list(sequence.map(self.node)))
    case .mapping(let mapping):
      complain(ofTag: mapping.tag, at: mark)
      return YAMLNode(mark: mark, value: .map(entries(of: mapping)))
    case .alias:
      file.complain(.anchor, at: mark)
      return YAMLNode(mark: mark, value: .scalar("", isPlain: true))
    }
  }

  private func entries(of mapping: Node.Mapping) -> [YAMLNode.Entry] {
    var (entries, lines) = ([YAMLNode.Entry](), [String: Int]())
    for (keyNode, valueNode) in mapping {
      let (mark, value) = (Mark(keyNode.mark), node(valueNode))
      guard case .scalar(let scalar) = keyNode else {
        file.complain(.wrongType(path: "a key", read: "a list or map", wanted: "a text"), at: mark)
        continue
      }
      let key = source.restored(scalar.string)
      if let firstLine = lines.updateValue(mark.line, forKey: key) {
        lines[key] = firstLine
        file.complain(.duplicateKey(clipped(key), firstLine: firstLine), at: mark)
      } else {
        entries.append(YAMLNode.Entry(key: key, mark: mark, value: value))
      }
    }
    return entries
  }

  private func complain(ofTag tag: Tag, at mark: Mark) {
    let name = tag.rawValue
    // The standard tags (YAML 1.2.2 §10) change nothing here: every scalar is a text.
    if !name.isEmpty, name != "!", !name.hasPrefix("tag:yaml.org,2002:") {
      file.complain(.tag(clipped(name)), at: mark)
    }
  }
}

extension Mark {
  fileprivate init(_ mark: Yams.Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension YAMLSource {
  /// Turns the library's error into a complaint at its place.
  fileprivate func complain(of error: any Error, in file: SourceFile) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let mark = Mark(mark)
      guard scalar(at: mark) != "\t" else { return file.complain(.tab, at: mark) }
      let place = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
      file.complain(.syntax(words: advised(problem) + place), at: mark)
    case YamlError.reader(let problem, _, _, _):
      file.complain(.syntax(words: problem), at: firstControlCharacter())
    default:
      file.complain(.syntax(words: "\(error)"))
    }
  }

  /// What usually lies behind the parser's words.
  private func advised(_ problem: String) -> String {
    switch problem {
    case "mapping values are not allowed in this context": "a `: ` too many on this line; quote a text that holds one"
    case "could not find expected ':'": "a `key: value` was expected here"
    case "found undefined alias": "`*` begins an alias; quote the text"
    case "found character that cannot start any token": "a text cannot begin with this character; quote it"
    case "did not find expected key": "the indentation does not fit the lines above"
    case "but found another document": "`---` begins a second document; one file holds one"
    default: problem
    }
  }
}
