package import Conversations

/// One key of a channel file, declared once: parsing, `patchbay check` and documentation follow from it.
package struct Setting: Sendable {
  package enum Form: Sendable, Hashable {
    case text
    /// Written as `env:NAME` or `file:PATH` in a channel file; never shown. A list of up to two = rotation.
    case secret
    case flag
    case integer
    case textList
    /// Text to text, e.g. number patterns to caller ids.
    case textMap
    case choice([String])
  }
  package var key: String
  package var form: Form
  package var help: String
  package var isRequired: Bool
  /// Filled in when the key is missing.
  package var fallback: JSON?
  /// Receiving works without it, sending does not: `check` warns, `render` refuses.
  package var isForSending: Bool

  package init(
    _ key: String, _ form: Form, required: Bool = false, default fallback: JSON? = nil, forSending: Bool = false,
    help: String
  ) {
    (self.key, self.form, self.isRequired, self.fallback, self.help) = (key, form, required, fallback, help)
    isForSending = forSending
  }
}

/// A value that has the right type and yet cannot be used.
package struct SettingProblem: Error, Sendable, Hashable {
  package var key: String
  /// What is wrong and what would be right; no secret in it.
  package var message: String
  package init(_ key: String, _ message: String) { (self.key, self.message) = (key, message) }
}

/// The values of one connection's settings.
package struct SettingValues: Sendable {
  private let values: [String: JSON]
  /// The connection's own name (its file's): part of the thread keys of our own doors (`webchat:CHANNEL:SESSION`).
  package let channel: String

  /// Checks `given` (an object) against `settings`. Secrets stand in `given` already resolved, as plain strings.
  /// With `ignoringUnknown` keys that no setting declares are passed over (dry runs), else they are problems.
  /// `channel` is the connection's name, from its file's name.
  package static func check(
    _ given: JSON, against settings: [Setting], ignoringUnknown: Bool = false, channel: ChannelName? = nil
  )
    -> (values: SettingValues, problems: [SettingProblem])
  {
    var (values, problems) = ([String: JSON](), [SettingProblem]())
    for setting in settings {
      guard let value = given[setting.key], !value.isNull else {
        if let fallback = setting.fallback {
          values[setting.key] = fallback
        } else if setting.isRequired {
          problems.append(SettingProblem(setting.key, "is missing: \(setting.help)"))
        }
        continue
      }
      if let complaint = setting.form.complaint(about: value) {
        problems.append(SettingProblem(setting.key, complaint))
      } else {
        values[setting.key] = value
      }
    }
    let known = Set(settings.map(\.key))
    for member in given.members ?? [] where !ignoringUnknown && !known.contains(member.key) {
      problems.append(SettingProblem(member.key, "is not a setting of this kind of channel"))
    }
    return (SettingValues(values: values, channel: channel?.rawValue ?? "main"), problems)
  }

  private init(values: [String: JSON], channel: String) { (self.values, self.channel) = (values, channel) }

  /// Those of `settings` that must have a value before anything can be sent, and have none.
  package func missingForSending(_ settings: [Setting]) -> [Setting] {
    settings.filter { $0.isForSending && values[$0.key] == nil }
  }

  package func json(_ key: String) -> JSON? { values[key] }
  package func text(_ key: String) -> String? { values[key]?.text }
  package func flag(_ key: String) -> Bool { values[key]?.bool ?? false }
  package func integer(_ key: String) -> Int? { values[key]?.int }
  package func list(_ key: String) -> [String] {
    values[key]?.array?.compactMap(\.text) ?? values[key]?.text.map { [$0] } ?? []
  }
  package func map(_ key: String) -> [String: String] {
    Dictionary((values[key]?.members ?? []).compactMap { member in member.value.text.map { (member.key, $0) } }) {
      _, last in last
    }
  }
  /// The secret under `key`, or the active ones while it is rotated (first = the one to sign with).
  package func secrets(_ key: String) -> [Secret] { list(key).map { Secret($0) } }
  package func secret(_ key: String) -> Secret? { secrets(key).first }
}

extension Setting.Form {
  /// What is wrong with `value`, `nil` if nothing is.
  package func complaint(about value: JSON) -> String? {
    switch self {
    case .text: value.text == nil ? "must be a text" : nil
    case .secret: Self.isSecret(value) ? nil : "must be a text or a list of two, none of them empty"
    case .flag: value.bool == nil ? "must be true or false" : nil
    case .integer: value.int == nil ? "must be a whole number" : nil
    case .textList:
      value.text == nil && value.array?.allSatisfy({ $0.text != nil }) != true ? "must be a list of texts" : nil
    case .textMap: value.members?.allSatisfy({ $0.value.text != nil }) != true ? "must be a map of texts" : nil
    case .choice(let words):
      value.text.map(words.contains) != true ? "must be one of \(words.joined(separator: ", "))" : nil
    }
  }

  private static func isSecret(_ value: JSON) -> Bool {
    let texts = value.array?.map(\.string) ?? [value.text]
    return (1...2).contains(texts.count) && texts.allSatisfy { $0?.isEmpty == false }
  }
}
