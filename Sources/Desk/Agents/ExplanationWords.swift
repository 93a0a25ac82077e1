import Conversations
import Routing

/// How `explain` speaks: one of two languages, and the clock of the desk.
struct ExplanationWords {
  let isChinese: Bool
  private let zone: CivilZone

  init(_ language: String, zone: CivilZone) { (isChinese, self.zone) = (language.hasPrefix("zh"), zone) }

  func callAsFunction(_ english: String, _ chinese: String) -> String { isChinese ? chinese : english }

  /// `2026-03-09T09:00:00+08:00`, as the desk's clock shows it.
  func time(_ instant: Instant) -> String { zone.wallClock(of: instant).rfc3339 }

  /// `2026-03-09 09:00`.
  func minute(_ instant: Instant) -> String {
    let wall = zone.wallClock(of: instant)
    return "\(wall.date) \(wall.time)"
  }

  /// `2026-03-09T09:00:00+08:00 – 17:44:59`; the end with its day when that is another.
  func span(_ from: Instant, _ to: Instant) -> String {
    let (start, end) = (zone.wallClock(of: from), zone.wallClock(of: to))
    guard start.date == end.date, start.offset == end.offset else { return "\(start.rfc3339) – \(end.rfc3339)" }
    let seconds = end.secondOfDay % 60
    return "\(start.rfc3339) – \(end.time)" + (seconds == 0 ? "" : ":\(padded(seconds, to: 2))")
  }

  /// `8 h 44 min 59 s`: to the second.
  func duration(_ seconds: Int64) -> String {
    let units = isChinese ? ["小时", "分钟", "秒"] : ["h", "min", "s"]
    let parts = zip([seconds / 3600, seconds / 60 % 60, seconds % 60], units).filter { $0.0 > 0 }
    return parts.isEmpty ? "0 \(units[2])" : parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }

  func kind(_ kind: ClockKind) -> String {
    switch kind {
    case .firstResponse: self("First response", "首次响应")
    case .nextReply: self("Next reply", "后续回复")
    case .resolution: self("Resolution", "解决")
    }
  }

  func priority(_ priority: Priority) -> String {
    switch priority {
    case .urgent: self("urgent", "紧急")
    case .high: self("high", "高")
    case .normal: self("normal", "普通")
    case .low: self("low", "低")
    }
  }

  /// `` `high`, 1 h of `hotline` ``: what a clock promises.
  func promise(_ clock: ClockState) -> String {
    let length = duration(clock.targetSeconds)
    if clock.calendar.isEmpty {
      return self("`\(clock.target)`, \(length) of calendar time", "`\(clock.target)`，自然时间 \(length)")
    }
    return self(
      "`\(clock.target)`, \(length) of `\(clock.calendar)`", "`\(clock.target)`，`\(clock.calendar)` 营业时间 \(length)")
  }

  func status(_ status: ConversationStatus) -> String {
    switch status {
    case .new: self("new", "新建")
    case .open: self("open", "处理中")
    case .pending: self("the customer owes an answer", "等待客户答复")
    case .onHold: self("a third party owes an answer", "等待第三方答复")
    case .resolved: self("resolved", "已解决")
    }
  }
}
