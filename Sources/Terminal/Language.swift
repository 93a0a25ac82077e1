/// The languages that Patchbay's commands speak.
package enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case chinese = "zh"

  /// `PATCHBAY_LANG` decides; else what the locale says (POSIX.1-2017 §8.2: `LC_ALL`, then `LC_MESSAGES`, then `LANG`).
  package init(environment: [String: String]) {
    let names = ["PATCHBAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
    let wanted = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    self = wanted.lowercased().hasPrefix("zh") ? .chinese : .english
  }
}

/// Says phrases in one language.
package struct Speech: Sendable {
  package let language: Language
  package init(_ language: Language) { self.language = language }

  /// `phrase` with `{1}`, `{2}`… replaced by `arguments`; what the arguments hold is not looked at again.
  package func callAsFunction(_ phrase: Phrase, _ arguments: String...) -> String {
    Speech.filled(phrase.text(in: language), arguments)
  }

  private static func filled(_ template: Substring, _ arguments: [String]) -> String {
    var out = ""
    var rest = template
    while let open = rest.firstIndex(of: "{") {
      out += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      guard let close = inside.firstIndex(of: "}"), let number = Int(inside[..<close]),
        arguments.indices.contains(number - 1)
      else {
        out.append("{")
        rest = inside
        continue
      }
      out += arguments[number - 1]
      rest = inside[inside.index(after: close)...]
    }
    return out + rest
  }
}

extension Phrase {
  /// The half in `language`, with its places still to fill.
  package func text(in language: Language) -> Substring { twoLanguages(rawValue, language) }
}

/// One half of a raw value: English stands before the broken bar, Chinese behind it.
func twoLanguages(_ raw: String, _ language: Language) -> Substring {
  let halves = raw.split(separator: " ¦ ", maxSplits: 1)
  return (language == .chinese ? halves.last : halves.first) ?? raw[...]
}
