package import Conversations

/// Our own chat page. A message goes out by being stored: the page reads it from its event stream.
package struct WebChat: Adapter {
  package static let kind = ChannelKind("webchat")
  package static let summary = "The chat page and widget that this server brings along."
  package static let settings: [Setting] = [
    Setting(
      "session_secret", .secret, required: true, help: "signs the sessions of visitors; 32 random characters or more"),
    Setting("session_hours", .integer, default: 720, help: "how long a visitor can come back to their conversation"),
    Setting("text_max", .integer, default: 4000, help: "longest message, in characters"),
    Setting(
      "allowed_origins", .textList, default: [], help: "sites that may embed the widget, e.g. https://www.example.com"),
    Setting(
      "identity_secret", .secret,
      help: "signs what your site says of customers who are logged in there; 32 random characters or more"),
    Setting(
      "mail_through", .text, help: "the e-mail connection that sends customers their conversation when they ask for it"),
  ]
  package static let attachmentsMax = 5
  /// Bytes of all files of a message together: as base64 they are a third longer.
  package static let filesSizeMax = 5 << 20
  package static var bodySizeMax: Int { 8 << 20 }

  /// Issues a session for a new visitor and recognises those of visitors who come back.
  package let sessions: ChatSessions
  /// Origins beside our own; `*` allows any.
  package let allowedOrigins: [String]
  /// What sites say of their visitors.
  package let identities: ChatIdentities
  /// The connection that carries transcripts; `nil` = none are sent.
  package let mailThrough: String?
  /// Characters.
  package let textMax: Int
  private let channel: String

  package init(_ values: SettingValues) throws(SettingProblem) {
    channel = values.channel
    sessions = ChatSessions(
      channel: channel, secrets: values.secrets("session_secret"),
      lifetimeSeconds: min(try values.positive("session_hours"), 24 * 3650) * 3600)
    allowedOrigins = values.list("allowed_origins")
    let secrets = values.secrets("identity_secret")
    guard secrets.allSatisfy({ $0.reveal().utf8.count >= ChatIdentities.secretBytesMin }) else {
      throw SettingProblem("identity_secret", "must have at least \(ChatIdentities.secretBytesMin) characters")
    }
    identities = ChatIdentities(channel: channel, secrets: secrets)
    mailThrough = values.text("mail_through")
    textMax = try values.positive("text_max")
  }

  /// The session stands in the body (`session`); only JSON can carry it.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard session(delivery, now: now) != nil else { return .refused(status: 401, reason: "session token") }
    return .accepted
  }

  /// `{"session","client_id","text","category"?,"name"?,"email"?,"language"?,"attachments"?}`. `client_id` is the page's
  /// own id of the message: the same one sent twice is one message.
  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    guard let session = session(delivery, now: delivery.receivedAt) else {
      throw Unreadable(status: 401, reason: "session token")
    }
    guard let clientID = body["client_id"]?.text, (1...64).contains(clientID.utf8.count), PlainID.isPlain(clientID)
    else {
      throw Unreadable(reason: "`client_id` is missing or not 1…64 letters and digits")
    }
    let attachments = try attachments(body["attachments"])
    let text = body["text"]?.string
    guard text.map(isBlank) == false || !attachments.isEmpty else {
      throw Unreadable(status: 422, reason: "`text` is empty", code: "text")
    }
    guard (text ?? "").utf16.count <= textMax else {
      throw Unreadable(status: 422, reason: "`text` is longer than \(textMax) characters", code: "text_max")
    }
    return Reading(events: [
      InboundEvent(
        kind: .message, channelKind: Self.kind, externalID: "\(session.id):\(clientID)",
        threadKey: "\(Self.kind):\(channel):\(session.id)", contact: contact(body, session), text: text,
        language: FormText.language(body["language"]?.string, headers: delivery.headers), attachments: attachments,
        categoryHint: FormText.word(body["category"]?.string))
    ])
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] { [] }

  package func interpret(_ response: OutboundResponse) -> Outcome { .accepted(providerID: nil) }

  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { .listed }

  private func session(_ delivery: RawDelivery, now: Instant) -> ChatSession? {
    guard let body = try? JSON(parsing: delivery.body), let token = body["session"]?.string else { return nil }
    return sessions.verify(token, now: now)
  }

  /// What visitors say of themselves is unproved: the session is who they are, and what their site vouches for.
  private func contact(_ body: JSON, _ session: ChatSession) -> ContactCard {
    guard let identity = session.identity else {
      return ContactCard(
        id: session.id, name: FormText.line(body["name"]?.string), email: EmailAddress.plausible(body["email"]?.string))
    }
    var card = ContactCard(
      id: session.id, name: identity.name ?? identity.subject,
      email: identity.email ?? EmailAddress.plausible(body["email"]?.string))
    card.isEmailVerified = identity.isEmailVerified
    return card
  }

  private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

  /// `[{"filename","content_type","data": base64}]`.
  private func attachments(_ value: JSON?) throws(Unreadable) -> [Attachment] {
    let list = value?.array ?? []
    guard list.count <= Self.attachmentsMax else {
      throw Unreadable(status: 422, reason: "more than \(Self.attachmentsMax) attachments", code: "files_max")
    }
    var found: [Attachment] = []
    for entry in list {
      guard let content = entry["data"]?.string.flatMap({ Signatures.decodeBase64($0) }), !content.isEmpty else {
        throw Unreadable(status: 422, reason: "an attachment is not base64")
      }
      found.append(.uploaded(entry["filename"]?.string, contentType: entry["content_type"]?.string, content))
    }
    return found
  }
}
