package import Conversations

/// Any service that can post signed JSON; what stands where in it is written in the channel file.
package struct GenericWebhook: Adapter {
  package static let kind = ChannelKind("generic")
  package static let summary = "Any service that posts JSON with an HMAC signature; the channel file maps its fields."
  package static let settings: [Setting] =
    GenericDoor.settings + [
      Setting(
        "fields", .textMap, required: true, help: "our field to its place in an event, e.g. text: data.body.text"),
      Setting("events_at", .text, help: "where a delivery holds its list of events; without it the body is one event"),
      Setting(
        "kinds", .textMap, default: .object([]),
        help: "the service's event types to ours, e.g. message.created: message"),
      Setting("answer", .text, default: "", help: "what the service wants to hear, e.g. ok"),
      DialPlan.countrySetting,
      Setting("media_hosts", .textList, default: [], help: "where attachments may be fetched from, e.g. *.example.com"),
      Setting(
        "reply_url", .text, forSending: true, help: "where answers are posted as JSON, signed with the same secret"),
    ]

  let door: GenericDoor
  let reader: GenericReader
  private let answer: Answer
  private let replyURL: String?
  private let mediaHosts: [String]

  package init(_ values: SettingValues) throws(SettingProblem) {
    door = try GenericDoor(values)
    reader = try GenericReader(values)
    answer = .text(values.text("answer") ?? "")
    mediaHosts = values.list("media_hosts").map { $0.lowercased() }
    if let text = values.text("reply_url") {
      replyURL = try BaseURL.check(text, key: "reply_url")
    } else {
      replyURL = nil
    }
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { door.verify(delivery, now: now) }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: mediaHosts)
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    var reading = try reader.reading(try RequestBody.json(delivery))
    reading.answer = answer
    return reading
  }

  package static var receivers: String? { "whatever the service calls a receiver" }

  package func thread(telling receiver: String) -> String? { receiver.isEmpty ? nil : reader.key(ofThread: receiver) }

  /// `{"id","thread","contact":{…},"subject","text","in_reply_to","automatic","attachments":[{"url","filename","content_type",
  /// "size"}]}`; `id` is the same however often it is sent. Files go as their addresses.
  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let replyURL else { throw Unrenderable("the channel cannot send: `reply_url` is not set") }
    let files = try message.attachments.map { file throws(Unrenderable) -> JSON in
      [
        "url": .string(try ChatText.address(of: file, for: "this channel")), "filename": JSON(file.filename),
        "content_type": JSON(file.contentType), "size": file.size.map { JSON($0) } ?? .null,
      ]
    }
    guard !files.isEmpty || !message.text.allSatisfy(\.isWhitespace) else {
      throw Unrenderable("the message is empty")
    }
    let contact: JSON = [
      "id": JSON(message.contact.id), "name": JSON(message.contact.name), "email": JSON(message.contact.email),
      "phone": JSON(message.contact.phone),
    ]
    let body: JSON = [
      "id": .string("\(message.outboxID)"), "thread": .string(reader.thread(ofKey: message.threadKey)),
      "contact": contact, "subject": JSON(message.subject), "text": .string(message.text),
      "in_reply_to": JSON(message.inReplyTo), "automatic": JSON(message.isAutomatic),
      "attachments": .array(files),
    ]
    let headers = door.headers(signing: body.bytes, nonce: "\(message.outboxID)", now: message.now)
    return [.http(HTTPRequest(url: Secret(replyURL), headers: headers, body: body.bytes))]
  }

  /// Any 2xx has taken the message; its `id`, if the answer is JSON and has one. A 401 is about our signature, not about the
  /// message.
  package func interpret(_ response: OutboundResponse) -> Outcome {
    switch response {
    case .failed(let failure): return Outcome(failure)
    case .mail(let code, let text): return .rejected(reason: "not an HTTP answer: \(code) \(text)", code: nil)
    case .http(let status, let headers, let body):
      let json = try? JSON(parsing: body)
      if (200..<300).contains(status) { return .accepted(providerID: json?.first("id", "message_id")?.text) }
      let words = json?["message"]?.string ?? json?["error"]?.string ?? "HTTP \(status)"
      guard status != 401 else {
        return .unauthorized(reason: "the service does not accept our signature: \(words)", code: "401")
      }
      return Outcome(httpStatus: status, headers: headers, reason: words)
    }
  }
}
