import Conversations
import Routing

/// Reads `channels/routing/queues.yaml`: the desk's settings and its queues.
struct QueuesFile {
  let file: SourceFile
  let calendars: NameSet

  struct Result {
    var desk: DeskDraft?
    var queues: [QueueDefinition] = []
    /// Queue → where it stands.
    var marks: [String: Mark] = [:]
    var triage = ""
    var afterHours: String?
  }

  func read(_ root: YAMLNode) -> Result {
    var result = Result()
    guard let map = MapReader(root, at: "", of: file) else { return result }
    result.desk = map.map("desk", required: "the desk's name, languages and time zone").map(desk)
    let (triage, afterHours) = (
      map.text("triage", required: "the queue of what nobody could place"), map.text("after_hours")
    )
    var later: [Located<String>] = [triage, afterHours].compactMap(\.self)
    var surveys: [(path: String, mark: Mark)] = []
    for (name, mark, entry) in map.namedMaps("queues", required: "the queues, by name") {
      result.queues.append(queue(name, entry, &later, &surveys))
      result.marks[name] = mark
    }
    if result.desk?.address == nil {
      for survey in surveys {
        file.complain(
          .badValue(
            path: survey.path, read: "true",
            wanted: "`address: https://…` under `desk`, where customers reach this router"),
          at: survey.mark)
      }
    }
    map.finish()
    _ = NameSet("queue", result.queues.map(\.name)).check(later, in: file)
    (result.triage, result.afterHours) = (triage?.value ?? "", afterHours?.value)
    return result
  }

  private func queue(
    _ name: String, _ map: MapReader, _ later: inout [Located<String>], _ surveys: inout [(path: String, mark: Mark)]
  ) -> QueueDefinition {
    let afterHours = map.text("after_hours")
    if let afterHours { later.append(afterHours) }
    var queue = QueueDefinition(
      name: name, titles: map.textMap("title"), calendar: calendars.check(map.text("hours"), in: file),
      afterHoursQueue: afterHours?.value)
    if let lease = map.duration("lease", from: 60, to: 86_400, wanted: "from 1m to 24h") {
      queue.leaseSeconds = Int(lease)
    }
    queue.reopenDays = map.integer("reopen_days", in: 0...3650)?.value ?? queue.reopenDays
    queue.topicDays = map.integer("topic_days", in: 0...3650)?.value ?? queue.topicDays
    if let survey = map.flag("survey") {
      queue.asksForRating = survey.value
      if survey.value { surveys.append((map.way(to: "survey"), survey.mark)) }
    }
    line(&queue, map, &later)
    map.finish()
    return queue
  }

  /// Who is given what waits there, and what becomes of what nobody takes.
  private func line(_ queue: inout QueueDefinition, _ map: MapReader, _ later: inout [Located<String>]) {
    queue.skills = map.names("skills")
    queue.offerSeconds = map.duration("offers", from: 5, to: 600, wanted: "from 5s to 10m").map { Int($0) }
    queue.stickySeconds = map.duration("sticky", from: 60, to: 365 * 86_400, wanted: "from 1m to 365d")
    guard let overflow = map.map("overflow") else { return }
    let to = overflow.text("to", required: "the queue it goes to")
    let after = overflow.duration("after", from: 10, to: 7 * 86_400, wanted: "from 10s to 7d")
    if overflow.markOf("after") == nil {
      file.complain(
        .missingKey(overflow.way(to: "after"), help: "how long it waits here, such as 10m"), at: overflow.mark)
    }
    overflow.finish()
    if let to { later.append(to) }
    guard let to, let after else { return }
    queue.overflow = RouteTarget(queue: to.value, timeoutSeconds: after)
  }

  private func desk(_ map: MapReader) -> DeskDraft {
    let languages = map.texts("languages", required: "the languages it writes in, the default first: `[zh, en]`")
    for language in languages where !isLanguage(language.value) {
      file.complain(
        .badValue(
          path: map.way(to: "languages"), read: clipped(language.value),
          wanted: "a language tag such as zh, zh-Hant, en"),
        at: language.mark)
    }
    var draft = DeskDraft(
      titles: map.textMap("title"), languages: languages.map(\.value),
      zone: zone(map.text("time_zone", required: "such as Asia/Shanghai")))
    if let variables = map.map("variables") {
      for entry in variables.allEntries() {
        guard languages.map(\.value).contains(entry.key) else {
          let known = languages.map(\.value)
          file.complain(
            .unknownName(kind: "language of the desk", read: clipped(entry.key), nearest: nil, known: known),
            at: entry.mark)
          continue
        }
        draft.variables[entry.key] = variables.textMap(entry.key)
      }
    }
    if let automatic = map.map("automatic") {
      draft.acknowledgement = automatic.text("acknowledgement")
      draft.afterHours = automatic.text("after_hours")
      for entry in automatic.map("by_category")?.allEntries() ?? [] {
        guard let template = file.text(entry.value, at: automatic.way(to: "by_category")) else { continue }
        draft.byCategory.append((Located(value: entry.key, mark: entry.mark), template))
      }
      automatic.finish()
    }
    draft.alert = map.map("alert").map(AlertDraft.init)
    draft.address = map.text("address").flatMap { address($0, at: map.way(to: "address")) }
    draft.weights = map.map("weights").map(weights) ?? [:]
    map.finish()
    return draft
  }

  /// Kind of channel → how much of an agent's capacity one conversation takes.
  private func weights(_ map: MapReader) -> [String: Int] {
    let kinds = map.allEntries().compactMap { entry in
      ChannelFile.kinds.check(Located(value: entry.key, mark: entry.mark), in: file)
    }
    let pairs = kinds.compactMap { kind in map.integer(kind, in: 0...100).map { (kind, $0.value) } }
    return Dictionary(pairs) { first, _ in first }
  }

  private func address(_ address: Located<String>, at path: String) -> String? {
    let text = address.value.hasSuffix("/") ? String(address.value.dropLast()) : address.value
    let isAddress =
      (text.hasPrefix("https://") || text.hasPrefix("http://"))
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard isAddress else {
      return nothing(
        file.complain(
          .badValue(
            path: path, read: clipped(address.value),
            wanted: "an address such as https://chat.example.com"),
          at: address.mark))
    }
    return text
  }

  private func zone(_ text: Located<String>?) -> CivilZone? {
    guard let text else { return nil }
    if let zone = CivilZone(text.value) { return zone }
    return nothing(
      file.complain(
        .badValue(path: "desk.time_zone", read: clipped(text.value), wanted: "an IANA zone such as Asia/Shanghai"),
        at: text.mark))
  }
}

/// `zh`, `zh-Hant`, `en-GB`: letters and digits in parts of 1 to 8 (RFC 5646 §2.1, as far as it matters here).
func isLanguage(_ text: String) -> Bool {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  return (2...3).contains(parts.first?.utf8.count ?? 0)
    && parts.allSatisfy { part in
      (1...8).contains(part.utf8.count)
        && part.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 0x20) }
    }
}
