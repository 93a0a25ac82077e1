import Conversations
import Routing

/// The report's words in both languages, and numbers as people read them.
struct ReportWords {
  let isChinese: Bool

  init(_ language: String) { isChinese = language.hasPrefix("zh") }

  func callAsFunction(_ key: Key) -> String { isChinese ? key.words.zh : key.words.en }

  enum Key {
    case arrived, resolved, reopened, failedSends, backlog, attainment, met, breached, count, firstResponse, nextReply,
      resolution
    case queue, category, channel, total, byQueue, byCategory, byChannel, byHour, ageing, definitions, period, measure

    var words: (en: String, zh: String) {
      switch self {
      case .arrived: ("New conversations", "新会话")
      case .resolved: ("Resolved", "已解决")
      case .reopened: ("Reopened", "重新打开")
      case .failedSends: ("Replies that failed", "发送失败的回复")
      case .backlog: ("Waiting at the end", "期末积压")
      case .attainment: ("In time", "达标率")
      case .met: ("Met", "达标")
      case .breached: ("Missed", "超时")
      case .count: ("Count", "数量")
      case .firstResponse: ("First response", "首次响应")
      case .nextReply: ("Next reply", "后续回复")
      case .resolution: ("Resolution", "解决")
      case .queue: ("Queue", "队列")
      case .category: ("Category", "类别")
      case .channel: ("Channel", "渠道")
      case .total: ("Total", "合计")
      case .byQueue: ("By queue", "按队列")
      case .byCategory: ("By category", "按类别")
      case .byChannel: ("By channel", "按渠道")
      case .byHour: ("New conversations by hour of day", "各时段新会话")
      case .ageing: ("Age of the backlog in days", "积压时长（天）")
      case .definitions: ("How the numbers are defined", "指标口径")
      case .period: ("Period", "统计周期")
      case .measure: ("Measure", "指标")
      }
    }
  }

  func kind(_ kind: String) -> String {
    switch kind {
    case "first_response": self(.firstResponse)
    case "next_reply": self(.nextReply)
    default: self(.resolution)
    }
  }

  var definitions: [String] {
    isChinese
      ? [
        "时长为营业时间（按各队列日历），百分位为最近秩法；自动回复不计入响应。",
        "达标率 = 达标 ÷（达标 + 超时）；超时但仍在计时的目标按其到期时刻计入。",
        "首次响应：客户首条消息到坐席首条被渠道接收的回复。后续回复：每轮首条未答消息到下一条回复。解决：会话开始到最后一次解决，等待客户期间暂停。",
      ]
      : [
        "Durations are business time (calendar of the target); percentiles are nearest-rank; automatic messages never count as an answer.",
        "In time = met ÷ (met + missed); a promise that is broken and still open counts as missed at its due time.",
        "First response: the customer's first message to the first agent's reply that the provider accepted. Next reply: the oldest unanswered message of a turn to the next reply. Resolution: start to last resolution, paused while the customer owes us an answer.",
      ]
  }

  /// `94.4 %`, `–` for nothing decided.
  func percent(_ value: Double?) -> String {
    guard let value else { return "–" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// `2 h 05 min`, `–` for none.
  func duration(_ seconds: Int64?) -> String {
    guard let seconds else { return "–" }
    let (hours, minutes) = (isChinese ? " 小时 " : " h ", isChinese ? " 分" : " min")
    if seconds >= 3600 { return "\(seconds / 3600)\(hours)\(padded(Int(seconds / 60 % 60), to: 2))\(minutes)" }
    return seconds >= 60 ? "\(seconds / 60)\(minutes)" : "\(seconds) \(isChinese ? "秒" : "s")"
  }
}

extension ServiceReport {
  var words: ReportWords { ReportWords(language) }

  /// `2026-03-09 00:00 – 2026-03-10 00:00 Asia/Shanghai`.
  var periodText: String {
    let (start, end) = (zone.wallClock(of: from), zone.wallClock(of: to))
    return "\(start.date) \(start.time) – \(end.date) \(end.time) \(zone)"
  }

  /// What made the numbers, so that they can be made again.
  var provenance: String {
    let calendars = calendarVersions.map { "\($0.name) \($0.version.prefix(8))" }.joined(separator: ", ")
    return "metrics \(ServiceReport.metricVersion) · calendars \(calendars) · time-zone data \(CivilZone.dataVersion)"
  }
}
