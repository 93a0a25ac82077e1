package import Conversations

/// What the service level is counted by: `service_level` in `reports.yaml` (METRICS §4).
package struct ServiceLevelRules: Sendable, Hashable {
  /// Y in seconds, for channels of which nothing else is said.
  package var withinSeconds: Int64 = 20
  /// Y in seconds by the name of a channel, or of a kind of channels.
  package var withinSecondsByName: [String: Int64] = [:]
  /// Who gives up before that, in seconds, was hardly there.
  package var shortAbandonSeconds: Int64 = 5
  /// The one that is shown first.
  package var convention = ServiceLevel.Convention.offeredWithoutShort

  package init() {}

  /// What counts where no file says anything.
  package static let usual = ServiceLevelRules()

  /// Y in seconds; what is said of the channel goes before what is said of its kind.
  package func withinSeconds(channel: String, kind: String) -> Int64 {
    withinSecondsByName[channel] ?? withinSecondsByName[kind] ?? withinSeconds
  }

  /// Each Y once, the shortest first.
  package var allWithinSeconds: [Int64] { Set(withinSecondsByName.values).union([withinSeconds]).sorted() }

  private static let anyName = "default"

  /// As a run keeps it: `{"within_seconds":{"default":20,"webchat":60},"short_abandon_seconds":5,"convention":"SL3"}`.
  package var json: JSON {
    let named = withinSecondsByName.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }
    return [
      "within_seconds": .object([.init(Self.anyName, JSON(withinSeconds))] + named),
      "short_abandon_seconds": JSON(shortAbandonSeconds), "convention": JSON(convention.rawValue),
    ]
  }

  /// `nil` = a run that kept none was counted by what is usual.
  package init(json: JSON?) {
    for member in json?["within_seconds"]?.members ?? [] {
      guard let seconds = member.value.int64 else { continue }
      if member.key == Self.anyName { withinSeconds = seconds } else { withinSecondsByName[member.key] = seconds }
    }
    shortAbandonSeconds = json?["short_abandon_seconds"]?.int64 ?? shortAbandonSeconds
    convention = json?["convention"]?.string.flatMap { .init(rawValue: $0) } ?? convention
  }

  /// Its numbers by name, for tables: `within_seconds`, `within_seconds webchat`, …
  package var facts: [(name: String, value: String)] {
    [("within_seconds", "\(withinSeconds)")]
      + withinSecondsByName.sorted { $0.key < $1.key }.map { ("within_seconds \($0.key)", "\($0.value)") }
      + [("short_abandon_seconds", "\(shortAbandonSeconds)"), ("service_level", convention.rawValue)]
  }
}
