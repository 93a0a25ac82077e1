import Conversations

/// The forms of the providers that are not Meta's.
extension ProviderAccount {
  /// One update. core.telegram.org/bots/api#update
  func telegramBody(_ event: ProviderEvent) -> JSON {
    let isEdit = if case .edited = event.content { true } else { false }
    var text = ""
    if case .said(let words, _) = event.content { text = words }
    if case .edited(let words) = event.content { text = words }
    let chat = JSON.number(event.customer)
    var message: [JSON.Member] = [
      .init("message_id", .number(event.id)), .init("from", ["id": chat, "is_bot": false, "first_name": "Ana"]),
      .init("chat", ["id": chat, "type": "private", "first_name": "Ana"]), .init("date", JSON(event.at.seconds)),
      .init("text", .string(text)),
    ]
    if isEdit { message.append(.init("edit_date", JSON(event.at.seconds))) }
    return .object([
      .init("update_id", JSON(event.number)), .init(isEdit ? "edited_message" : "message", .object(message)),
    ])
  }

  /// Reply tokens of a pretend LINE name the customer, so that a reply by token can be told whose it is.
  static func lineReplyToken(_ event: ProviderEvent) -> String { "reply.\(event.customer).\(event.number)" }

  /// developers.line.biz/en/reference/messaging-api/#webhook-event-objects
  func lineBody(_ events: [ProviderEvent], isAgain: Bool) -> JSON {
    let told = events.map { event -> JSON in
      var members: [JSON.Member] = [
        .init("mode", "active"), .init("timestamp", JSON(event.at.microseconds / 1000)),
        .init("source", ["type": "user", "userId": .string(event.customer)]),
        .init("webhookEventId", .string("01J\(event.number)")),
        .init("deliveryContext", ["isRedelivery": .bool(isAgain)]),
      ]
      switch event.content {
      case .said(let text, _):
        members += [
          .init("type", "message"), .init("replyToken", .string(Self.lineReplyToken(event))),
          .init("message", ["type": "text", "id": .string(event.id), "text": .string(text)]),
        ]
      case .pictured:
        let picture: JSON = ["type": "image", "id": .string(event.id), "contentProvider": ["type": "line"]]
        members += [
          .init("type", "message"), .init("replyToken", .string(Self.lineReplyToken(event))), .init("message", picture),
        ]
      case .deleted: members += [.init("type", "unsend"), .init("unsend", ["messageId": .string(event.id)])]
      default: members.append(.init("type", "follow"))
      }
      return .object(members)
    }
    return ["destination": .string(address), "events": .array(told)]
  }

  /// A service of our own, as channels/samples/generic.yaml with a list of events.
  func genericBody(_ events: [ProviderEvent]) -> JSON {
    let told = events.map { event -> JSON in
      let (type, text): (String, JSON) =
        switch event.content {
        case .edited(let text): ("message.changed", .string(text))
        case .deleted: ("message.removed", .null)
        case .said(let text, _): ("message.created", .string(text))
        default: ("something.else", .null)
        }
      return [
        "event": .string(type), "sender": ["id": .string(event.customer)],
        "message": ["id": .string(event.id), "text": text, "created_at": JSON(event.at.microseconds / 1000)],
      ]
    }
    return ["events": .array(told)]
  }

  /// twilio.com/docs/messaging/guides/webhook-request; status callbacks go to `/status`.
  func textingForm(_ event: ProviderEvent) -> (form: [(String, String)], path: String) {
    func status(_ word: String, _ more: [(String, String)] = []) -> (form: [(String, String)], path: String) {
      (
        [
          ("AccountSid", "AC1"), ("MessageSid", event.id), ("MessageStatus", word), ("From", address),
          ("To", event.customer),
        ] + more, "/status"
      )
    }
    switch event.content {
    case .said(let text, _):
      return (
        [
          ("AccountSid", "AC1"), ("MessageSid", event.id), ("From", event.customer), ("To", address), ("Body", text),
          ("NumMedia", "0"),
        ], ""
      )
    case .delivered: return status("delivered")
    case .failed(let code): return status("undelivered", [("ErrorCode", "\(code)")])
    default: return status("sent")
    }
  }

  /// Placetel's Notify API: no time of its own. github.com/Placetel/call-control-notify-api
  func callForm(_ event: ProviderEvent) -> [(String, String)] {
    let call = [("from", event.customer), ("to", address), ("call_id", event.id), ("direction", "in")]
    switch event.content {
    case .answered: return [("event", "CallAccepted")] + call
    case .hungUp(let seconds):
      let type = seconds == nil ? "missed" : "accepted"
      return [("event", "HungUp")] + call + [("type", type), ("duration", "\(seconds ?? 0)")]
    default: return [("event", "IncomingCall")] + call
    }
  }

  /// A mail (RFC 5322). The mail server that tries again adds a trace line of its own.
  func letter(_ event: ProviderEvent, at now: Instant, isAgain: Bool) -> [UInt8] {
    guard case .said(let text, let thread) = event.content else { return [] }
    var head = ["Received: from mx.customer.example by mx.example.com with ESMTP; \(mailDate(event.at))"]
    if isAgain { head.insert("Received: from queue.example.com by mx.example.com; \(mailDate(now))", at: 0) }
    head += [
      "From: Li <\(event.customer)>", "To: <\(address)>", "Subject: \(thread == nil ? "" : "Re: ")My payment",
      "Date: \(mailDate(event.at))", "Message-ID: <\(event.id)>",
    ]
    if let thread { head += ["In-Reply-To: <\(thread)>", "References: <\(thread)>"] }
    head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n\(text)\r\n").utf8)
  }

  /// RFC 5322 §3.3, in UTC; the name of the day is optional and left out.
  private func mailDate(_ at: Instant) -> String {
    let (days, rest) = (at.seconds.flooredDivision(by: 86_400), at.seconds)
    let date = CivilDate(daysSinceEpoch: days)
    let second = Int(rest - days * 86_400)
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = [second / 3600, second / 60 % 60, second % 60].map { padded($0, to: 2) }.joined(separator: ":")
    return "\(date.day) \(names[date.month - 1]) \(date.year) \(time) +0000"
  }
}
