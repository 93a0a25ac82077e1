import Channels
import Conversations

/// Reads one file `channels/<name>.yaml`: keys common to all kinds, and `settings:` of its kind.
struct ChannelFile {
  let file: SourceFile
  let name: ChannelName
  let channels: NameSet
  let secrets: SecretReader

  static let kinds = NameSet("kind of channel", AdapterRegistry.all.map { $0.kind.rawValue })

  struct Result {
    var connection: Connection?
    /// Deliveries beside the settings that were tried.
    var examples = 0
  }

  func read(_ root: YAMLNode) -> Result {
    guard let map = MapReader(root, at: "", of: file) else { return Result() }
    var examples = 0
    let isEnabled = map.flag("enabled")?.value ?? true
    let kind = Self.kinds.check(
      map.text("kind", required: "what kind of channel it is, such as email or webchat"), in: file)
    let title = map.text("title")?.value ?? name.rawValue
    let language = language(map)
    let replyThrough = replyThrough(map)
    let repliesAutomatically = map.flag("automatic_replies")?.value ?? true
    let perMinute = map.integer("sends_per_minute", in: 0...1_000_000)?.value
    let perMinuteToOne = map.integer("sends_per_minute_to_one", in: 0...1_000_000)?.value
    let adapterType = kind.flatMap { AdapterRegistry.adapter(for: ChannelKind($0)) }
    var adapter: (any Adapter)?
    if let adapterType {
      adapter = SettingsReader(
        file: file, secrets: secrets, channel: name, isEnabled: isEnabled, sendsElsewhere: replyThrough != nil
      ).read(map, adapterType)
      if adapterType == GenericWebhook.self { examples = tryMapping(map, root, adapter as? GenericWebhook) }
    } else {
      _ = map.node("settings")
    }
    map.finish()
    guard let kind else { return Result() }
    let connection = Connection(
      name: name, kind: ChannelKind(kind), title: title, adapter: isEnabled ? adapter : nil, language: language,
      replyThrough: replyThrough, repliesAutomatically: repliesAutomatically,
      pace: adapterType.map { type in
        SendingPace(
          perMinute: perMinute ?? type.pace.perMinute, perMinuteToOne: perMinuteToOne ?? type.pace.perMinuteToOne)
      })
    return Result(connection: connection, examples: examples)
  }

  /// Runs the examples, whether or not the connection is open and its secret is here. Returns how many were tried.
  private func tryMapping(_ map: MapReader, _ root: YAMLNode, _ adapter: GenericWebhook?) -> Int {
    let examples = DeliveryExampleReader(file: file).read(map)
    guard !examples.isEmpty, let tried = adapter ?? withoutSecret(root) else { return 0 }
    let check = MappingCheck(file: file, adapter: tried, hasSecret: adapter != nil && !isSecretMadeUp(map))
    for example in examples { check.run(example) }
    return examples.count
  }

  /// Secrets of our own making are known to the router that runs, and to nobody else.
  private func isSecretMadeUp(_ map: MapReader) -> Bool {
    if case .serving = secrets.use { return false }
    guard case .map(let settings)? = map.node("settings")?.value,
      let secret = settings.first(where: { $0.key == "secret" })?.value
    else { return false }
    if case .list(let several) = secret.value { return several.contains { $0.text?.hasPrefix("made:") == true } }
    return secret.text?.hasPrefix("made:") == true
  }

  /// The adapter with something in its secret's place; `nil` when the settings are wrong, which has been told.
  private func withoutSecret(_ root: YAMLNode) -> GenericWebhook? {
    var secrets = secrets
    secrets.makesUpAbsent = true
    let unheard = SourceFile(path: file.path, complaints: Complaints())
    return MapReader(root, at: "", of: unheard).flatMap { map in
      SettingsReader(file: unheard, secrets: secrets, channel: name, isEnabled: false, sendsElsewhere: true)
        .read(map, GenericWebhook.self) as? GenericWebhook
    }
  }

  private func language(_ map: MapReader) -> String? {
    guard let text = map.text("language") else { return nil }
    if isLanguage(text.value) { return text.value }
    return nothing(
      file.complain(
        .badValue(path: "language", read: clipped(text.value), wanted: "a language tag such as zh, en"), at: text.mark))
  }

  private func replyThrough(_ map: MapReader) -> ChannelName? {
    guard let text = map.text("reply_through"), let other = channels.check(text, in: file) else { return nil }
    if other == name.rawValue {
      file.complain(
        .badValue(path: "reply_through", read: other, wanted: "another connection; leave it out to answer here"),
        at: text.mark)
    }
    return ChannelName(rawValue: other)
  }
}

/// The keys that every channel file may have, for the documentation.
let commonChannelKeys: [(key: String, form: String, fallback: String, help: String)] = [
  ("kind", "name", "required", "what kind of channel it is: one of the headings below"),
  ("title", "text", "the file's name", "what agents read"),
  ("enabled", "flag", "`true`", "`false`: the file is checked, the connection stays shut"),
  ("language", "language", "the desk's default", "assumed of messages that do not show theirs"),
  ("reply_through", "channel", "itself", "the connection that carries answers, e.g. mail for a call"),
  ("automatic_replies", "flag", "`true`", "`false`: no acknowledgement and no after-hours note here"),
  ("sends_per_minute", "whole number", "the provider's", "how many messages may leave in a minute; `0` = no limit"),
  (
    "sends_per_minute_to_one", "whole number", "the provider's",
    "the same to one recipient (a chat, a number, for mail a domain)"
  ),
  ("settings", "map", "empty", "the keys of its kind, below"),
]
