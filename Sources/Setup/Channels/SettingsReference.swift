import Channels
import Conversations

/// The part of `channels/README.md` that follows from the adapters: one table per kind, in the registry's order.
package func settingsReference() -> String {
  let common = table(
    ["Key", "Form", "Default", "Meaning"], commonChannelKeys.map { ["`\($0.key)`", $0.form, $0.fallback, $0.help] })
  let kinds = AdapterRegistry.all.map { type in
    let rows = type.settings.map { setting in
      ["`\(setting.key)`", setting.form.words, setting.fallbackWords, cell(setting.help)]
    }
    let settings = rows.isEmpty ? "No settings." : table(["Setting", "Form", "Default", "Meaning"], rows)
    return "### `\(type.kind.rawValue)`\n\n\(type.summary)\n\n\(settings)"
  }
  return (["### Keys of every channel\n\n\(common)"] + kinds).joined(separator: "\n\n")
}

/// The part of `templates/README.md` that follows from the purposes: the variables of each.
package func templatesReference() -> String {
  TemplatePurpose.allCases.map { purpose in
    let rows = purpose.variables.map { ["`\($0.name)`", $0.help] }
    return "### `\(purpose.rawValue)`\n\n"
      + (rows.isEmpty ? "Only the desk's own." : table(["Variable", "Holds"], rows))
  }.joined(separator: "\n\n")
}

private func table(_ head: [String], _ rows: [[String]]) -> String {
  let lines = [head, head.map { _ in "---" }] + rows
  return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
}

/// Text for one cell of a table.
private func cell(_ text: String) -> String {
  text.replacing("\n", with: " ").replacing("|", with: "\\|")
}

extension Setting.Form {
  /// For the documentation.
  fileprivate var words: String {
    switch self {
    case .text: "text"
    case .secret: "secret"
    case .flag: "`true` or `false`"
    case .integer: "whole number"
    case .textList: "list of texts"
    case .textMap: "map of texts"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}

extension Setting {
  fileprivate var fallbackWords: String {
    guard let fallback, !fallback.isNull else { return isRequired ? "required" : isForSending ? "needed to send" : "–" }
    let text = fallback.text ?? fallback.description
    let short = text.split(whereSeparator: \.isNewline).count > 1 ? "built in" : "`\(cell(text))`"
    return text.isEmpty ? "empty" : fallback.array?.isEmpty == true ? "none" : short
  }
}
