import Channels
package import Conversations
import Routing
import Storage

/// What the thing to be answered says for itself, and the limits; `AutomaticGate` asks it and everything else.
package enum AutomaticMail {
  /// What may be said at all, before the store is asked how often it was said already.
  package static func mayAnswer(_ event: InboundEvent) -> (Bool, reason: String) {
    if event.direction != .inbound { return (false, "not written by the customer") }
    if event.kind != .message && event.kind != .postback {
      return (false, "a \(event.kind.rawValue) is not answered in writing")
    }
    if event.flags.bounce { return (false, "a bounce") }
    if event.flags.autoReply { return (false, "written by a machine") }
    if event.flags.mailingList { return (false, "from a mailing list") }
    if let report = event.report { return (false, "a \(report.rawValue) report") }
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
  /// What we say by ourselves: first steps for the category, when somebody will be there again, or that it has arrived.
  /// At most one of them, through the gate. Returns whether something was put into the outbox.
  func answerByOurselves(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ conversation: inout ConversationRecord, isNew: Bool,
    _ tx: Transaction
  ) throws -> Bool {
    guard message.direction == .inbound, channel.repliesAutomatically, isNew || !message.hasFlag("ack"),
      let sender = configuration.sender(for: channelName),
      let text = automaticText(prepared, conversation, isNew: isNew)
    else { return false }
    // To where a person's answer would go: `Reply-To`, else the sender.
    let recipient =
      prepared.event.mail?.replyTo.first ?? prepared.event.contact.email ?? prepared.event.contact.id ?? ""
    let send = AutomaticSend(
      .answer(to: prepared.event), to: recipient, channel: channelName, purpose: text.purpose)
    // An answer to a mail of ours from somebody who takes no part: a robot behind an alias, not a new customer.
    let stranger = try isNew && isStranger(in: conversation, prepared.event, tx)
    let refused = stranger ? "a stranger's answer to a mail of ours" : nil
    if let refusal = try refused ?? desk.gate(configuration, now: now).admit(send, in: conversation.id, tx) {
      try tx.log(
        id: newID(), conversation.id, "no_auto_reply", at: now, actor: nil, queue: conversation.queue,
        data: ["purpose": JSON(text.purpose), "reason": JSON(refusal)])
      return false
    }
    try say(
      text, about: prepared.event.subject, answering: message.id, to: recipient, through: sender, in: &conversation, tx)
    return true
  }

  private func isStranger(in conversation: ConversationRecord, _ event: InboundEvent, _ tx: Transaction) throws -> Bool
  {
    guard let mail = event.mail, let related = conversation.relatedTo,
      try tx.conversation(related)?.contact != conversation.contact
    else { return false }
    let token = ThreadToken(keys: desk.keys)
    return (mail.to + mail.cc + event.inReplyTo + mail.references.suffix(8)).contains { token.mark(in: $0) != nil }
  }

  private struct AutomaticText {
    /// What is limited: the same purpose counts as the same text.
    var purpose: String
    var rendered: RenderedTemplate
  }

  private func automaticText(_ prepared: PreparedEvent, _ conversation: ConversationRecord, isNew: Bool)
    -> AutomaticText?
  {
    let (automatic, decision) = (configuration.settings.automatic, prepared.decision)
    let choice: (template: String, purpose: String)? =
      if isNew, let first = automatic.byCategory[decision.category] {
        (first, "first steps for \(decision.category)")
      } else if !decision.isOpen {
        // Once per closed period: the next period opens at another time.
        automatic.afterHours.map { ($0, "after_hours until \(decision.opensAt?.rfc3339 ?? "further notice")") }
      } else if isNew {
        automatic.acknowledgement.map { ($0, "acknowledgement") }
      } else {
        nil
      }
    guard let choice else { return nil }
    let (event, languages) = (prepared.event, configuration.settings.languages)
    // Who writes in a language that the desk does not write in is answered in that of the page they wrote on.
    func isOurs(_ language: String) -> Bool { languages.contains { language == $0 || language.hasPrefix("\($0)-") } }
    let language =
      [decision.language, event.language].compactMap(\.self).first(where: isOurs)
      ?? configuration.settings.defaultLanguage
    var variables = AfterHours.variables(
      decision, conversation: conversation, customer: event.contact.name, language: language,
      configuration: configuration)
    let text = [event.subject, event.replyText ?? event.text].compactMap(\.self).joined(separator: "\n")
    let details = ToldDetails(texts: [text], email: event.contact.email, hasFiles: !prepared.files.isEmpty)
    variables.merge(details.variables(language: language)) { $1 }
    let rendered = try? configuration.templates.rendered(
      choice.template, language: language, variables: variables)
    return rendered.flatMap { $0.text.isEmpty ? nil : AutomaticText(purpose: choice.purpose, rendered: $0) }
  }

  private func say(
    _ text: AutomaticText, about subject: String?, answering: MessageID, to recipient: String,
    through sender: Connection, in conversation: inout ConversationRecord, _ tx: Transaction
  ) throws {
    conversation.lastSeq += 1
    var bot = MessageRecord(
      id: MessageID(newID()), conversation: conversation.id, seq: conversation.lastSeq, direction: .bot,
      channel: sender.name.rawValue,
      author: nil, text: text.rendered.text, receivedAt: now)
    (bot.subject, bot.language) = (subject ?? text.rendered.subject, text.rendered.language)
    (bot.deliveryState, bot.extraJSON) = (.queued, Answering.pinned(to: answering, recipient: recipient).description)
    bot.setOptions(text.rendered.options)
    try tx.insert(bot)
    try tx.insert(
      OutboxRecord(
        id: OutboxID(newID()), conversation: conversation.id, message: bot.id, channel: sender.name.rawValue,
        purpose: "automatic", at: now))
    try tx.log(
      id: newID(), conversation.id, "bot", at: now, actor: nil, queue: conversation.queue,
      data: ["seq": JSON(bot.seq), "purpose": JSON(text.purpose)])
  }

  /// Tells those who are to be told at once, in or out of hours, when the alarm is raised: once per conversation.
  func raiseAlarm(_ prepared: PreparedEvent, _ conversation: inout ConversationRecord, _ tx: Transaction) throws -> Bool
  {
    // What our own people write elsewhere is no cry for help.
    guard prepared.decision.alert, prepared.event.direction == .inbound, !conversation.hasFlag("alert"),
      !prepared.event.isAutomatic
    else { return false }
    conversation.setFlag("alert")
    try tx.log(
      id: newID(), conversation.id, "alert", at: now, actor: nil, queue: conversation.queue,
      data: ["reason": JSON(prepared.decision.reason)])
    guard let alert = configuration.settings.alert else { return false }
    // Colleagues read their own language, whatever the customer's.
    var variables = AfterHours.variables(
      prepared.decision, conversation: conversation, customer: prepared.event.contact.name, language: alert.language,
      configuration: configuration)
    variables["queue"] = configuration.table.queue(conversation.queue)?.titles[alert.language] ?? conversation.queue
    variables["channel"] = channel.title
    variables["reason"] = prepared.decision.reason
    variables["received_at"] = configuration.settings.zone.wallClock(of: now).rfc3339
    variables["excerpt"] = String(
      (prepared.event.replyText ?? prepared.event.text ?? "").split(whereSeparator: \.isWhitespace).joined(
        separator: " "
      ).prefix(200))
    guard
      let text = try? configuration.templates.rendered(alert.template, language: alert.language, variables: variables)
    else { return false }
    var isSent = false
    for recipient in alert.recipients {
      let letter = AutomaticLetter(
        channel: alert.through.rawValue, recipient: recipient, purpose: "alert",
        subject: text.subject ?? "#\(conversation.id)", text: text.text)
      if let refusal = try desk.gate(configuration, now: now).post(letter, tx) {
        try tx.log(
          id: newID(), conversation.id, "no_alert", at: now, actor: nil, queue: conversation.queue,
          data: ["to": JSON(recipient), "reason": JSON(refusal)])
        continue
      }
      isSent = true
    }
    return isSent
  }
}
