import Channels
import Conversations
import Routing

/// Reads `service_level` in `reports.yaml`: `{within: 20s, short: 5s, convention: SL3}`, and `within` as a map where channels
/// differ: `{default: 20s, webchat: 60s}`. What it does not say stays as it is elsewhere.
struct ServiceLevelReader {
  let file: SourceFile
  let channels: NameSet
  let connections: [Connection]

  private static let anyName = "default"

  func rules(_ map: MapReader, else usual: ServiceLevelRules) -> ServiceLevelRules {
    var rules = usual
    within(map, &rules)
    rules.shortAbandonSeconds =
      map.duration("short", from: 1, to: 3600, wanted: "from 1s to 1h") ?? rules.shortAbandonSeconds
    rules.convention = map.choice("convention", ServiceLevel.Convention.self)?.value ?? rules.convention
    map.finish()
    return rules
  }

  private func within(_ map: MapReader, _ rules: inout ServiceLevelRules) {
    guard let node = map.node("within") else { return }
    rules.withinSecondsByName = [:]
    guard case .map = node.value else {
      rules.withinSeconds = seconds("within", map) ?? rules.withinSeconds
      return
    }
    guard let own = MapReader(node, at: map.way(to: "within"), of: file) else { return }
    for entry in own.allEntries() {
      if entry.key == Self.anyName {
        rules.withinSeconds = seconds(entry.key, own) ?? rules.withinSeconds
      } else if let name = names.check(Located(value: entry.key, mark: entry.mark), in: file) {
        checkKind(of: name, at: entry.mark)
        rules.withinSecondsByName[name] = seconds(entry.key, own)
      }
    }
  }

  /// Complains of a channel that brings neither calls nor chats.
  private func checkKind(of name: String, at mark: Mark) {
    guard let kind = connections.first(where: { $0.name.rawValue == name })?.kind, !Self.kinds.contains(kind.rawValue)
    else { return }
    file.complain(
      .said(
        path: "", words: "`\(name)` is of kind `\(kind)` and has no service level",
        hint: "name a channel of calls or chats"), at: mark)
  }

  private func seconds(_ key: String, _ map: MapReader) -> Int64? {
    map.duration(key, from: 1, to: 86_400, wanted: "from 1s to 1d")
  }

  /// The kinds that bring calls or chats.
  private static let kinds = AdapterRegistry.all.filter { $0 is any PhoneOnly.Type || $0 == WebChat.self }
    .map { $0.kind.rawValue }

  private var names: NameSet {
    NameSet(
      "channel or kind of calls or chats", Set(channels.names + Self.kinds + [Self.anyName]).sorted(),
      isComplete: channels.isComplete)
  }
}
