import Conversations
import Routing

/// Reads `channels/routing/reports.yaml`: reports by name, when they are made and where they go.
struct ReportsFile {
  let file: SourceFile
  let queues: NameSet
  let categories: NameSet
  let channels: NameSet
  let receivers: Receivers
  let templates: TemplateNames
  let desk: DeskDraft

  func read(_ root: YAMLNode) -> (plans: [ReportPlan], serviceLevel: ServiceLevelRules) {
    guard let map = MapReader(root, at: "", of: file) else { return ([], .usual) }
    let serviceLevel = map.map("service_level").map { levels.rules($0, else: .usual) } ?? .usual
    let plans = map.namedMaps("reports").compactMap { plan($0.name, $0.map, serviceLevel) }
    map.finish()
    return (plans, serviceLevel)
  }

  private var levels: ServiceLevelReader {
    ServiceLevelReader(file: file, channels: channels, connections: receivers.connections)
  }

  private func plan(_ name: String, _ map: MapReader, _ usual: ServiceLevelRules) -> ReportPlan? {
    let isEnabled = map.flag("enabled")?.value ?? true
    let titles = map.textMap("title")
    let schedule = schedule(name, map)
    let formats = map.texts("formats", required: "the files it is made as: html, csv, json, text")
      .compactMap { file.choice($0, ReportPlan.Format.self, at: map.way(to: "formats"))?.value }
    let folder = map.text("folder")
    if let folder, folder.value.split(separator: "/").contains("..") {
      file.complain(
        .badValue(path: map.way(to: "folder"), read: clipped(folder.value), wanted: "a folder without `..`"),
        at: folder.mark)
    }
    let mail = map.map("mail").map { MailDraft($0, isMail: true) }
    let only = queues.check(map.texts("queues"), in: file)
    let (connections, topics) = (
      channels.check(map.texts("channels"), in: file), categories.check(map.texts("categories"), in: file)
    )
    let language = NameSet("language of the desk", desk.languages).check(map.text("language"), in: file)
    let serviceLevel = map.map("service_level").map { levels.rules($0, else: usual) } ?? usual
    let webhooks = channels.check(map.texts("webhooks"), in: file).compactMap(ChannelName.init(rawValue:))
    map.finish()
    if folder == nil, mail == nil, map.markOf("webhooks") == nil {
      file.complain(
        .missingKey(map.way(to: "folder"), help: "say where it goes: `folder:`, `mail:` or `webhooks:`"), at: map.mark)
    }
    let letter = mail.flatMap { self.mail($0, language: language) }
    guard let schedule, !formats.isEmpty else { return nil }
    return ReportPlan(
      schedule: schedule, isEnabled: isEnabled, titles: titles, formats: formats, folder: folder?.value, mail: letter,
      webhooks: webhooks, queues: only, channels: connections, categories: topics, language: language,
      serviceLevel: serviceLevel)
  }

  /// The letter is in the language of the report unless it names its own.
  private func mail(_ draft: MailDraft, language report: String?) -> ReportPlan.Mail? {
    let template = templates.check(draft.template, for: [.report], in: file)
    let through = channels.check(draft.through, in: file).flatMap(ChannelName.init(rawValue:))
    let own = draft.language(of: desk, in: file)
    let language = draft.language == nil ? report ?? own : own
    receivers.checkMail(through: draft.through, in: file)
    guard draft.isEnabled, let template, let through else { return nil }
    return ReportPlan.Mail(
      through: through, recipients: draft.recipients.map(\.value), template: template, language: language)
  }

  // MARK: When

  private enum Every: String, CaseIterable { case day, week, month }
  private enum Weekday: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    var iso: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) + 1 }
  }

  private func schedule(_ name: String, _ map: MapReader) -> ReportSchedule? {
    let zone = zone(map)
    let period = map.choice("period", ReportSchedule.Period.self)?.value
    if let text = map.text("cron") {
      guard let cron = CronExpression(text.value) else {
        return nothing(
          file.complain(
            .badValue(
              path: map.way(to: "cron"), read: clipped(text.value), wanted: "five fields such as `0 8 * * mon`"),
            at: text.mark))
      }
      guard cron.everFires else {
        return nothing(
          file.complain(
            .badValue(path: map.way(to: "cron"), read: clipped(text.value), wanted: "days that come: these never do"),
            at: text.mark))
      }
      return zone.map {
        ReportSchedule(name: name, cadence: .cron(cron), timeOfDay: 0, zone: $0, period: period ?? .day)
      }
    }
    let every = map.choice("every", Every.self)
    if every == nil, map.markOf("every") == nil {
      file.complain(.missingKey(map.way(to: "every"), help: "day, week or month; or a `cron:` line"), at: map.mark)
    }
    let time = time(map)
    guard let every else { return nothing(_ = map.node("on")) }
    guard let cadence = cadence(every.value, map), let time, let zone else { return nil }
    let usual: ReportSchedule.Period = every.value == .day ? .day : every.value == .week ? .week : .month
    return ReportSchedule(name: name, cadence: cadence, timeOfDay: time, zone: zone, period: period ?? usual)
  }

  private func cadence(_ every: Every, _ map: MapReader) -> ReportSchedule.Cadence? {
    switch every {
    case .day: return .daily
    case .week:
      guard map.markOf("on") != nil else { return .weekly(weekday: 1) }
      return map.choice("on", Weekday.self).map { .weekly(weekday: $0.value.iso) }
    case .month: return .monthly(day: map.integer("on", in: 1...31)?.value ?? 1)
    }
  }

  private func zone(_ map: MapReader) -> CivilZone? {
    guard let text = map.text("time_zone") else { return desk.zone }
    if let zone = CivilZone(text.value) { return zone }
    return nothing(
      file.complain(
        .badValue(
          path: map.way(to: "time_zone"), read: clipped(text.value), wanted: "an IANA zone such as Asia/Shanghai"),
        at: text.mark))
  }

  private func time(_ map: MapReader) -> Int? {
    guard let text = map.text("at", required: "a time of day such as 08:00") else { return nil }
    let parts = text.value.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    {
      return hour * 3600 + minute * 60
    }
    return nothing(
      file.complain(
        .badValue(path: map.way(to: "at"), read: clipped(text.value), wanted: "a time of day such as 08:00"),
        at: text.mark))
  }
}
