/// A YAML value as the person wrote it: scalars stay text (`on`, `09:00` and `2026-01-01` are what they look like, whatever
/// YAML 1.1 would make of them), and everything knows its place.
struct YAMLNode: Sendable, Hashable {
  var mark: Mark
  var value: Value

  enum Value: Sendable, Hashable {
    /// `isPlain`: written without quotes and not as a block.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case map([Entry])
  }

  struct Entry: Sendable, Hashable {
    var key: String
    var mark: Mark
    var value: YAMLNode
  }

  /// Written as nothing, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = value else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The text of a scalar that is not null.
  var text: String? {
    guard case .scalar(let text, _) = value, !isNull else { return nil }
    return text
  }

  /// For complaints: what stands there, in a few words.
  var readAs: String {
    switch value {
    case .list: "a list"
    case .map: "a map"
    case .scalar where isNull: "empty"
    case .scalar(let text, _): "`\(clipped(text))`"
    }
  }
}

/// At most 60 characters of `text` on one line, control characters replaced: complaints go to terminals.
func clipped(_ text: String) -> String {
  let safe = String(
    String.UnicodeScalarView(text.unicodeScalars.prefix(61).map { $0.properties.isNoncharacterOrControl ? "·" : $0 }))
  return safe.unicodeScalars.count > 60 ? String(safe.unicodeScalars.prefix(60)) + "…" : safe
}

extension Unicode.Scalar.Properties {
  /// Control and format characters (bidi overrides among them), surrogates and private use.
  fileprivate var isNoncharacterOrControl: Bool {
    switch generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
