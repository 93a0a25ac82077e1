import Conversations
import Routing

/// Reads `channels/routing/targets.yaml`: what customers were promised, the first that fits is taken.
struct TargetsFile {
  let file: SourceFile
  let queues: NameSet
  let categories: NameSet
  let channels: NameSet
  let receivers: Receivers
  let calendars: NameSet
  let groups: NameSet

  func read(_ root: YAMLNode) -> (targets: [ServiceTarget], marks: [String: Mark]) {
    guard let map = MapReader(root, at: "", of: file) else { return ([], [:]) }
    var (targets, marks) = ([ServiceTarget](), [String: Mark]())
    for entry in map.maps("targets") {
      guard let target = target(entry) else { continue }
      if let first = marks[target.name] {
        file.complain(.doubledName(kind: "target", name: target.name, firstPlace: "line \(first.line)"), at: entry.mark)
      }
      marks[target.name] = entry.mark
      targets.append(target)
    }
    map.finish()
    return (targets, marks)
  }

  private func target(_ map: MapReader) -> ServiceTarget? {
    let name = map.text("name", required: "a name for reports, such as urgent")
    if let name { file.checkName(name.value, at: name.mark, path: map.way(to: "name")) }
    var target = ServiceTarget(
      name: name?.value ?? "", when: map.map("when").map(condition) ?? ServiceTarget.Condition(),
      calendar: calendars.check(map.text("hours"), in: file), firstResponseSeconds: promise("first_response", map),
      nextReplySeconds: promise("next_reply", map), resolutionSeconds: promise("resolution", map))
    if let share = map.share("warn_at") { target.warnAtFraction = share.value }
    let statuses = map.texts("resolution_runs_in")
    if !statuses.isEmpty {
      target.resolutionRunsIn = Set(
        statuses.compactMap { file.choice($0, ConversationStatus.self, at: map.way(to: "resolution_runs_in"))?.value })
    }
    target.ladder = map.maps("escalate").compactMap(step)
    map.finish()
    if target.firstResponseSeconds == nil, target.nextReplySeconds == nil, target.resolutionSeconds == nil {
      file.complain(
        .missingKey(
          map.way(to: "first_response"), help: "promise at least one of first_response, next_reply, resolution"),
        at: map.mark)
    }
    return name == nil ? nil : target
  }

  /// `at: 80%`, `at: breach` or `after: 30m` (of business time since the breach), and what happens then.
  private func step(_ map: MapReader) -> EscalationStep? {
    let moment = moment(map)
    var step = EscalationStep(moment: moment ?? .used(1))
    step.kinds = Set(
      map.texts("clocks").compactMap { file.choice($0, ClockKind.self, at: map.way(to: "clocks"))?.value })
    step.priority = map.choice("priority", Priority.self)?.value
    step.queue = queues.check(map.text("queue"), in: file)
    step.notices = map.maps("notify").compactMap(notice)
    map.finish()
    if step.priority == nil, step.queue == nil, step.notices.isEmpty, map.markOf("notify") == nil {
      file.complain(
        .missingKey(map.way(to: "notify"), help: "say what happens: `notify:`, `priority:` or `queue:`"), at: map.mark)
    }
    // All of its notices may be switched off.
    let isIdle = step.priority == nil && step.queue == nil && step.notices.isEmpty
    return moment == nil || isIdle ? nil : step
  }

  private func moment(_ map: MapReader) -> EscalationStep.Moment? {
    if map.markOf("after") != nil { return map.duration("after").map { .afterBreach($0.value) } }
    guard let text = map.text("at", required: "a share of the time such as 80%, or `breach`") else { return nil }
    if text.value == "breach" { return .used(1) }
    return map.share("at").map { .used($0.value) }
  }

  private func notice(_ map: MapReader) -> EscalationStep.Notice? {
    let isEnabled = map.flag("enabled")?.value ?? true
    let through = channels.check(map.text("through", required: "the connection that carries it"), in: file)
    let recipients = map.texts("to", required: "mail addresses, or what the connection calls a receiver")
    let language = map.text("language")?.value ?? "zh"
    map.finish()
    receivers.check(recipients, through: through, in: file)
    guard isEnabled, let name = through.flatMap(ChannelName.init(rawValue:)), !recipients.isEmpty else { return nil }
    return .init(through: name, recipients: recipients.map(\.value), language: language)
  }

  private func promise(_ key: String, _ map: MapReader) -> Int64? {
    guard let duration = map.duration(key) else { return nil }
    if (1...Int64(365 * 86_400)).contains(duration.value) { return duration.value }
    return nothing(
      file.complain(
        .badValue(path: map.way(to: key), read: "\(duration.value)s", wanted: "from 1s to 365d"), at: duration.mark))
  }

  private func condition(_ map: MapReader) -> ServiceTarget.Condition {
    let condition = ServiceTarget.Condition(
      queues: queues.check(map.texts("queues"), in: file),
      categories: categories.check(map.texts("categories"), in: file),
      priorities: map.texts("priorities").compactMap {
        file.choice($0, Priority.self, at: map.way(to: "priorities"))?.value
      },
      channels: channels.check(map.texts("channels"), in: file), languages: map.texts("languages").map(\.value),
      groups: groups.check(map.texts("groups"), in: file))
    map.finish()
    return condition
  }
}
