/// The names that other files may use, of one kind. `isComplete` is false when the file that holds them could not be read:
/// then nobody is blamed for naming one.
struct NameSet {
  var kind: String
  var names: [String]
  var isComplete = true

  init(_ kind: String, _ names: [String], isComplete: Bool = true) {
    (self.kind, self.names, self.isComplete) = (kind, names, isComplete)
  }

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// Complains unless `name` is one of them; gives it back if it is.
  @discardableResult
  func check(_ name: Located<String>?, in file: SourceFile) -> String? {
    guard let name else { return nil }
    if contains(name.value) || !isComplete { return name.value }
    let nearest = nearestWord(to: name.value, among: names)
    return nothing(
      file.complain(
        .unknownName(kind: kind, read: clipped(name.value), nearest: nearest, known: names.sorted()), at: name.mark))
  }

  func check(_ names: [Located<String>], in file: SourceFile) -> [String] { names.compactMap { check($0, in: file) } }
}

/// Ids of queues, categories, rules, templates…: they appear in URLs, on command lines and in spreadsheets.
func isName(_ text: String) -> Bool {
  (1...64).contains(text.utf8.count)
    && text.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}

extension MapReader {
  /// A list of proper names.
  func names(_ key: String) -> [String] {
    texts(key).map { name in
      file.checkName(name.value, at: name.mark, path: way(to: key))
      return name.value
    }
  }

  /// The entries of the map under `key`, each name a proper one and its value a map.
  func namedMaps(_ key: String, required help: String? = nil) -> [(name: String, mark: Mark, map: MapReader)] {
    guard let map = map(key, required: help) else { return [] }
    return map.allEntries().compactMap { entry in
      file.checkName(entry.key, at: entry.mark, path: path)
      return MapReader(entry.value, at: map.way(to: entry.key), of: file).map { (entry.key, entry.mark, $0) }
    }
  }
}

extension SourceFile {
  func checkName(_ name: String, at mark: Mark, path: String) {
    guard !isName(name) else { return }
    complain(
      .badValue(path: path.isEmpty ? "name" : path, read: clipped(name), wanted: "a name of a-z, 0-9, `-` and `_`"),
      at: mark)
  }
}
