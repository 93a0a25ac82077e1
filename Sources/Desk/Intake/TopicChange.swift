import Conversations
import Routing
import Storage

/// A new matter in an old thread (REQUIREMENTS 15): it stays there, and the agent is told.
extension Filing {
  /// Sets `topic_changed` when the subject is another one after a silence, or the message is surely about something else.
  /// `category`: the conversation's before this message.
  func noteTopic(
    _ prepared: PreparedEvent, _ message: MessageRecord, from category: String,
    lastActivity: Instant, _ conversation: inout ConversationRecord, _ tx: Transaction
  ) throws {
    guard prepared.event.mail != nil, message.direction == .inbound, !prepared.event.isAutomatic,
      !message.hasFlag("ack")
    else { return }
    let decision = prepared.decision
    let fallback = configuration.table.fallbackCategory
    let isOtherMatter = category != fallback && decision.category != fallback && decision.category != category
    let queue = configuration.table.queue(conversation.homeQueue)
    let silence = Int64(queue?.topicDays ?? QueueDefinition.topicDaysDefault) * 86_400
    let before = SubjectLine.normalized(conversation.subject)
    let subject = SubjectLine.normalized(message.subject)
    let isOtherSubject = !subject.isEmpty && subject != before
    guard isOtherMatter || (isOtherSubject && now.seconds(since: lastActivity) > silence) else { return }
    conversation.setFlag("topic_changed")
    try tx.log(
      id: newID(), conversation.id, "topic_changed", at: now, actor: nil, queue: conversation.queue,
      data: [
        "seq": JSON(message.seq), "subject": JSON(message.subject), "subject_before": JSON(conversation.subject),
        "category": JSON(decision.category), "category_before": JSON(category),
      ])
  }
}

/// Subjects as people mean them.
enum SubjectLine {
  /// RFC 5256 §2.1 calls it the base subject: without the marks of answers and passing on, in any language, and without
  /// the names of lists; folded.
  static func normalized(_ subject: String?) -> String {
    var rest = Substring(TextFolding.fold(subject ?? "")).drop { $0 == " " }
    for _ in 0..<32 {
      let before = rest.startIndex
      if rest.first == "[" || rest.first == "【",
        let end = rest.prefix(60).firstIndex(where: { $0 == "]" || $0 == "】" }),
        rest.index(after: end) < rest.endIndex
      {
        rest = rest[rest.index(after: end)...].drop { $0 == " " }
      } else if let mark = marks.first(where: { isMarked(rest, $0) }) {
        rest = rest.dropFirst(mark.count).drop { $0 != ":" && $0 != "：" }.dropFirst().drop { $0 == " " }
      }
      if rest.startIndex == before { break }
    }
    return rest.split(separator: " ").joined(separator: " ")
  }

  private static func isMarked(_ text: Substring, _ mark: String) -> Bool {
    guard text.hasPrefix(mark) else { return false }
    // `Re:`, `Re[2]:`, `Re (3):`, `RE :`
    let rest = text.dropFirst(mark.count).prefix(8)
    guard let colon = rest.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
    return rest[..<colon].allSatisfy { $0.isNumber || "[]() ^*".contains($0) }
  }

  private static let marks = [
    "re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "antw", "ref", "tr", "rv", "res", "enc", "odp", "pd", "ynt", "ilt",
    "r", "i", "回复", "答复", "转发", "回覆", "轉寄", "返信", "転送", "회신", "전달", "答覆", "转寄",
  ]
}
