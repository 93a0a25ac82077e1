import Conversations
import Routing
import Storage

/// Why a promise is due when it is due: pieces of business time, pauses, and days with a name.
struct DueExplanation {
  let configuration: DeskConfiguration
  /// What the conversation's status was, from when to when.
  let spans: [(status: ConversationStatus, from: Instant, to: Instant)]
  let now: Instant

  static let linesMax = 40

  func text(_ conversation: ConversationRecord, _ clocks: [ClockRecord]) -> String {
    guard !clocks.isEmpty else { return "#\(conversation.id): no service target fits, so nothing is due." }
    return clocks.map(text).joined(separator: "\n")
  }

  private func text(_ clock: ClockRecord) -> String {
    let hours = clock.calendar.isEmpty ? "calendar time" : "`\(clock.calendar)`"
    var lines = ["\(clock.kind): target `\(clock.target)`, \(Explanation.duration(clock.targetSeconds)) of \(hours)"]
    let calendar = configuration.table.calendars[clock.calendar]
    lines.append("  started \(local(clock.startedAt, calendar)), \(state(clock, calendar))")
    guard let calendar else { return (lines + stretches(clock, nil)).joined(separator: "\n") }
    if clock.calendarVersion != calendar.version {
      lines.append("  (the calendar has changed since: now \(calendar.version))")
    }
    if let due = clock.dueAt, let known = calendar.holidaysKnownThrough, calendar.wallClock(of: due).date > known {
      lines.append("  provisional: no holidays are written down after \(known)")
    }
    return (lines + stretches(clock, calendar)).joined(separator: "\n")
  }

  private func local(_ instant: Instant, _ calendar: BusinessCalendar?) -> String {
    calendar?.wallClock(of: instant).rfc3339 ?? instant.rfc3339
  }

  private func state(_ clock: ClockRecord, _ calendar: BusinessCalendar?) -> String {
    let due = clock.dueAt.map { local($0, calendar) } ?? "never"
    let stopped = clock.stoppedAt.map { local($0, calendar) } ?? ""
    let used = Explanation.duration(clock.businessSeconds ?? clock.usedSeconds)
    return switch clock.state {
    case .running: "due \(due)" + (clock.breachedAt == nil ? "" : ", breached")
    case .paused: "paused with \(used) used"
    case .met: "met: stopped \(stopped) after \(used)"
    case .breached:
      "breached at \(clock.breachedAt.map { local($0, calendar) } ?? ""): stopped \(stopped) after \(used)"
    case .cancelled: "cancelled"
    }
  }

  /// Business time piece by piece, what stood still in between, and why days in between are closed or open.
  private func stretches(_ clock: ClockRecord, _ calendar: BusinessCalendar?) -> [String] {
    let end = clock.stoppedAt ?? max(clock.dueAt ?? now, clock.startedAt)
    var lines: [String] = []
    var cursor = clock.startedAt
    for pause in pauses(clock, until: end) {
      if let calendar { lines += pieces(calendar, from: cursor, to: pause.from) }
      let length = Explanation.duration(max(0, pause.to.seconds - pause.from.seconds))
      lines.append(
        "    \(local(pause.from, calendar)) – \(local(pause.to, calendar)): paused, \(pause.why) (\(length))")
      cursor = pause.to
    }
    guard let calendar else { return lines }
    lines += pieces(calendar, from: cursor, to: end)
    lines += calendar.namedDays(from: clock.startedAt, to: end, limit: 20).map { day in
      let hours = calendar.intervals(on: day.date)
      return
        "    \(day.date): \(hours.isEmpty ? "closed" : "open \(hours.map(times).joined(separator: ", "))"), \(day.name)"
    }
    return lines.count <= Self.linesMax ? lines : Array(lines.prefix(Self.linesMax)) + ["    …"]
  }

  /// Only the resolution clock stands still (METRICS §3).
  private func pauses(_ clock: ClockRecord, until end: Instant) -> [(from: Instant, to: Instant, why: String)] {
    guard clock.kind == ClockKind.resolution.rawValue else { return [] }
    let target = configuration.table.targets.first { $0.name == clock.target }
    let runs = target?.resolutionRunsIn ?? [.new, .open, .onHold]
    return spans.compactMap { span in
      let (from, to) = (max(span.from, clock.startedAt), min(span.to, end))
      guard from < to, !runs.contains(span.status) else { return nil }
      let why =
        switch span.status {
        case .pending: "the customer owes an answer"
        case .onHold: "a third party owes an answer"
        case .resolved: "resolved"
        case .new, .open: span.status.rawValue
        }
      return (from, to, why)
    }
  }

  private func pieces(_ calendar: BusinessCalendar, from: Instant, to: Instant) -> [String] {
    calendar.pieces(from: from, to: to, limit: 12).map { piece in
      let (start, end) = (calendar.wallClock(of: piece.start), calendar.wallClock(of: piece.end))
      return "    \(start.rfc3339) – \(end.time): \(Explanation.duration(piece.seconds))"
    }
  }

  private func times(_ interval: Range<Int64>) -> String {
    func time(_ seconds: Int64) -> String {
      "\(padded(Int(seconds / 3600), to: 2)):\(padded(Int(seconds / 60 % 60), to: 2))"
    }
    return "\(time(interval.lowerBound))–\(time(interval.upperBound))"
  }
}
