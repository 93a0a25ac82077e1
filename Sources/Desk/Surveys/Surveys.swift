import Channels
package import Conversations
import Routing
import Storage

/// “How was it?”, asked once after a resolution by one of us (REQUIREMENTS 34; METRICS §4).
extension Desk {
  /// A customer is not asked more often.
  static let surveyPauseSeconds: Int64 = 14 * 86_400
  /// A link is good for so long.
  static let surveySeconds: Int64 = 30 * 86_400
  static let surveyCommentMax = 2000

  /// Asks the customer of a conversation that `agent` has just resolved, where its queue wants that and nothing speaks
  /// against it: on the chat page for a chat, else by a message through the channel that carries answers.
  func askForRating(
    _ conversation: inout ConversationRecord, resolvedBy agent: String, _ configuration: DeskConfiguration,
    now: Instant, _ tx: Transaction
  ) throws {
    let queue = configuration.table.queue(conversation.homeQueue) ?? configuration.table.queue(conversation.queue)
    guard queue?.asksForRating == true, let address = configuration.settings.address else { return }
    let before = conversation
    if let refusal = try ask(&conversation, agent, address, configuration, now, tx) {
      conversation = before
      try tx.log(
        id: newID(now), conversation.id, "no_survey", at: now, actor: nil, queue: conversation.queue,
        data: ["reason": JSON(refusal)])
    }
  }

  /// Returns why it is not asked, before anything is written.
  private func ask(
    _ conversation: inout ConversationRecord, _ agent: String, _ address: String, _ configuration: DeskConfiguration,
    _ now: Instant, _ tx: Transaction
  ) throws -> String? {
    let answering = try Answering.newest(in: conversation.id, tx)
    guard let question = answering.message else { return "the customer has written nothing" }
    if question.isAutomatic { return "a machine wrote" }
    if try tx.hasSurvey(ofContact: conversation.contact, since: now.adding(seconds: -Self.surveyPauseSeconds)) {
      return "asked within the last 14 days"
    }
    var survey = SurveyRecord(id: newID(now), of: conversation, agent: agent, at: now)
    if conversation.channelKind == WebChat.kind.rawValue {
      let send = AutomaticSend(
        .followUp, to: conversation.threadKey, channel: conversation.channel, purpose: "survey")
      if let refusal = try gate(configuration, now: now).admit(send, in: conversation.id, tx) { return refusal }
      _ = try tx.insert(survey)
      return nil
    }
    guard let sender = configuration.sender(for: conversation.channel) else { return "the channel is not enabled" }
    let card = try Self.card(conversation, answering, tx)
    let recipient = (sender.adapter is any MailAdapter ? card.email : nil) ?? card.id ?? ""
    guard let page = surveyText(survey, conversation, address, configuration) else {
      return "there is no template of the purpose `survey`"
    }
    let send = AutomaticSend(.followUp, to: recipient, channel: sender.name.rawValue, purpose: "survey")
    if let refusal = try gate(configuration, now: now).admit(send, in: conversation.id, tx) { return refusal }
    let bot = try say(page, answering: question, to: recipient, through: sender, in: &conversation, now: now, tx)
    survey.message = bot
    _ = try tx.insert(survey)
    return nil
  }

  private func surveyText(
    _ survey: SurveyRecord, _ conversation: ConversationRecord, _ address: String, _ configuration: DeskConfiguration
  ) -> RenderedTemplate? {
    let link = "\(address)/survey/\(SurveyToken(keys: keys).text(for: survey.id))"
    let stars = (1...5).reversed().map { count in
      "\(String(repeating: "★", count: count))\(String(repeating: "☆", count: 5 - count))  \(link)?stars=\(count)"
    }
    let variables = [
      "conversation": conversation.id.description, "subject": conversation.subject ?? "", "rating_link": link,
      "rating_links": stars.joined(separator: "\n"),
      "category": configuration.table.category(conversation.category)?.titles[conversation.language] ?? "",
    ]
    guard let template = configuration.templates.summaries.first(where: { $0.purpose == "survey" })?.name else {
      return nil
    }
    return try? configuration.templates.rendered(template, language: conversation.language, variables: variables)
  }

  private func say(
    _ page: RenderedTemplate, answering question: MessageRecord, to recipient: String, through sender: Connection,
    in conversation: inout ConversationRecord, now: Instant, _ tx: Transaction
  ) throws -> MessageID {
    conversation.lastSeq += 1
    var bot = MessageRecord(
      id: MessageID(newID(now)), conversation: conversation.id, seq: conversation.lastSeq, direction: .bot,
      channel: sender.name.rawValue, author: nil, text: page.text, receivedAt: now)
    (bot.subject, bot.language) = (page.subject ?? question.subject, page.language)
    (bot.deliveryState, bot.extraJSON) = (
      .queued, Answering.pinned(to: question.id, recipient: recipient).description
    )
    try tx.insert(bot)
    try tx.insert(
      OutboxRecord(
        id: OutboxID(newID(now)), conversation: conversation.id, message: bot.id, channel: sender.name.rawValue,
        purpose: "survey", at: now))
    try tx.log(
      id: newID(now), conversation.id, "bot", at: now, actor: nil, queue: conversation.queue,
      data: ["seq": JSON(bot.seq), "purpose": "survey"])
    return bot.id
  }

  /// METRICS §4: what counts is how many arrived.
  func noteDelivered(_ survey: SurveyRecord, now: Instant, _ tx: Transaction) throws {
    guard try tx.markDelivered(survey: survey.id, at: now) else { return }
    let queue = try tx.conversation(survey.conversation)?.queue
    try tx.log(id: newID(now), survey.conversation, "survey", at: now, actor: nil, queue: queue)
  }
}

extension Desk {
  /// What a survey's page shows: `{"conversation","stars","comment"}`. `nil` for a link that is none of ours, or too old.
  package func survey(_ token: String) async throws -> JSON? {
    guard let id = SurveyToken(keys: keys).survey(in: token) else { return nil }
    let oldest = now().adding(seconds: -Self.surveySeconds)
    // A look changes nothing, but the row is locked: it goes through the writer.
    let found = try await store.write { try $0.survey(id) }
    guard let found, found.createdAt >= oldest else { return nil }
    return [
      "conversation": JSON(found.conversation.rawValue), "stars": JSON(found.stars), "comment": JSON(found.comment),
    ]
  }

  /// Keeps a rating, once. Later only a comment can be added, where there is none.
  /// - Throws: `.notFound` (no such link, or too old), `.invalid`.
  package func rate(_ token: String, stars: Int?, comment: String?) async throws -> JSON {
    let now = now()
    guard let id = SurveyToken(keys: keys).survey(in: token) else {
      throw DeskError.notFound("there is no such survey")
    }
    let comment = comment.map { redactor.redact($0.trimmingTrailingSpace()).text }.flatMap { $0.isEmpty ? nil : $0 }
    guard (comment?.utf16.count ?? 0) <= Self.surveyCommentMax else {
      throw DeskError.invalid("the comment is longer than \(Self.surveyCommentMax) characters")
    }
    let change = try await store.write { [self] tx -> LiveChange? in
      guard let survey = try tx.survey(id), survey.createdAt >= now.adding(seconds: -Self.surveySeconds) else {
        throw DeskError.notFound("this survey has ended")
      }
      if survey.ratedAt != nil {
        if let comment { _ = try tx.addComment(comment, survey: id) }
      } else {
        guard let stars, (1...5).contains(stars) else { throw DeskError.invalid("`stars` is a number from 1 to 5") }
        guard try tx.rate(survey: id, stars: stars, comment: comment, at: now) else { return nil }
        try noteDelivered(survey, now: now, tx)
        let queue = try tx.conversation(survey.conversation)?.queue
        try tx.log(
          id: newID(now), survey.conversation, "rated", at: now, actor: nil, queue: queue,
          data: ["stars": JSON(stars), "agent": JSON(survey.agent)])
      }
      return try tx.conversation(survey.conversation).map { LiveChange("rated", $0) }
    }
    feed.publish([change].compactMap(\.self))
    return try await survey(token) ?? .null
  }

  /// The survey to show on a visitor's chat page, which has arrived with that: its token.
  package func chatSurvey(channel: String, threadKey: String) async throws -> String? {
    let now = now()
    let open = try await store.read {
      try $0.openSurvey(channel: channel, threadKey: threadKey, since: now.adding(seconds: -86_400))
    }
    guard let open else { return nil }
    if open.deliveredAt == nil { try await store.write { [self] tx in try noteDelivered(open, now: now, tx) } }
    return SurveyToken(keys: keys).text(for: open.id)
  }

  /// As agents see it; `nil` where nobody was asked.
  static func rating(of conversation: ConversationID, _ tx: Transaction) throws -> JSON? {
    guard let survey = try tx.latestSurvey(of: conversation) else { return nil }
    return [
      "asked_at": JSON(survey.createdAt), "delivered_at": JSON(survey.deliveredAt), "stars": JSON(survey.stars),
      "comment": JSON(survey.comment), "rated_at": JSON(survey.ratedAt),
    ]
  }
}
