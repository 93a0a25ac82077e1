/// `; name=value` lists, with the continuations and charsets of RFC 2231 and the encoded words that clients put there
/// instead.
enum ParameterReader {
  /// One `name[*section][*]=value` as it stands.
  private struct Section {
    var name: String
    var index: Int
    /// The value is percent-encoded.
    var isExtended: Bool
    var value: [UInt8]
    var isQuoted: Bool
  }

  /// More than any real field has.
  private static let sectionsMax = 200

  static func read(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
    var names: [String] = []
    var sections: [String: [Section]] = [:]
    for section in split(bytes) {
      if sections[section.name] == nil { names.append(section.name) }
      sections[section.name, default: []].append(section)
    }
    return names.compactMap { name in sections[name].map { (name, joined($0)) } }
  }

  /// RFC 2231 §3 and §4.1. An extended value wins over a plain one of the same name; of two plain ones the first wins.
  private static func joined(_ sections: [Section]) -> String {
    let numbered = sections.filter { $0.index >= 0 }.sorted { $0.index < $1.index }
    if let extended = sections.first(where: { $0.index < 0 && $0.isExtended }) { return extendedText([extended]) }
    if !numbered.isEmpty, numbered.first?.isExtended == true { return extendedText(numbered) }
    if !numbered.isEmpty, numbered.contains(where: \.isExtended) { return extendedText(numbered) }
    if !numbered.isEmpty { return HeaderText.decoded(numbered.flatMap(\.value)) }
    return HeaderText.decoded(sections.first?.value ?? [])
  }

  private static func extendedText(_ sections: [Section]) -> String {
    var bytes: [UInt8] = []
    var charset: String?
    for (position, section) in sections.enumerated() {
      var value = section.value[...]
      if position == 0, section.isExtended, let (label, rest) = charsetPrefix(value) {
        (charset, value) = (label, rest)
      }
      bytes += section.isExtended ? TransferDecoding.percent(value) : Array(value)
    }
    return HeaderText.singleLine(Charset.decode(bytes, label: charset).text)
  }

  /// `charset'language'`.
  private static func charsetPrefix(_ value: ArraySlice<UInt8>) -> (String?, ArraySlice<UInt8>)? {
    let apostrophe = UInt8(ascii: "'")
    guard let first = value.firstIndex(of: apostrophe),
      let second = value[(first + 1)...].firstIndex(of: apostrophe)
    else { return nil }
    let label = String(decoding: value[..<first], as: UTF8.self)
    return (label.isEmpty ? nil : label, value[(second + 1)...])
  }

  private static func split(_ bytes: ArraySlice<UInt8>) -> [Section] {
    var sections: [Section] = []
    var scan = ByteScan(bytes)
    while !scan.isAtEnd, sections.count < sectionsMax {
      scan.skip { $0 == UInt8(ascii: ";") || $0.isHeaderSpace || $0 == UInt8(ascii: ",") }
      let name = scan.take { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
      guard scan.consume(UInt8(ascii: "=")) else { continue }
      scan.skip(while: \.isHeaderSpace)
      let isQuoted = scan.peek == UInt8(ascii: "\"")
      let value = isQuoted ? scan.quotedString() : scan.take { $0 != UInt8(ascii: ";") }.trimmingSpace
      if let section = section(named: name, value: value, isQuoted: isQuoted) { sections.append(section) }
      if isQuoted { scan.skip { $0 != UInt8(ascii: ";") } }
    }
    return sections
  }

  private static func section(named raw: [UInt8], value: [UInt8], isQuoted: Bool) -> Section? {
    let pieces = String(decoding: raw, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
      .split(separator: "*", omittingEmptySubsequences: false)
    guard let name = pieces.first, !name.isEmpty else { return nil }
    let number = pieces.dropFirst().lazy.compactMap { Int($0) }.first
    return Section(
      name: String(name), index: number ?? -1, isExtended: pieces.count > 1 && pieces.last?.isEmpty == true,
      value: value, isQuoted: isQuoted)
  }
}
