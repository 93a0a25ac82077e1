import Conversations
import Routing
import Storage

/// What automatic texts may say, in the words of their language.
enum AfterHours {
  static func variables(
    _ decision: RoutingDecision, conversation: ConversationRecord, customer: String?, language: String,
    configuration: DeskConfiguration
  )
    -> [String: String]
  {
    let calendar = configuration.calendar(ofQueue: decision.intendedQueue)
    return [
      "conversation": conversation.id.description, "customer_name": customer ?? "",
      "subject": conversation.subject ?? "",
      "opens_at": decision.opensAt.flatMap { at in calendar.map { words(for: at, $0, language: language) } }
        ?? "",
      "closed_for": decision.closedFor ?? "",
      "category": title(of: decision.category, language: language, configuration),
    ]
  }

  /// `Monday 23 November 2026, 09:00 (Asia/Shanghai)` or `2026年11月23日（星期一）09:00`.
  static func words(for instant: Instant, _ calendar: BusinessCalendar, language: String) -> String {
    let wall = calendar.wallClock(of: instant)
    let (day, time) = (wall.date, wall.time)
    if language.hasPrefix("zh") {
      let names = ["一", "二", "三", "四", "五", "六", "日"]
      return "\(day.year)年\(day.month)月\(day.day)日（星期\(names[day.weekday - 1])）\(time)"
    }
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    return "\(days[day.weekday - 1]) \(day.day) \(months[day.month - 1]) \(day.year), \(time) (\(calendar.zone))"
  }

  static func title(of category: String, language: String, _ configuration: DeskConfiguration) -> String {
    let titles = configuration.table.category(category)?.titles ?? [:]
    return titles[language] ?? titles[String(language.prefix(2))] ?? titles["en"] ?? category
  }
}
