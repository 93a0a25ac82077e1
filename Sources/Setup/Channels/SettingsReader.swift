import Channels
import Conversations

/// Turns `settings:` of a channel file into the adapter, following what the adapter declares.
struct SettingsReader {
  let file: SourceFile
  let secrets: SecretReader
  let channel: ChannelName
  /// A missing secret is a problem only where somebody waits for it.
  let isEnabled: Bool
  /// Its answers leave elsewhere: what sending needs may be missing.
  let sendsElsewhere: Bool

  /// The adapter; `nil` after complaints, or when a connection that is not enabled lacks a secret.
  func read(_ map: MapReader, _ type: any Adapter.Type) -> (any Adapter)? {
    let place = map.markOf("settings") ?? map.mark
    guard let node = map.node("settings") else { return make(type, [], nil, place, isWhole: true) }
    guard let settings = MapReader(node, at: "settings", of: file) else { return nil }
    var (members, isWhole) = ([JSON.Member](), true)
    for setting in type.settings {
      guard let node = settings.node(setting.key) else { continue }
      switch value(node, setting.form, at: settings.way(to: setting.key)) {
      case .some(let value): members.append(JSON.Member(setting.key, value))
      case .none: isWhole = false
      }
    }
    settings.finish()
    return make(type, members, settings, place, isWhole: isWhole)
  }

  private func make(
    _ type: any Adapter.Type, _ members: [JSON.Member], _ settings: MapReader?, _ place: Mark, isWhole: Bool
  ) -> (any Adapter)? {
    let present = Set(type.settings.map(\.key).filter { settings?.markOf($0) != nil })
    for setting in type.settings where setting.isRequired && !present.contains(setting.key) {
      file.complain(.missingKey("settings.\(setting.key)", help: setting.help), at: place)
    }
    let (values, problems) = SettingValues.check(.object(members), against: type.settings, channel: channel)
    // What is missing was told above; what could not be read, where it was read.
    for problem in problems where members.contains(where: { $0.key == problem.key }) {
      complain(problem, settings, place)
    }
    guard isWhole, problems.isEmpty else { return nil }
    do {
      let adapter = try type.init(values)
      if isEnabled, !sendsElsewhere { warn(ofMissing: type.missingForSending(values), place) }
      return adapter
    } catch {
      return nothing(complain(error, settings, place))
    }
  }

  private func complain(_ problem: SettingProblem, _ settings: MapReader?, _ place: Mark) {
    let mark = settings?.markOf(problem.key) ?? place
    file.complain(.said(path: "settings.\(problem.key)", words: problem.message, hint: nil), at: mark)
  }

  private func warn(ofMissing settings: [Setting], _ place: Mark) {
    for setting in settings {
      file.complain(
        .said(
          path: "settings.\(setting.key)", words: "is missing: messages come in, answers cannot leave",
          hint: setting.help),
        at: place, severity: .warning)
    }
  }

  // MARK: Values

  private func value(_ node: YAMLNode, _ form: Setting.Form, at path: String) -> JSON? {
    switch form {
    case .secret: return secret(node, at: path)
    case .flag:
      guard case .scalar(let text, isPlain: true) = node.value, let flag = flagWords[text.lowercased()] else {
        return wrong(node, path, "true or false")
      }
      return .bool(flag)
    case .integer:
      guard let text = node.text, Int(text) != nil else { return wrong(node, path, "a whole number") }
      return .number(text)
    case .text: return file.text(node, at: path).map { .string($0.value) }
    case .choice(let words): return choice(node, words, at: path)
    case .textList:
      guard case .list(let elements) = node.value else { return file.text(node, at: path).map { [.string($0.value)] } }
      return list(elements, at: path) { file.text($0, at: $1).map { .string($0.value) } }
    case .textMap:
      guard let map = MapReader(node, at: path, of: file) else { return nil }
      let pairs = map.allEntries().map { entry in (entry.key, file.text(entry.value, at: map.way(to: entry.key))) }
      guard !pairs.contains(where: { $0.1 == nil }) else { return nil }
      return .object(pairs.map { JSON.Member($0.0, .string($0.1?.value ?? "")) })
    }
  }

  private func list(_ elements: [YAMLNode], at path: String, _ read: (YAMLNode, String) -> JSON?) -> JSON? {
    let values = elements.enumerated().map { read($1, "\(path)[\($0)]") }
    return values.contains(nil) ? nil : .array(values.compactMap(\.self))
  }

  private func choice(_ node: YAMLNode, _ words: [String], at path: String) -> JSON? {
    guard let text = file.text(node, at: path) else { return nil }
    if words.contains(text.value) { return .string(text.value) }
    let nearest = nearestWord(to: text.value, among: words).map { "did you mean `\($0)`?" }
    let wanted = nearest ?? "one of \(words.joined(separator: ", "))"
    return nothing(file.complain(.badValue(path: path, read: clipped(text.value), wanted: wanted), at: text.mark))
  }

  /// One reference, or two while the secret is rotated.
  private func secret(_ node: YAMLNode, at path: String) -> JSON? {
    guard case .list(let elements) = node.value else { return oneSecret(node, at: path) }
    guard (1...2).contains(elements.count) else {
      return wrong(node, path, "one reference, or two while it is rotated")
    }
    return list(elements, at: path, oneSecret)
  }

  private func oneSecret(_ node: YAMLNode, at path: String) -> JSON? {
    // Not through `file.text`: its complaint would repeat what was read.
    guard let text = node.text else { return nothing(file.complain(.secretInTheOpen(path: path), at: node.mark)) }
    switch secrets.read(Located(value: text, mark: node.mark), at: path, in: file) {
    case .value(let value): return .string(value)
    case .wrong(let fact): return nothing(file.complain(fact, at: node.mark))
    case .absent(let fact):
      if isEnabled, secrets.use != .dryRun { file.complain(fact, at: node.mark) }
      return nil
    }
  }

  private func wrong(_ node: YAMLNode, _ path: String, _ wanted: String) -> JSON? {
    nothing(file.complain(.wrongType(path: path, read: node.readAs, wanted: wanted), at: node.mark))
  }
}
