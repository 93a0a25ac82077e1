package import Conversations

/// 3CX: lines of its CDR service, as a collector reads them from the socket or from cdr.log and hands them in.
/// Source: 3cx.com/blog/docs/cdr-call-data-records. Which fields a line has, and in which order, each exchange's
/// console decides: `cdr_fields` says it here.
package struct ThreeCX: PhoneOnly {
  package static let kind = ChannelKind("threecx")
  package static let summary = "Calls of a 3CX exchange, from the lines of its CDR service."
  package static let settings: [Setting] =
    [
      CallImport.tokenSetting, CallImport.followSetting, WallClock.setting,
      Setting(
        "cdr_fields", .textList, default: JSON(standardFields), help: "the fields of a line, as set up in the console"),
    ] + PhoneLine.settings

  private static let standardFields = [
    "historyid", "callid", "duration", "time-start", "time-answered", "time-end", "reason-terminated", "from-no",
    "to-no", "from-dn", "to-dn", "dial-no", "reason-changed", "final-number", "final-dn", "bill-code", "bill-rate",
    "bill-cost", "bill-name", "chain",
  ]

  private let tokens: [Secret]
  package let followedFile: String?
  private let line: PhoneLine
  private let clock: WallClock
  private let columns: [String: Int]

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets(CallImport.tokenSetting.key)
    followedFile = try CallImport.followedFile(values)
    line = try PhoneLine(values)
    clock = try WallClock(values)
    let names = values.list("cdr_fields").map { $0.lowercased() }
    columns = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    for name in ["from-no", "to-no", "time-start"] where columns[name] == nil {
      throw SettingProblem("cdr_fields", "must name \(name)")
    }
    guard columns["callid"] != nil || columns["historyid"] != nil else {
      throw SettingProblem("cdr_fields", "must name callid or historyid")
    }
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    CallImport.verify(delivery, tokens: tokens)
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    try CallImport.reading(delivery.body) { news($0, receivedAt: delivery.receivedAt) }
  }

  private func news(_ record: RecordLine, receivedAt: Instant) -> CallNews? {
    let value = { (name: String) in columns[name].flatMap { record[$0]?.callLine() } }
    let history = value("historyid").map { $0.hasPrefix("Call ") ? String($0.dropFirst(5)) : $0 }
    guard let callID = PhoneLine.callID(value("callid") ?? history), let started = clock.instant(value("time-start")),
      // One that is missing was withheld.
      value("from-no") != nil || value("to-no") != nil
    else { return nil }
    let (caller, called) = (Self.party(value("from-no")), Self.party(value("to-no")))
    let (from, to) = (line.number(caller.number), line.number(called.number))
    var news = CallNews(
      callID: callID, isOutbound: (caller.isInside && !called.isInside) || line.isOutbound(from: from, to: to),
      from: from, to: to, callerName: value("from-dispname"),
      disposition: Self.outcome(value("reason-terminated"), isAnswered: value("time-answered") != nil),
      at: clock.instant(value("time-end")) ?? receivedAt, startedAt: started,
      duration: Self.seconds(value("duration")) ?? 0)
    news.answeredAt = clock.instant(value("time-answered"))
    news.category = line.category(value("dial-no"), called.number, value("to-dn"))
    return news
  }

  /// Telephones inside are `Ext.100`.
  private static func party(_ text: String?) -> (number: String?, isInside: Bool) {
    guard let text, text.lowercased().hasPrefix("ext.") else { return (text, false) }
    return (String(text.dropFirst(4)), true)
  }

  /// `00:02:00`; a part of a second is left out.
  private static func seconds(_ text: String?) -> Int? {
    guard let parts = text?.split(separator: ":"), parts.count == 3 else { return nil }
    let numbers = parts.compactMap { Int($0.prefix { $0 != "." }) }
    guard numbers.count == 3, numbers.allSatisfy({ (0...10_000).contains($0) }) else { return nil }
    return CallNews.seconds(String(numbers[0] * 3600 + numbers[1] * 60 + numbers[2]))
  }

  /// Newer versions write `src_participant_terminated` for `TerminatedBySrc`.
  private static func outcome(_ reason: String?, isAnswered: Bool) -> CallRecord.Disposition {
    let word = (reason ?? "").lowercased()
    let said = reasons.first { word.contains($0.part) }?.meaning
    if let said { return said }
    let isByCaller = word.contains("bysrc") || word.hasPrefix("src_")
    let isByCalled = word.contains("bydst") || word.hasPrefix("dst_")
    return isAnswered || !(isByCaller || isByCalled) ? .completed : isByCaller ? .canceled : .noAnswer
  }

  /// Reasons that leave no doubt, whether or not somebody picked up in between.
  private static let reasons: [(part: String, meaning: CallRecord.Disposition)] = [
    ("busy", .busy), ("noanswer", .noAnswer), ("no_answer", .noAnswer), ("reject", .noAnswer), ("declin", .noAnswer),
    ("timeout", .noAnswer), ("cancel", .canceled), ("fail", .failed), ("notfound", .failed), ("redirect", .forwarded),
    ("forward", .forwarded), ("voicemail", .voicemail),
  ]
}
