import Channels
import Conversations
import Routing
import Storage

/// The conversation by mail, for a customer who asks for it on the chat page.
extension Desk {
  /// Addresses that one visitor may have given; more is somebody who mails strangers through us.
  static let transcriptAddressesMax = 3
  private static let transcriptMessagesMax = 200

  /// Whether customers of this chat can have their conversation by mail.
  package func sendsTranscripts(of channel: String) -> Bool { transcriptSender(of: channel) != nil }

  private func transcriptSender(of channel: String) -> Connection? {
    let configuration = configuration.value
    guard let chat = configuration.channels[channel]?.adapter as? WebChat,
      let sender = chat.mailThrough.flatMap({ configuration.channels[$0] }), sender.adapter is any MailAdapter
    else { return nil }
    return sender
  }

  /// Mails the visitor's newest conversation to an address that they gave in this chat: now (`email`), with an earlier
  /// message, or by their site's word. Returns the address.
  ///
  /// Not before one of us has answered: until then all words in it would be the visitor's own, and whoever they name would
  /// get them under our name. What a merge has brought from elsewhere is perhaps somebody else's, and left out.
  /// - Throws: `.notFound`, `.denied` (the gate's word), `.invalid`.
  package func sendTranscript(channel: String, threadKey: String, to email: String?) async throws -> String {
    let (configuration, now) = (configuration.value, now())
    guard let sender = transcriptSender(of: channel) else {
      throw DeskError.invalid("this chat sends no conversations by e-mail")
    }
    let typed = try email.map { text in
      guard let address = EmailAddress.plausible(text) else { throw DeskError.invalid("this is no e-mail address") }
      return address.lowercased()
    }
    let address = try await store.write { [self] tx -> String in
      guard let conversation = try tx.newestConversation(channel: channel, threadKey: threadKey) else {
        throw DeskError.notFound("there is no conversation yet")
      }
      let others = try tx.messagesFromElsewhere(in: conversation.id)
      let messages = try tx.messages(of: conversation.id).filter {
        $0.direction != .note && $0.deletedAt == nil && !others.contains($0.id)
      }
      guard messages.contains(where: { $0.direction == .outbound }) else {
        throw DeskError.invalid("nobody has answered yet; there is nothing to send")
      }
      let address = try recipient(typed, of: conversation, now: now, tx)
      let letter = try transcript(
        of: conversation, messages.suffix(Self.transcriptMessagesMax), to: address, through: sender, configuration)
      if let refusal = try gate(configuration, now: now).post(
        letter, tx, on: .followUp, in: conversation.id)
      {
        throw DeskError.denied("it cannot be sent to this address now: \(refusal)")
      }
      try tx.log(id: newID(now), conversation.id, "transcript", at: now, actor: nil, queue: conversation.queue)
      return address
    }
    outboxBell.ring()
    return address
  }

  /// The address just typed, which is a claim from now on, or the one that is known of this visitor.
  private func recipient(
    _ typed: String?, of conversation: ConversationRecord, now: Instant, _ tx: Transaction
  ) throws -> String {
    let contact = conversation.contact
    let claims = try tx.claims(of: contact).filter { $0.kind == "email" && $0.source == conversation.channel }
    guard let typed else {
      let proved = try tx.identities(of: contact).first { $0.kind == "email" }?.address
      // What was said here last counts before what is known from elsewhere.
      guard let address = claims.last?.address ?? proved else {
        throw DeskError.invalid("tell us the e-mail address it should go to")
      }
      return address
    }
    guard claims.contains(where: { $0.address == typed }) || claims.count < Self.transcriptAddressesMax else {
      throw DeskError.denied("too many different addresses in this chat")
    }
    try tx.insertClaim(
      ClaimRecord(
        id: newID(now), contact: contact, kind: "email", address: typed, source: conversation.channel, at: now))
    return typed
  }

  private func transcript(
    of conversation: ConversationRecord, _ messages: ArraySlice<MessageRecord>, to address: String,
    through sender: Connection, _ configuration: DeskConfiguration
  ) throws -> AutomaticLetter {
    let isChinese = conversation.language.hasPrefix("zh")
    let zone = configuration.settings.zone
    let lines = messages.map { message in
      let time = zone.wallClock(of: message.effectiveAt)
      let who =
        switch message.direction {
        case .inbound: isChinese ? "您" : "You"
        case .bot: isChinese ? "自动回复" : "Automatic reply"
        case .outbound, .note: isChinese ? "客服" : "Support"
        }
      return "\(time.date) \(time.time)  \(who):\n\(message.text ?? "")"
    }
    // Once more: what agents and templates said went through no redaction on its way to the store.
    let text = redactor.redact(lines.joined(separator: "\n\n")).text
    let variables = [
      "conversation": conversation.id.description, "subject": conversation.subject ?? "", "transcript": text,
      "category": configuration.table.category(conversation.category)?.titles[conversation.language] ?? "",
    ]
    let template = configuration.templates.summaries.first { $0.purpose == "transcript" }?.name
    guard let template,
      let page = try? configuration.templates.rendered(
        template, language: conversation.language, variables: variables)
    else { throw DeskError.invalid("there is no template of the purpose `transcript`") }
    return AutomaticLetter(
      channel: sender.name.rawValue, recipient: address, purpose: "transcript \(conversation.id)",
      subject: page.subject ?? "#\(conversation.id)", text: page.text)
  }
}
