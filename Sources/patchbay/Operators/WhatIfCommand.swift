import ArgumentParser
import Conversations
import Desk
import Routing
import Setup

struct WhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whatif",
    abstract:
      "Replays a period with other hours, promises or numbers of people; with nothing changed it is the report.",
    discussion: """
      Examples:
        patchbay whatif --from 2026-03-02 --to 2026-03-09 --with ../longer-hours
        patchbay whatif --from 2026-03-02 --to 2026-03-09 --agents 6 --aht 240
        patchbay whatif --from 2026-03-02 --to 2026-03-09 --mail-agents 4 --mail-percent 98
      """)

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var place: StoreOptions
  @Option(help: "First day, or RFC 3339.") var from: String
  @Option(help: "First day that is out, or RFC 3339.") var to: String
  @Option(help: ArgumentHelp("A configuration whose hours and targets are tried instead.", valueName: "dir"))
  var with: String?
  @Option(help: "People at calls and chats in every hour.") var agents: Int?
  @Option(help: "Seconds each takes; without it what was measured.") var aht: Double?
  @Option(help: "Chats that one has at once; --aht then is what one takes beside the others.") var concurrency = 1
  @Option(help: "Per cent to be answered in time.") var percent = 80.0
  @Option(help: "…within so many seconds; without it the desk's own goal.") var seconds: Double?
  @Option(help: "People at mail and messages, in opening hours; the earliest turn first, as `next` gives it.")
  var mailAgents: Int?
  @Option(help: "Seconds of work for an answer by mail; without it what was measured.") var mailAht: Double?
  @Option(help: "Per cent of the promises to be kept by mail.") var mailPercent = 95.0
  @Option(help: "Per cent of paid time that is not spent at the queue.") var shrinkage = 30.0
  @Option(help: "Busy at most, per cent.") var occupancy = 85.0
  @Flag(help: "One JSON object.") var json = false

  func run() async throws {
    guard [agents, mailAgents].allSatisfy({ (0...100_000).contains($0 ?? 0) }),
      [aht, mailAht].allSatisfy({ (0.5...86_400).contains($0 ?? 1) }),
      (1...50).contains(concurrency), [percent, mailPercent].allSatisfy({ (0...100).contains($0) }),
      (seconds ?? 0) >= 0,
      (0..<95).contains(shrinkage), (1...100).contains(occupancy)
    else {
      throw Failure.usage("numbers must be positive, an answer takes at most a day, and per cent are at most 100")
    }
    let other = try with.map { try DeskWiring.configuration($0, .dryRun) }
    try await OperatorDesk.with(files, place) { desk in
      let settings = desk.configuration.value.settings
      let zone = settings.zone
      let goal = ErlangC.Goal(
        share: percent / 100, seconds: seconds ?? Double(settings.serviceLevel.withinSeconds),
        occupancyMax: occupancy / 100, shrinkage: shrinkage / 100)
      let request = WhatIfRequest(
        from: try instant(from, zone), to: min(try instant(to, zone), desk.now()), hours: other?.table.calendars ?? [:],
        targets: other?.table.targets ?? [], agents: agents, handleSeconds: aht, goal: goal, concurrency: concurrency,
        mailAgents: mailAgents, mailSeconds: mailAht, mailShare: mailPercent / 100)
      let made = try await desk.whatIf(request)
      print(json ? made.json.description : made.text)
    }
  }
}

/// A day in `zone`, or a moment.
func instant(_ text: String, _ zone: CivilZone) throws -> Instant {
  if let date = CivilDate(text) { return zone.startOfDay(date) }
  guard let instant = Instant(rfc3339: text) else {
    throw Failure.usage("`\(text)` is neither a day such as 2026-03-09 nor an RFC 3339 time")
  }
  return instant
}
