package import Conversations
import Routing
import Storage

extension ServiceReport {
  /// What else the bytes of a report depend on.
  var provenanceJSON: JSON {
    var members: [JSON.Member] = [
      .init("metric_version", JSON(ServiceReport.metricVersion)), .init("time_zone_data", JSON(CivilZone.dataVersion)),
      .init("language", JSON(language)), .init("title", JSON(title)), .init("zone", JSON(zone.identifier)),
      .init("queues", JSON(filter.queues)),
      .init("calendars", .object(calendars.map { .init($0.name, JSON($0.versions)) })),
    ]
    // Runs from before there were any have none.
    if !filter.channels.isEmpty { members.append(.init("channels", JSON(filter.channels))) }
    if !filter.categories.isEmpty { members.append(.init("categories", JSON(filter.categories))) }
    if rules != .usual { members.append(.init("service_level", rules.json)) }
    if !names.isEmpty { members.append(.init("titles", names.json)) }
    return .object(members)
  }
}

extension Desk {
  /// The reports there are, and the runs that were made of one or of all, newest first.
  package func reportList(_ name: String?, limit: Int, for agent: Agent) async throws -> JSON {
    let (configuration, now) = (configuration.value, now())
    let plans = configuration.reports.filter { name == nil || $0.schedule.name == name }
    if let name, plans.isEmpty { throw DeskError.notFound("no report `\(name)`") }
    let runs = try await store.read { try $0.reportRuns(name, limit: limit) }
    let reports = plans.map { plan -> JSON in
      [
        "name": JSON(plan.schedule.name),
        "title": .object(plan.titles.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }),
        "period": JSON(plan.schedule.period.rawValue), "zone": JSON(plan.schedule.zone.identifier),
        "formats": JSON(plan.formats.map(\.rawValue)), "next_at": JSON(plan.schedule.next(after: now)?.fireAt),
      ]
    }
    return ["reports": .array(reports), "runs": .array(agent.role == .agent ? [] : runs.map(\.json))]
  }

  /// A run of the past, made again: the same bytes, as long as the program counts by the same metric version and the
  /// machine by the same time-zone data.
  package func reportAgain(_ name: String, period: String, format: String, for agent: Agent) async throws -> MadeReport
  {
    guard let format = ReportPlan.Format(rawValue: format) else {
      throw DeskError.invalid("format is html, csv, json or text")
    }
    return try await again(try await madeRun(name, period, agent)).rendered(as: format)
  }

  /// Makes a run of the past again and compares: `{"report","period","same","formats":[{"format","same",…}],"reasons":[{"what","then","now"}…]}`.
  package func verifyReport(_ name: String, period: String, for agent: Agent) async throws -> JSON {
    let run = try await madeRun(name, period, agent)
    let report = try await again(run)
    let kept = (try? JSON(parsing: run.hashesJSON))?.members ?? []
    let formats = kept.compactMap { member -> (name: String, kept: String, now: String)? in
      guard let format = ReportPlan.Format(rawValue: member.key), let hash = member.value.string else { return nil }
      return (member.key, hash, sha256Hex(report.rendered(as: format).text.utf8))
    }
    let isSame = !formats.isEmpty && formats.allSatisfy { $0.kept == $0.now }
    let then = (try? JSON(parsing: run.provenanceJSON)) ?? [:]
    let changed = (report.provenanceJSON.members ?? []).filter { (then[$0.key] ?? .null) != $0.value }
    return [
      "report": JSON(name), "period": JSON(period), "same": JSON(isSame),
      "formats": .array(
        formats.map {
          ["format": JSON($0.name), "same": JSON($0.kept == $0.now), "kept": JSON($0.kept), "made": JSON($0.now)]
        }),
      "reasons": .array(
        (isSame ? [] : changed).map { ["what": JSON($0.key), "then": then[$0.key] ?? .null, "now": $0.value] }),
    ]
  }

  private func madeRun(_ name: String, _ period: String, _ agent: Agent) async throws -> ReportRunRow {
    guard agent.role != .agent else { throw DeskError.denied("only leads may see what was sent out") }
    guard let run = try await store.read({ try $0.reportRun(name, period: period) }) else {
      throw DeskError.notFound("`\(name)` was not made for \(period): `patchbay report list \(name)` shows what was")
    }
    return run
  }

  private func again(_ run: ReportRunRow) async throws -> ServiceReport {
    let configuration = configuration.value
    let then = (try? JSON(parsing: run.provenanceJSON)) ?? [:]
    let plan = configuration.reports.first { $0.schedule.name == run.report }
    let zone = then["zone"]?.string.flatMap { CivilZone($0) } ?? plan?.schedule.zone ?? configuration.settings.zone
    func names(_ key: String) -> [String] { (then[key]?.array ?? []).compactMap(\.string) }
    let scope = ReportScope(
      name: run.report, title: then["title"]?.string ?? run.report, from: run.from, to: run.to, zone: zone,
      queues: names("queues"), language: then["language"]?.string ?? "en", channels: names("channels"),
      categories: names("categories"), rules: ServiceLevelRules(json: then["service_level"]), knownID: run.knownID,
      names: ReportNames(kept: then["titles"]),
      calendars: then["calendars"]?.members.map { Set($0.map(\.key)) })
    return try await store.read { tx in try ServiceReport(scope, configuration, tx) }
  }
}

extension ReportRunRow {
  var json: JSON {
    [
      "report": JSON(report), "period": JSON(period), "from": JSON(from), "to": JSON(to), "made_at": JSON(madeAt),
      "zone": (try? JSON(parsing: provenanceJSON))?["zone"] ?? .null,
      "delivered": JSON(detail.split(separator: " ").map(String.init)),
      "sha256": (try? JSON(parsing: hashesJSON)) ?? [:],
    ]
  }
}
