/// Waiting conversations that are the same to whoever looks for work: of one queue, about one category, in one language,
/// for the same skills; or those that are one agent's own. Only the first of each can be the next one for anybody.
package enum Pool: Hashable, Sendable {
  /// `language`: two letters, one of `Pool.languages`; `nil` = any other. `skills`: what rules asked for.
  case shared(queue: String, category: String, language: String?, skills: [String] = [])
  case own(agent: String)

  /// Languages that agents may be known to speak (ISO 639-1). A closed list: strangers' programs state languages, and
  /// must not be able to make pools without end.
  package static let languages: Set<String> = [
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tl", "tr", "uk", "ur",
    "vi", "zh",
  ]

  /// The pool's language for a tag such as `zh-Hant`.
  package static func language(of tag: String) -> String? {
    let first = tag.prefix { $0 != "-" }.lowercased()
    return languages.contains(first) ? first : nil
  }
}

extension Pool {
  /// As it stands in the store.
  package var text: String {
    switch self {
    case .shared(let queue, let category, let language, let skills):
      ([queue, category, language ?? "-"] + skills).joined(separator: " ")
    case .own(let agent): "@\(agent)"
    }
  }

  /// Reads what `text` wrote; `nil` for anything else.
  package init?(_ text: String) {
    if text.hasPrefix("@") {
      self = .own(agent: String(text.dropFirst()))
      return
    }
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count >= 3 else { return nil }
    self = .shared(
      queue: parts[0], category: parts[1], language: parts[2] == "-" ? nil : parts[2], skills: Array(parts[3...]))
  }
}
