import Channels
package import Conversations
import Routing
import Storage

/// The one gate every automatic sender goes through (REQUIREMENTS 21–23, RFC 3834).
package enum AutomaticMail {
  /// What may be said at all, before the store is asked how often it was said already.
  package static func mayAnswer(_ event: InboundEvent, kind: ChannelKind) -> (Bool, reason: String) {
    if event.direction != .inbound { return (false, "not written by the customer") }
    if event.kind != .message && event.kind != .postback { return (false, "a \(event.kind.rawValue) is not answered in writing") }
    if event.flags.bounce { return (false, "a bounce") }
    if event.flags.autoReply { return (false, "written by a machine") }
    if event.flags.mailingList { return (false, "from a mailing list") }
    if let sign = event.flags.automationSigns.first { return (false, sign) }
    if event.contact.id == nil && event.contact.email == nil { return (false, "nobody to answer") }
    return (true, "a person wrote")
  }

  /// At most this many automatic messages of any kind to one recipient in a day.
  static let perDayMax = 3
  /// The same text to the same recipient through the same channel not again within (RFC 5230 §4.2: the vacation default).
  static let sameTextSeconds: Int64 = 7 * 86_400
  /// No automatic word on top of a person's: silence for this long after an agent wrote.
  static let afterHumanSeconds: Int64 = 30 * 60
}

extension Filing {
  /// Out of hours, says when somebody will be there again; at most once per closed period. Returns whether something was sent.
  func answerByOurselves(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord, isNew: Bool, _ tx: Transaction
  ) throws -> Bool {
    let decision = prepared.decision
    guard !decision.isOpen, message.direction == .inbound, channel.repliesAutomatically,
      let template = configuration.settings.automatic.afterHours, let sender = configuration.sender(for: channelName)
    else { return false }
    let (may, reason) = AutomaticMail.mayAnswer(prepared.event, kind: channel.kind)
    guard may else {
      try logGate(conversation, refused: reason, tx)
      return false
    }
    let recipient = prepared.event.contact.email ?? prepared.event.contact.id ?? ""
    let purpose = "after_hours until \(decision.opensAt?.rfc3339 ?? "further notice")"
    guard try isWithinLimits(recipient, purpose, conversation, tx) else { return false }
    let variables = AfterHours.variables(decision, conversation: conversation, configuration: configuration)
    guard let text = try? configuration.templates.rendered(template, language: decision.language, variables: variables), !text.text.isEmpty
    else {
      try logGate(conversation, refused: "the template \(template) gives no text", tx)
      return false
    }
    try tx.rememberAutomaticSend(id: newID(), recipient: recipient, channel: channelName, purpose: purpose, at: now)
    conversation.lastSeq += 1
    var bot = MessageRecord(
      id: MessageID(newID()), conversation: conversation.id, seq: conversation.lastSeq, direction: .bot, channel: sender.name.rawValue,
      author: nil, text: text.text, receivedAt: now)
    (bot.subject, bot.language, bot.deliveryState) = (Subjects.reply(to: prepared.event.subject) ?? text.subject, text.language, .queued)
    try tx.insert(bot)
    try tx.insert(OutboxRecord(
      id: OutboxID(newID()), conversation: conversation.id, message: bot.id, channel: sender.name.rawValue, purpose: "after_hours", at: now))
    try tx.log(id: newID(), conversation.id, "bot", at: now, actor: nil, queue: conversation.queue, data: ["seq": JSON(bot.seq), "purpose": "after_hours"])
    return true
  }

  private func isWithinLimits(_ recipient: String, _ purpose: String, _ conversation: ConversationRecord, _ tx: Transaction) throws -> Bool {
    let recent = try tx.automaticSends(to: recipient, since: now.adding(seconds: -AutomaticMail.sameTextSeconds))
    let today = recent.filter { $0.at > now.adding(seconds: -86_400) }.count
    if recent.contains(where: { $0.purpose == purpose && $0.channel == channelName }) {
      try logGate(conversation, refused: "said already for this closed period", tx)
      return false
    }
    if today >= AutomaticMail.perDayMax {
      try logGate(conversation, refused: "\(today) automatic messages to this recipient today", tx)
      return false
    }
    if let last = try tx.lastHumanMessage(in: conversation.id), now.seconds(since: last) < AutomaticMail.afterHumanSeconds {
      try logGate(conversation, refused: "an agent wrote \(now.seconds(since: last) / 60) min ago", tx)
      return false
    }
    return true
  }

  private func logGate(_ conversation: ConversationRecord, refused reason: String, _ tx: Transaction) throws {
    try tx.log(id: newID(), conversation.id, "no_auto_reply", at: now, actor: nil, queue: conversation.queue, data: ["reason": JSON(reason)])
  }
}

/// Subjects of answers.
enum Subjects {
  /// `Re: …` once, whatever the language of the marks already there.
  static func reply(to subject: String?) -> String? {
    guard let subject else { return nil }
    var rest = Substring(subject)
    let marks = ["re:", "re：", "aw:", "回复:", "回复：", "答复:", "答复：", "回覆:", "回覆：", "sv:", "antw:", "rv:"]
    while let mark = marks.first(where: { rest.drop { $0 == " " }.lowercased().hasPrefix($0) }) {
      rest = rest.drop { $0 == " " }.dropFirst(mark.count)
    }
    return "Re: " + rest.drop { $0 == " " }
  }
}
