import Conversations
import Routing
import Storage

/// Why a promise is due when it is due: pieces of business time, pauses, days with a name, and what else was promised
/// before.
struct DueExplanation {
  let configuration: DeskConfiguration
  let machine: ClockMachine
  let say: ExplanationWords
  let story: ConversationStory
  let log: [LogEntry]
  let now: Instant

  static let linesMax = 40
  private static let piecesMax = 12

  func text(_ conversation: ConversationRecord, _ clocks: [ClockRecord]) -> String {
    guard !clocks.isEmpty else {
      return say(
        "#\(conversation.id): no service target fits, so nothing is due.", "#\(conversation.id)：没有适用的服务目标，没有期限。")
    }
    return clocks.enumerated().map { index, clock in
      text(clock, story.retargets.filter { $0.clock == index && $0.before.kind.rawValue == clock.kind })
    }.joined(separator: "\n")
  }

  private func text(_ record: ClockRecord, _ changes: [ConversationStory.Retarget]) -> String {
    let clock = ClockState(record)
    let promise = say.promise(clock)
    var lines = [say("\(say.kind(clock.kind)): target \(promise)", "\(say.kind(clock.kind))：服务目标 \(promise)")]
    let started = say.time(clock.startedAt)
    lines.append(say("  started \(started), \(state(clock))", "  \(started) 开始，\(state(clock))"))
    if let calendar = configuration.table.calendars[clock.calendar] {
      lines += reservations(clock, madeWith: record.calendarVersion, calendar)
    }
    let wouldBeDue = dueByItself(clock, changes)
    if let wouldBeDue, let broken = changes.first(where: { $0.after.breachedAt != nil })?.before {
      lines.append(remainsBroken(clock, under: broken, wouldBeDue))
    }
    return (lines + stretches(clock, changes, wouldBeDue)).joined(separator: "\n")
  }

  private func state(_ clock: ClockState) -> String {
    let used = say.duration(clock.businessSeconds ?? clock.usedSeconds)
    let stopped = clock.stoppedAt.map(say.time) ?? ""
    switch clock.status {
    case .running:
      guard let due = clock.dueAt.map(say.time) else { return say("never due", "永不到期") }
      return clock.breachedAt == nil ? say("due \(due)", "\(due) 到期") : say("due \(due), breached", "\(due) 到期，已超时")
    case .paused:
      let broken = clock.breachedAt.map(say.time).map { say(", breached at \($0)", "，\($0) 已超时") } ?? ""
      return say("paused with \(used) used", "已暂停，已用 \(used)") + broken
    case .met: return say("met: stopped \(stopped) after \(used)", "达标：\(stopped) 停止，共用 \(used)")
    case .breached:
      let broken = clock.breachedAt.map(say.time) ?? ""
      return say(
        "breached at \(broken): stopped \(stopped) after \(used)", "\(broken) 超时：\(stopped) 停止，共用 \(used)")
    case .cancelled: return say("cancelled", "已取消")
    }
  }

  private func reservations(_ clock: ClockState, madeWith version: String, _ calendar: BusinessCalendar) -> [String] {
    var lines: [String] = []
    if version != calendar.version {
      lines.append(
        say("  (the calendar has changed since: now \(calendar.version))", "  （日历此后改过：现为 \(calendar.version)）"))
    }
    if let due = clock.dueAt, let known = calendar.holidaysKnownThrough, calendar.wallClock(of: due).date > known {
      lines.append(
        say("  provisional: no holidays are written down after \(known)", "  暂定：\(known) 之后的节假日尚未写入日历"))
    }
    return lines
  }

  // MARK: Other promises

  /// When a promise that was broken before it was changed would be due by what is asked now; `nil` = nothing to tell.
  private func dueByItself(_ clock: ClockState, _ changes: [ConversationStory.Retarget]) -> Instant? {
    guard clock.status == .running, let broken = clock.breachedAt, let since = clock.runningSince,
      changes.contains(where: { $0.after.breachedAt != nil })
    else { return nil }
    var whole = clock
    (whole.breachedAt, whole.dueAt) = (nil, nil)
    let again = machine.apply(.resume, at: since, to: machine.apply(.pause, at: since, to: whole))
    guard let due = again.dueAt, due > broken else { return nil }
    return due
  }

  private func remainsBroken(_ clock: ClockState, under broken: ClockState, _ due: Instant) -> String {
    let (at, later) = (clock.breachedAt.map(say.time) ?? "", say.time(due))
    return say(
      "  broken at \(at) under `\(broken.target)`; by `\(clock.target)` it would be due \(later). What is broken stays broken.",
      "  \(at) 按当时的目标 `\(broken.target)` 已超时；按 `\(clock.target)` 应为 \(later) 到期。已超时的不会因更改目标而撤销。")
  }

  /// `T wei set the priority to urgent: A → B; 50 min used`.
  private func words(_ change: ConversationStory.Retarget) -> String {
    let used = machine.usedSeconds(change.before, at: change.at)
    let (before, after) = (say.promise(change.before), say.promise(change.after))
    let cause = ChangeCause(change.line, in: log).words(say)
    let broken = change.after.breachedAt.map { say(", broken at \(say.time($0))", "，\(say.time($0)) 已超时") } ?? ""
    let what: String
    if change.after.status == .cancelled {
      what = before + say(" → nothing is promised", " → 不再有服务目标")
    } else if before == after {
      what = before + broken + say(", stays", "，不变")
    } else {
      what = before + broken + " → " + after
    }
    let isOver = change.after.status == .running && change.after.breachedAt == nil && used >= change.after.targetSeconds
    return "  \(say.time(change.at)) \(cause)" + say(": ", "：") + what
      + say("; \(say.duration(used)) used", "；已用 \(say.duration(used))")
      + (isOver ? say(", all of the new time: broken at once", "，新的时限已经用完，随即超时") : "")
  }

  // MARK: Time

  /// Business time piece by piece, what stood still in between, and why days in between are closed or open; each stretch
  /// by the promise that held.
  private func stretches(_ clock: ClockState, _ changes: [ConversationStory.Retarget], _ wouldBeDue: Instant?)
    -> [String]
  {
    let ends = [wouldBeDue ?? clock.dueAt ?? now, clock.startedAt] + changes.map(\.at)
    let end = clock.stoppedAt ?? ends.max() ?? now
    var (lines, cursor) = ([String](), clock.startedAt)
    for change in changes {
      lines += stretch(change.before, from: cursor, to: change.at)
      lines.append(words(change))
      cursor = max(cursor, change.at)
    }
    lines += stretch(clock, from: cursor, to: end)
    return lines.count <= Self.linesMax ? lines : Array(lines.prefix(Self.linesMax)) + ["    …"]
  }

  private func stretch(_ clock: ClockState, from: Instant, to: Instant) -> [String] {
    let calendar = configuration.table.calendars[clock.calendar]
    var (lines, cursor) = ([String](), from)
    for pause in pauses(clock, from: from, to: to) {
      lines += pieces(calendar, from: cursor, to: pause.from)
      let length = say.duration(max(0, pause.to.seconds - pause.from.seconds))
      let why = say.status(pause.status)
      lines.append(
        "    \(say.time(pause.from)) – \(say.time(pause.to))"
          + say(": paused, \(why) (\(length))", "：暂停，\(why)（\(length)）"))
      cursor = pause.to
    }
    lines += pieces(calendar, from: cursor, to: to)
    guard let calendar else { return lines }
    return lines + calendar.namedDays(from: from, to: to, limit: 20).map { day($0.date, $0.name, calendar) }
  }

  /// Only the resolution clock stands still (METRICS §3).
  private func pauses(_ clock: ClockState, from: Instant, to: Instant) -> [(
    from: Instant, to: Instant, status: ConversationStatus
  )] {
    guard clock.kind == .resolution else { return [] }
    let target = configuration.table.targets.first { $0.name == clock.target }
    let runs = target?.resolutionRunsIn ?? [.new, .open, .onHold]
    return story.statusSpans.compactMap { span in
      let (start, end) = (max(span.from, from), min(span.to, to))
      return start < end && !runs.contains(span.status) ? (start, end, span.status) : nil
    }
  }

  /// Without a calendar every second counts.
  private func pieces(_ calendar: BusinessCalendar?, from: Instant, to: Instant) -> [String] {
    guard let calendar else {
      let (start, end) = (Instant(seconds: from.seconds), Instant(seconds: to.seconds))
      return start < end ? [piece(say.span(start, end), end.seconds - start.seconds)] : []
    }
    let pieces = calendar.pieces(from: from, to: to, limit: Self.piecesMax)
    let lines = pieces.map { piece(say.span($0.start, $0.end), $0.seconds) }
    guard pieces.count == Self.piecesMax, let last = pieces.last else { return lines }
    let rest = calendar.elapsed(from: last.end, to: to)
    return rest == 0 ? lines : lines + [piece("… – \(say.time(to))", rest)]
  }

  private func piece(_ span: String, _ seconds: Int64) -> String {
    "    \(span)" + say(": ", "：") + say.duration(seconds)
  }

  private func day(_ date: CivilDate, _ name: String, _ calendar: BusinessCalendar) -> String {
    let hours = calendar.intervals(on: date).map(times).joined(separator: ", ")
    guard !hours.isEmpty else { return "    \(date)" + say(": closed, \(name)", "：休息，\(name)") }
    // The hours are those of the calendar's own wall clock.
    let zone = calendar.zone == configuration.settings.zone ? "" : " \(calendar.zone)"
    return "    \(date)" + say(": open \(hours)\(zone), \(name)", "：营业 \(hours)\(zone)，\(name)")
  }

  private func times(_ interval: Range<Int64>) -> String {
    func time(_ seconds: Int64) -> String {
      "\(padded(Int(seconds / 3600), to: 2)):\(padded(Int(seconds / 60 % 60), to: 2))"
    }
    return "\(time(interval.lowerBound))–\(time(interval.upperBound))"
  }
}
