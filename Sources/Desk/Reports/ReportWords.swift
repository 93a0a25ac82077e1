import Conversations
import Routing

/// The report's words in both languages, and numbers as people read them.
struct ReportWords {
  let isChinese: Bool
  private let rules: ServiceLevelRules

  init(_ language: String, _ rules: ServiceLevelRules = .usual) {
    (isChinese, self.rules) = (language.hasPrefix("zh"), rules)
  }

  func callAsFunction(_ key: Key) -> String { pick(key.words) }
  var colon: String { isChinese ? "：" : ": " }
  private func pick(_ words: (en: String, zh: String)) -> String { isChinese ? words.zh : words.en }

  enum Key {
    case total, definition, byQueue, byCategory, byChannel, byAgent, byLanguage, byPriority, byHour, heat, days, ageing,
      times,
      definitions,
      measure, bucket, durations, before, provenance, promises, live, satisfaction, replies, business, calendar,
      nothing, count, arrived, resolved, counts, date, asTable, keyFigures, comparedWith

    var words: (en: String, zh: String) {
      switch self {
      case .total: ("Total", "合计")
      case .byQueue: ("By queue", "按队列")
      case .byCategory: ("By category", "按类别")
      case .byChannel: ("By channel", "按渠道")
      case .byAgent: ("By agent", "按坐席")
      case .byLanguage: ("By language", "按语言")
      case .byPriority: ("By priority", "按优先级")
      case .byHour: ("New conversations by hour of day", "各时段新会话")
      case .counts: ("Conversations", "会话")
      case .date: ("Date", "日期")
      case .keyFigures: ("Key figures", "关键指标")
      case .comparedWith: ("Compared with", "对比周期")
      case .asTable: ("The same as a table", "以表格显示")
      case .heat: ("New conversations by weekday and hour", "新会话：星期 × 时段")
      case .days: ("New and resolved by day", "每日新会话与已解决")
      case .ageing: ("Age of the backlog", "积压时长")
      case .times: ("Agents' time", "坐席工时")
      case .definition: ("Definition", "指标口径")
      case .definitions: ("How the numbers are defined", "指标口径")
      case .measure: ("Measure", "指标")
      case .bucket: ("Days", "天数")
      case .durations: ("How long it took", "时长")
      case .before: ("before", "上期")
      case .provenance: ("Where the numbers come from", "数据来源")
      case .promises: ("Service targets", "服务目标")
      case .live: ("Calls and chats", "电话与在线聊天")
      case .satisfaction: ("Satisfaction", "满意度")
      case .replies: ("Replies sent", "已发送回复")
      case .business: ("business time", "营业时间")
      case .calendar: ("calendar time", "自然时间")
      case .nothing: ("Nothing happened in this period.", "本周期内没有数据。")
      case .count: ("n", "数量")
      case .arrived: ("New", "新会话")
      case .resolved: ("Resolved", "已解决")
      }
    }
  }

  func heading(_ dimension: ReportDimension) -> String {
    switch dimension {
    case .queue: self(.byQueue)
    case .category: self(.byCategory)
    case .channel: self(.byChannel)
    case .agent: self(.byAgent)
    case .language: self(.byLanguage)
    case .priority: self(.byPriority)
    }
  }

  func name(_ dimension: ReportDimension) -> String {
    switch dimension {
    case .queue: pick(("Queue", "队列"))
    case .category: pick(("Category", "类别"))
    case .channel: pick(("Channel", "渠道"))
    case .agent: pick(("Agent", "坐席"))
    case .language: pick(("Language", "语言"))
    case .priority: pick(("Priority", "优先级"))
    }
  }

  /// What stands for an id that no file gives a title.
  func title(_ id: String, in dimension: ReportDimension) -> String? {
    switch (dimension, id) {
    case (.priority, "urgent"): pick(("Urgent", "紧急"))
    case (.priority, "high"): pick(("High", "高"))
    case (.priority, "normal"): pick(("Normal", "普通"))
    case (.priority, "low"): pick(("Low", "低"))
    case (.language, let tag): LanguageName.of(tag).map(pick)
    case (.agent, ReportTally.elsewhere): pick(("Elsewhere", "其他工具"))
    default: nil
    }
  }

  func weekday(_ index: Int) -> String {
    let names =
      isChinese
      ? ["周一", "周二", "周三", "周四", "周五", "周六", "周日"] : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return names[index % 7]
  }

  /// What a cell is called; for a group its group's name.
  func label(_ key: String) -> String {
    if let known = Self.labels[key] { return pick(known) }
    if let convention = ServiceLevel.Convention.allCases.first(where: { $0.key == key }) { return label(convention) }
    guard let dot = key.firstIndex(of: ".") else { return key }
    return label(String(key[..<dot]))
  }

  /// `SL3 in 20 s`, `SL3 in 20/60 s` where channels differ.
  private func label(_ convention: ServiceLevel.Convention) -> String {
    let seconds = rules.allWithinSeconds.map { "\($0)" }.joined(separator: "/")
    return pick(("\(convention.rawValue) in \(seconds) s", "\(convention.rawValue)（\(seconds) 秒内）"))
  }

  private static let labels: [String: (en: String, zh: String)] = [
    "arrived": ("New", "新会话"), "proactive": ("Started by us", "主动发起"), "resolved": ("Resolved", "已解决"),
    "backlog": ("Backlog", "积压"), "reopened": ("Reopened", "重新打开"), "reopen_percent": ("Reopen rate", "重开率"),
    "one_touch": ("One-touch", "一次解决"), "one_touch_percent": ("One-touch rate", "一次解决率"),
    "zero_touch": ("Zero-touch", "零回复解决"), "bot_resolved": ("Resolved by bot", "机器人解决"),
    "first_response": ("First response", "首次响应"), "next_reply": ("Next reply", "后续回复"),
    "resolution": ("Resolution (target clock)", "解决（目标计时）"),
    "first_response_from_handoff": ("First response from hand-over", "转人工后首次响应"),
    "first_resolution": ("First resolution", "首次解决"), "full_resolution": ("Full resolution", "最终解决"),
    "requester_wait": ("Customer waited", "客户等待"), "agent_work": ("With agents", "坐席处理中"),
    "customer_wait": ("Waited for customer", "等待客户"), "on_hold": ("On hold", "等待第三方"),
    "queue_wait": ("In queue until taken", "排队等待"), "handle": ("Handling", "处理时长"),
    "attainment": ("In time", "达标率"), "met": ("Met", "达标"), "breached": ("Missed", "超时"),
    "replies.accepted": ("Accepted", "已接收"), "replies.bounced": ("Bounced", "退回"),
    "replies.bounce_percent": ("Bounce rate", "退回率"), "replies.dead_letters": ("Not deliverable", "无法送达"),
    "replies.dead_letter_percent": ("Not deliverable, rate", "无法送达率"),
    "live.offered": ("Offered", "来量"), "live.answered": ("Answered", "接起"), "live.abandoned": ("Abandoned", "放弃"),
    "live.within_seconds": ("Y", "Y"),
    "live.abandonment_percent": ("Abandonment", "放弃率"),
    "live.abandonment_without_short_percent": ("Abandonment without short ones", "放弃率（不含短放弃）"),
    "live.average_speed_of_answer_seconds": ("Average speed of answer (s)", "平均应答时间（秒）"),
    "satisfaction.surveys": ("Surveys that arrived", "已送达调查"), "satisfaction.ratings": ("Ratings", "评价数"),
    "satisfaction.response_percent": ("Response rate", "回收率"), "satisfaction.csat_percent": ("CSAT", "满意度"),
    "satisfaction.csat_low_percent": ("95 % interval from", "95 % 区间下限"),
    "satisfaction.csat_high_percent": ("95 % interval to", "95 % 区间上限"),
    "satisfaction.mean": ("Mean (1–5)", "平均分（1–5）"),
    "handle.conversations": ("Conversations handled", "处理会话数"),
    "handle.mean_calendar_seconds": ("Average handling time", "平均处理时长"),
    "work.busy_seconds": ("Busy", "处理会话"), "work.idle_seconds": ("Ready", "待命"), "work.away_seconds": ("Away", "暂离"),
    "work.occupancy_percent": ("Occupancy", "占用率"), "work.utilisation_percent": ("Utilisation", "利用率"),
    "data_quality": ("Data quality", "数据质量"),
    "data_quality.skewed": ("Answers dated before the question", "早于提问的回复"),
    "count": ("n", "数量"), "p50_calendar_seconds": ("p50, calendar time", "p50（自然时间）"),
    "max_calendar_seconds": ("Oldest, calendar time", "最久（自然时间）"),
    "p50_business_seconds": ("p50, business time", "p50（营业时间）"),
    "max_business_seconds": ("Oldest, business time", "最久（营业时间）"),
  ]

  func text(_ value: ReportValue?) -> String {
    switch value {
    case .count(let number): "\(number)"
    case .percent(let number): number.map { "\(decimalText($0)) %" } ?? "–"
    case .decimal(let number): number.map(decimalText) ?? "–"
    case .duration(let seconds): duration(seconds)
    case nil: "–"
    }
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
  var words: ReportWords { ReportWords(language, rules) }

  /// `Y = 20 s (Web chat 60 s), short = under 5 s, first shown: SL3`.
  var rulesText: String {
    let named = rules.withinSecondsByName.sorted { $0.key < $1.key }
    let (short, convention) = (rules.shortAbandonSeconds, rules.convention.rawValue)
    if words.isChinese {
      let own = named.map { "\(names[.channel, $0.key]) \($0.value) 秒" }.joined(separator: "，")
      let within = "Y = \(rules.withinSeconds) 秒\(own.isEmpty ? "" : "（\(own)）")"
      return "\(within)，短放弃 < \(short) 秒，首选 \(convention)"
    }
    let own = named.map { "\(names[.channel, $0.key]) \($0.value) s" }.joined(separator: ", ")
    let within = "Y = \(rules.withinSeconds) s\(own.isEmpty ? "" : " (\(own))")"
    return "\(within), short = under \(short) s, first shown: \(convention)"
  }

  /// `2026-03-09 00:00 – 2026-03-10 00:00 Asia/Shanghai`.
  var periodText: String {
    let (start, end) = (zone.wallClock(of: from), zone.wallClock(of: to))
    return "\(start.date) \(start.time) – \(end.date) \(end.time) \(zone)"
  }

  /// What “before” is: `2026-03-08`, `2026-03-02 – 2026-03-08`, `2026-03-08 00:00–14:00`.
  var beforeSpan: String {
    let (start, end) = (zone.wallClock(of: beforeFrom), zone.wallClock(of: beforeTo))
    if start.secondOfDay == 0, end.secondOfDay == 0, start.date < end.date {
      let last = end.date.adding(days: -1)
      return start.date == last ? "\(last)" : "\(start.date) – \(last)"
    }
    return start.date == end.date
      ? "\(start.date) \(start.time)–\(end.time)" : "\(start.date) \(start.time) – \(end.date) \(end.time)"
  }

  /// A column's head over the numbers of the period before.
  var beforeHead: String {
    words.isChinese ? "\(words(.before))（\(beforeSpan)）" : "\(words(.before)) (\(beforeSpan))"
  }

  /// What made the numbers, so that they can be made again.
  var provenance: String {
    let hours = calendars.map { "\($0.name) \($0.versions.map { String($0.prefix(8)) }.joined(separator: "→"))" }
      .joined(separator: ", ")
    let scope = [ReportDimension.queue, .channel, .category].compactMap { dimension -> String? in
      let own = filter.names(in: dimension).map { names[dimension, $0] }.joined(separator: ", ")
      return own.isEmpty
        ? nil : words.isChinese ? "仅\(words.name(dimension))：\(own)" : "only \(dimension.plural): \(own)"
    }
    let facts =
      words.isChinese
      ? [
        "指标版本 \(ServiceReport.metricVersion)", "营业时间 \(hours)", "时区数据 \(CivilZone.dataVersion)",
        "事件日志截至 \(knownID)",
      ]
      : [
        "metrics \(ServiceReport.metricVersion)", "calendars \(hours)", "time-zone data \(CivilZone.dataVersion)",
        "event log up to \(knownID)",
      ]
    return (facts + scope).joined(separator: " · ")
  }
}
