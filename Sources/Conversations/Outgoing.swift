/// A message on its way to the customer, as an adapter's `render` gets it.
package struct OutboundMessage: Sendable {
  /// The outbox entry: the idempotency key where a provider has one.
  package var outboxID: OutboxID
  package var conversation: ConversationID
  package var threadKey: String
  package var contact: ContactCard
  package var text: String
  /// Mail: the HTML form, a fragment with everything escaped; `nil` = what can be made of the text.
  package var html: String?
  /// What the customer may tap as an answer, in order: what is shown is what they say.
  package var options: [String] = []
  package var subject: String?
  /// Bytes included.
  package var attachments: [Attachment]
  /// Provider id of the message answered.
  package var inReplyTo: String?
  /// Mail: ids of the thread, oldest first, with or without angle brackets.
  package var references: [String]
  /// Mail: further recipients to keep.
  package var cc: [String]
  /// Mail: the signed thread token for the reply address and the Message-ID.
  package var threadToken: String?
  /// Mail: `Thread-Index` of the message answered, as its sender gave it.
  package var threadIndex: String?
  /// Written by no human: null envelope sender, `Auto-Submitted`, no HUMAN_AGENT window.
  package var isAutomatic: Bool
  /// The customer's last action, for messaging windows.
  package var lastInboundAt: Instant?
  /// How many messages the provider has taken from us since then, where it counts them.
  package var sentSinceInbound = 0
  /// What an answer within moments may be sent with instead of the address, where the customer's message brought it
  /// and nothing of ours has used it yet.
  package var replyToken: String?
  /// The token that the router fetched for the channel, where its adapter says how; `nil` = the one in the settings.
  package var accessToken: Secret?
  /// Which try this is: 1, 2, …
  package var attempt: Int
  package var now: Instant

  package init(
    outboxID: OutboxID, conversation: ConversationID, threadKey: String, contact: ContactCard, text: String,
    subject: String? = nil, attachments: [Attachment] = [], inReplyTo: String? = nil, references: [String] = [],
    cc: [String] = [], threadToken: String? = nil, isAutomatic: Bool = false, lastInboundAt: Instant? = nil,
    replyToken: String? = nil, accessToken: Secret? = nil, attempt: Int = 1, now: Instant
  ) {
    (self.outboxID, self.conversation, self.threadKey, self.contact) = (outboxID, conversation, threadKey, contact)
    (self.text, self.subject, self.attachments, self.inReplyTo) = (text, subject, attachments, inReplyTo)
    (self.references, self.cc, self.threadToken, self.isAutomatic) = (references, cc, threadToken, isAutomatic)
    (self.lastInboundAt, self.replyToken, self.accessToken) = (lastInboundAt, replyToken, accessToken)
    (self.attempt, self.now) = (attempt, now)
  }
}

/// One exchange with the world, carried by libcurl.
package enum OutboundRequest: Sendable {
  case http(HTTPRequest)
  case mail(MailRequest)
}

package struct HTTPRequest: Sendable {
  /// Which machines a request may end up at.
  package enum Reach: Sendable, Hashable {
    /// Wherever its URL leads: for addresses out of our own settings.
    case anywhere
    /// Only public addresses, looked at when the name has been resolved: for addresses that somebody else gave us.
    /// https only, on a connection of its own, through no proxy.
    case publicOnly
  }

  package var method: String
  /// May carry a token: never logged.
  package var url: Secret
  /// May carry credentials: never logged.
  package var headers: Headers
  package var body: [UInt8]
  package var timeoutSeconds: Int
  /// Redirects followed; 0 = a redirect is an answer like any other.
  package var redirectsMax: Int
  package var reach: Reach
  package init(
    method: String = "POST", url: Secret, headers: Headers = Headers(), body: [UInt8] = [], timeoutSeconds: Int = 30,
    redirectsMax: Int = 0, reach: Reach = .anywhere
  ) {
    (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
    (self.timeoutSeconds, self.redirectsMax, self.reach) = (timeoutSeconds, redirectsMax, reach)
  }
}

/// One mail to one SMTP server (RFC 5321).
package struct MailRequest: Sendable {
  package var server: MailServer
  /// Envelope sender; empty = the null reverse-path.
  package var sender: String
  package var recipients: [String]
  /// The whole RFC 5322 message with CRLF line ends.
  package var message: [UInt8]
  package var timeoutSeconds: Int
  /// The mail's Message-ID with its angle brackets: SMTP gives no id back, bounces and answers name this one.
  package var messageID: String?
  package init(
    server: MailServer, sender: String, recipients: [String], message: [UInt8], timeoutSeconds: Int = 60,
    messageID: String? = nil
  ) {
    (self.server, self.sender, self.recipients, self.message) = (server, sender, recipients, message)
    (self.timeoutSeconds, self.messageID) = (timeoutSeconds, messageID)
  }
}

package struct MailServer: Sendable, Hashable {
  package enum Encryption: String, Sendable, CaseIterable {
    /// TLS from the first byte (RFC 8314).
    case tls
    /// STARTTLS, and no mail without it.
    case starttls
    /// Plain text: for a relay on this machine.
    case none
  }
  package var host: String
  package var port: Int
  package var encryption: Encryption
  package var user: String?
  package var password: Secret?
  package init(host: String, port: Int, encryption: Encryption, user: String? = nil, password: Secret? = nil) {
    (self.host, self.port, self.encryption) = (host, port, encryption)
    (self.user, self.password) = (user, password)
  }
}

/// What came back from one exchange.
package enum OutboundResponse: Sendable {
  case http(status: Int, headers: Headers, body: [UInt8])
  /// The server's last SMTP reply, e.g. 250 or 550, and its text.
  case mail(code: Int, text: String)
  /// No answer that counts; it may or may not have arrived there.
  case failed(TransportFailure)
}

extension OutboundResponse {
  /// A mail server's no to one of several recipients; the mail went to nobody.
  package static func mail(code: Int, refusing recipient: String, text: String) -> OutboundResponse {
    .mail(code: code, text: "<\(recipient)>: \(text)")
  }

  /// Whom such a no is about.
  package var refusedRecipient: String? {
    guard case .mail(let code, let text) = self, (500..<600).contains(code), text.hasPrefix("<"),
      let end = text.firstRange(of: ">: ")
    else { return nil }
    return String(text[text.index(after: text.startIndex)..<end.lowerBound])
  }
}

package struct TransportFailure: Error, Sendable, Hashable {
  package enum Kind: String, Sendable {
    case resolve, connect, tls, timeout, cut, refusedLogin, tooLarge, cancelled, other
    /// The request itself cannot be sent; nothing left the house, and trying again changes nothing.
    case invalid
  }
  package var kind: Kind
  /// libcurl's words.
  package var detail: String
  package init(kind: Kind, detail: String) { (self.kind, self.detail) = (kind, detail) }
}

/// An adapter's word on what a response means.
package enum Outcome: Sendable, Hashable {
  /// The provider has taken the message; its id there, if it gave one.
  case accepted(providerID: String?)
  /// Not now. `afterSeconds`: not before (the provider's `Retry-After`), `nil` = by our own schedule.
  case retry(afterSeconds: Int?, reason: String)
  /// Never. `reason` in the provider's words, `code` as the provider numbers it.
  case rejected(reason: String, code: String?)
  /// Nothing can be sent through the channel until its credentials are put right: an expired or revoked token.
  case unauthorized(reason: String, code: String?)
}

/// What an adapter cannot put into its provider's form, said so that an agent can act on it.
package struct Unrenderable: Error, Sendable, Hashable {
  package var reason: String
  /// The customer can be written to again once they have written: until then other channels may be open.
  package var isWindowClosed: Bool
  package init(_ reason: String, isWindowClosed: Bool = false) {
    (self.reason, self.isWindowClosed) = (reason, isWindowClosed)
  }
}
