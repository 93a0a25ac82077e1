/// Raw bytes as received at one of the doors, before anyone has looked at them.
package struct RawDelivery: Sendable {
  package enum Door: String, Sendable { case http, lmtp, pipe, file, poll, agent }

  package var door: Door
  /// HTTP method in capitals; `POST` for the other doors.
  package var method: String
  /// What follows `/hooks/<channel>` in the URL, percent-encoded as sent: empty, or `/sub/path`.
  package var path: String
  /// The raw query, undecoded, without the `?`.
  package var query: String
  package var headers: Headers
  package var body: [UInt8]
  /// SMTP envelope of a mail (RFC 5321), where the door had one.
  package var envelope: Envelope?
  package var receivedAt: Instant

  package struct Envelope: Sendable, Hashable {
    /// Empty for the null reverse-path `<>`.
    package var sender: String
    package var recipients: [String]
    package init(sender: String, recipients: [String]) { (self.sender, self.recipients) = (sender, recipients) }
  }

  package init(
    door: Door, method: String = "POST", path: String = "", query: String = "", headers: Headers = Headers(),
    body: [UInt8], envelope: Envelope? = nil, receivedAt: Instant
  ) {
    (self.door, self.method, self.path, self.query) = (door, method, path, query)
    (self.headers, self.body, self.envelope, self.receivedAt) = (headers, body, envelope, receivedAt)
  }
}

/// What the other side of a webhook gets back.
package struct Answer: Sendable, Hashable {
  package var status: Int
  package var headers: Headers
  package var body: [UInt8]

  package init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: [UInt8] = []) {
    self.status = status
    headers = body.isEmpty ? Headers() : Headers([("Content-Type", contentType)])
    self.body = body
  }

  package static func text(_ text: String, status: Int = 200) -> Answer {
    Answer(status: status, body: Array(text.utf8))
  }
  package static func json(_ value: JSON, status: Int = 200) -> Answer {
    Answer(status: status, contentType: "application/json", body: value.bytes)
  }
}

/// An adapter's word on who sent a delivery.
package enum Verdict: Sendable {
  /// Genuine: go on to `normalize`.
  case accepted
  /// A handshake, answered here; there is nothing to normalise.
  case answered(Answer)
  /// Not genuine, or not allowed: nothing is kept. `status` is 400…499; `reason` goes to counters and logs,
  /// so it names the check that failed and repeats nothing from the delivery.
  case refused(status: Int, reason: String)
}

/// Genuine bytes that say nothing the adapter can read. The delivery is answered with `status` and, when it is worth an
/// operator's look (`status` 200), parked.
package struct Unreadable: Error, Sendable, Hashable {
  package var status: Int
  /// What could not be read, e.g. `body is not JSON: unexpected character at byte 17`. No customer text.
  package var reason: String
  /// A word for our own pages, which say it to customers in their language; `nil` = the status says enough.
  package var code: String?
  package init(status: Int = 400, reason: String, code: String? = nil) {
    (self.status, self.reason, self.code) = (status, reason, code)
  }
}

/// What a delivery says.
package struct Reading: Sendable {
  package var events: [InboundEvent]
  package var receipts: [Receipt]
  package var answer: Answer
  /// Kinds of events that were acknowledged and left alone, by the provider's names; counted, never an error.
  package var ignored: [String]
  /// What must be done next, once the delivery is safely kept (a pull that it only announced).
  package var followUps: [FollowUp]

  package init(
    events: [InboundEvent] = [], receipts: [Receipt] = [], answer: Answer = Answer(), ignored: [String] = [],
    followUps: [FollowUp] = []
  ) {
    (self.events, self.receipts, self.answer) = (events, receipts, answer)
    (self.ignored, self.followUps) = (ignored, followUps)
  }
}

/// Something to be asked of a provider after the commit of the delivery that announced it. Kept in the store until it is
/// done, so it names no credential: the request is made with those of the moment.
package struct FollowUp: Sendable, Hashable {
  /// Two of one key on one channel are one errand.
  package var key: String
  /// The adapter's own word for it.
  package var kind: String
  package var fields: [String: String]
  package init(key: String, kind: String, fields: [String: String]) {
    (self.key, self.kind, self.fields) = (key, kind, fields)
  }
}

/// How to carry out a follow-up now.
package struct FollowUpStep: Sendable {
  package var request: OutboundRequest
  /// The query of the delivery in which the answer is handed back; `nil` = the answer says nothing to the desk.
  package var query: String?
  package init(request: OutboundRequest, query: String?) { (self.request, self.query) = (request, query) }
}

/// What the answer to a follow-up means.
package enum FollowUpAnswer: Sendable, Hashable {
  /// It is to be taken in; after that the next page begins at `cursor`, and comes at once if there is `more`.
  case page(cursor: String?, more: Bool)
  case done
  case retry(afterSeconds: Int?, reason: String)
  case failed(reason: String)
  case unauthorized(reason: String)
}
