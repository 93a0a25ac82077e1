package import Conversations

extension RoutingInput {
  /// 32 hex digits over everything a decision depends on.
  package func fingerprint(table: String, now: Instant) -> String {
    var print = Fingerprint()
    print.add(table)
    print.add(String(now.microseconds))
    for field in [channel, kind.rawValue, text, trust.rawValue, isAutomatic ? "1" : "0"] { print.add(field) }
    for field in [subject, language, categoryHint, contact?.description] { print.add(field) }
    for address in addresses { print.add(address) }
    return print.hex
  }
}

extension LanguageGuess {
  /// A provider's tag in the desk's form: `zh_CN` → `zh`, `zh-TW` → `zh-Hant`, `en-US` → `en`.
  static func normalized(_ tag: String) -> String {
    let parts = tag.lowercased().split { $0 == "-" || $0 == "_" }
    guard let primary = parts.first, primary.utf8.count <= 8 else { return "und" }
    guard primary == "zh" else { return primary == "yue" ? "zh-Hant" : String(primary) }
    return parts.contains { ["hant", "tw", "hk", "mo"].contains($0) } ? "zh-Hant" : "zh"
  }
}

extension RoutingTable {
  /// The first target whose condition fits.
  package func target(
    queue: String, category: String, priority: Priority, channel: String, language: String, groups: [String]
  ) -> ServiceTarget? {
    targets.first { target in
      let when = target.when
      return (when.queues.isEmpty || when.queues.contains(queue))
        && (when.categories.isEmpty || when.categories.contains(category))
        && (when.priorities.isEmpty || when.priorities.contains(priority))
        && (when.channels.isEmpty || when.channels.contains(channel))
        && (when.languages.isEmpty || when.languages.contains { CompiledRule.covers($0, language) })
        && (when.groups.isEmpty || when.groups.contains(where: groups.contains))
    }
  }
}
