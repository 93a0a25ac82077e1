import Conversations

/// Reads the keys of one map, each at most once. Whatever nobody asked for is an unknown key: call `finish()` last.
///
/// A value that does not fit is complained of here and comes back as `nil`, like one that is missing: readers go on with
/// what they have, so that one run tells everything.
final class MapReader {
  let file: SourceFile
  /// The dotted way here, e.g. `queues.payments`; empty at the root.
  let path: String
  let mark: Mark
  private let entries: [YAMLNode.Entry]
  private var asked: [String] = []

  /// `nil`, and a complaint, when `node` is no map.
  init?(_ node: YAMLNode, at path: String, of file: SourceFile) {
    guard case .map(let entries) = node.value else {
      file.complain(
        .wrongType(path: path.isEmpty ? "the file" : path, read: node.readAs, wanted: "a map of keys"), at: node.mark)
      return nil
    }
    (self.file, self.path, self.mark, self.entries) = (file, path, node.mark, entries)
  }

  func way(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value under `key` unless it is missing or null; with `help` a missing one is complained of.
  func node(_ key: String, required help: String? = nil) -> YAMLNode? {
    asked.append(key)
    let entry = entries.first { $0.key == key }
    if let entry, !entry.value.isNull { return entry.value }
    if let help { file.complain(.missingKey(way(to: key), help: help), at: entry?.mark ?? mark) }
    return nil
  }

  func markOf(_ key: String) -> Mark? { entries.first { $0.key == key }?.mark }

  /// All entries, as of a map whose keys are names.
  func allEntries() -> [YAMLNode.Entry] {
    asked += entries.map(\.key)
    return entries
  }

  /// Complains of every key that was not asked for.
  func finish() {
    for entry in entries where !asked.contains(entry.key) {
      let nearest = nearestWord(to: entry.key, among: asked)
      file.complain(.unknownKey(clipped(entry.key), nearest: nearest, known: asked.sorted()), at: entry.mark)
    }
  }

  // MARK: Typed values

  func text(_ key: String, required help: String? = nil) -> Located<String>? {
    node(key, required: help).flatMap { file.text($0, at: way(to: key)) }
  }

  func flag(_ key: String) -> Located<Bool>? {
    guard let node = node(key) else { return nil }
    if case .scalar(let text, isPlain: true) = node.value, let flag = flagWords[text.lowercased()] {
      return Located(value: flag, mark: node.mark)
    }
    return wrong(key, node, "true or false")
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Located<Int>? {
    guard let node = node(key) else { return nil }
    guard let text = node.text, let value = Int(text), range.contains(value) else {
      return wrong(key, node, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return Located(value: value, mark: node.mark)
  }

  /// A share from 0 to 1, or per cent: `0.8`, `80%`.
  func share(_ key: String) -> Located<Double>? {
    guard let node = node(key) else { return nil }
    let text = node.text ?? ""
    let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    guard let value, value.isFinite, (0...1).contains(value) else {
      return wrong(key, node, "a share such as 0.8 or 80%")
    }
    return Located(value: value, mark: node.mark)
  }

  /// `4h`, `30m`, `2d`, `90s`, `1h30m` in seconds. A day is 24 hours: on a calendar with opening hours `2d` is 48 of them.
  func duration(_ key: String) -> Located<Int64>? {
    guard let node = node(key) else { return nil }
    guard let text = node.text, let seconds = durationSeconds(text) else {
      return wrong(key, node, "a duration such as 90s, 30m, 4h, 2d or 1h30m")
    }
    return Located(value: seconds, mark: node.mark)
  }

  /// An RFC 3339 date-time.
  func moment(_ key: String, required help: String? = nil) -> Located<Instant>? {
    guard let text = text(key, required: help) else { return nil }
    return file.moment(text, at: way(to: key)).map { Located(value: $0, mark: text.mark) }
  }

  /// Its seconds, within bounds; `wanted` says them.
  func duration(_ key: String, from least: Int64, to most: Int64, wanted: String) -> Int64? {
    guard let duration = duration(key) else { return nil }
    guard (least...most).contains(duration.value) else {
      return nothing(
        file.complain(.badValue(path: way(to: key), read: "\(duration.value)s", wanted: wanted), at: duration.mark))
    }
    return duration.value
  }

  /// One of `Choice`'s raw values.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Located<Choice>?
  where Choice.RawValue == String {
    text(key).flatMap { file.choice($0, type, at: way(to: key)) }
  }

  /// A list of texts; a text alone is a list of one.
  func texts(_ key: String, required help: String? = nil) -> [Located<String>] {
    guard let node = node(key, required: help) else { return [] }
    guard case .list(let elements) = node.value else { return file.text(node, at: way(to: key)).map { [$0] } ?? [] }
    return elements.enumerated().compactMap { index, element in file.text(element, at: "\(way(to: key))[\(index)]") }
  }

  /// A list of maps.
  func maps(_ key: String) -> [MapReader] {
    nodes(key).enumerated().compactMap { MapReader($1, at: "\(way(to: key))[\($0)]", of: file) }
  }

  func nodes(_ key: String) -> [YAMLNode] {
    guard let node = node(key) else { return [] }
    guard case .list(let elements) = node.value else { return wrong(key, node, "a list") ?? [] }
    return elements
  }

  func map(_ key: String, required help: String? = nil) -> MapReader? {
    node(key, required: help).flatMap { MapReader($0, at: way(to: key), of: file) }
  }

  /// A map of texts: `zh: …`, `en: …`.
  func textMap(_ key: String) -> [String: String] {
    guard let map = map(key) else { return [:] }
    let pairs = map.allEntries().compactMap { entry in
      file.text(entry.value, at: map.way(to: entry.key)).map { (entry.key, $0.value) }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private func wrong<Value>(_ key: String, _ node: YAMLNode, _ wanted: String) -> Value? {
    nothing(file.complain(.wrongType(path: way(to: key), read: node.readAs, wanted: wanted), at: node.mark))
  }
}

/// YAML 1.1 §10.2.1.2 knows more; these are the ones people write.
let flagWords = ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false]

extension SourceFile {
  /// The text of a scalar.
  func text(_ node: YAMLNode, at path: String) -> Located<String>? {
    guard let text = node.text else {
      return nothing(complain(.wrongType(path: path, read: node.readAs, wanted: "a text"), at: node.mark))
    }
    return Located(value: text, mark: node.mark)
  }

  func moment(_ text: Located<String>, at path: String) -> Instant? {
    if let instant = Instant(rfc3339: text.value) { return instant }
    return nothing(
      complain(
        .badValue(
          path: path, read: clipped(text.value), wanted: "a moment such as 2026-03-06T17:50:00+08:00"), at: text.mark))
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ text: Located<String>, _ type: Choice.Type, at path: String)
    -> Located<Choice>? where Choice.RawValue == String
  {
    if let choice = Choice(rawValue: text.value) { return Located(value: choice, mark: text.mark) }
    let words = Choice.allCases.map(\.rawValue)
    let wanted =
      nearestWord(to: text.value, among: words).map { "did you mean `\($0)`?" } ?? "one of "
      + words.joined(separator: ", ")
    return nothing(complain(.badValue(path: path, read: clipped(text.value), wanted: wanted), at: text.mark))
  }
}

/// The seconds of `4h`, `30m`, `2d`, `90s`, `1h30m`: units from large to small, each once; `nil` for anything else.
func durationSeconds(_ text: String) -> Int64? {
  var (total, number) = (Int64(0), Int64?.none)
  var units: ArraySlice<(letter: UInt8, seconds: Int64)> = [
    (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
  ]
  guard text.utf8.count <= 24, !text.isEmpty else { return nil }
  for byte in text.utf8 {
    if (48...57).contains(byte) {
      number = (number ?? 0) * 10 + Int64(byte - 48)
      guard (number ?? 0) <= 1_000_000 else { return nil }
    } else {
      guard let unit = units.firstIndex(where: { $0.letter == byte }), let count = number else { return nil }
      total += count * units[unit].seconds
      (number, units) = (nil, units[(unit + 1)...])
    }
  }
  return number == nil ? total : nil
}
