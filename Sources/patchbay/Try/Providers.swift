import Channels
import Conversations
import Rehearsal
import Terminal

extension Tour {
  // MARK: - Meta

  /// A Messenger or Instagram delivery of one text.
  func metaMessage(_ object: String, account: String, from customer: String, mid: String, _ text: String) -> [UInt8] {
    let milliseconds = stage.clock.now.microseconds / 1000
    let item: JSON = [
      "sender": ["id": .string(customer)], "recipient": ["id": .string(account)], "timestamp": JSON(milliseconds),
      "message": ["mid": .string(mid), "text": .string(text)],
    ]
    let entry: JSON = ["id": .string(account), "time": JSON(milliseconds), "messaging": [item]]
    return (["object": .string(object), "entry": [entry]] as JSON).bytes
  }

  /// As Meta signs: HMAC-SHA256 over the bytes with the app's secret.
  func signature(_ body: [UInt8], secret: Secret? = nil) -> String {
    "sha256=" + Signatures.hex(Signatures.hmac(.sha256, secret: secret ?? stage.secrets.appSecret, over: body))
  }

  func postMeta(_ channel: String, _ body: [UInt8], signature: String) async throws -> Wire.Answer {
    try await wire.send(
      "POST", "/hooks/\(channel)", [("Content-Type", "application/json"), ("X-Hub-Signature-256", signature)], body)
  }

  func messengerSays(_ mid: String, from customer: String, _ text: String) async throws {
    let body = metaMessage("page", account: MadeUp.page, from: customer, mid: mid, text)
    let answer = try await postMeta("facebook", body, signature: signature(body))
    expect(answer.status == 200, "Messenger's delivery was answered \(answer.status)")
    sent("facebook")
  }

  func instagramSays(_ mid: String, from customer: String, _ text: String) async throws {
    let body = metaMessage("instagram", account: MadeUp.instagram, from: customer, mid: mid, text)
    let answer = try await postMeta("instagram", body, signature: signature(body))
    expect(answer.status == 200, "Instagram's delivery was answered \(answer.status)")
    sent("instagram")
  }

  /// The request to the Graph API that carries `text`, once it was taken.
  func graphRequest(containing text: String) async throws -> ReceivedRequest? {
    let needle = Array(JSON.string(text).description.utf8.dropFirst().dropLast())
    return try await eventually("the Graph API got “\(text.prefix(30))…”") {
      self.stage.web.taken.last {
        String(decoding: $0.body, as: UTF8.self).contains(String(decoding: needle, as: UTF8.self))
      }
    }
  }

  func showGraph(_ request: ReceivedRequest?) {
    guard let request else { return }
    detail("Graph API got: \(request.method) \(request.path.prefix { $0 != "?" })", .dim)
    detail("  " + String(decoding: request.body, as: UTF8.self), .dim)
  }

  // MARK: - Mail

  /// What a mail program would show of a mail that the pretend server took.
  func read(_ mail: ReceivedMail) -> JSON {
    let reader = try? DryRun(kind: ChannelKind("email"), settings: ["address": "nobody@example.org"])
    let line = reader?.line(RawDelivery(door: .pipe, body: mail.message, receivedAt: mail.receivedAt))
    return line?["messages"]?[0] ?? .null
  }

  /// The mail to `recipient` with `words` in it, once the server has it.
  func mail(to recipient: String, containing words: String) async throws -> (raw: ReceivedMail, read: JSON)? {
    try await eventually("the mail server got a mail to \(recipient) with “\(words.prefix(30))”") {
      () -> (raw: ReceivedMail, read: JSON)? in
      for mail in self.stage.mail.received.reversed() where mail.recipients.contains(recipient) {
        let read = self.read(mail)
        if read["text"]?.string?.contains(words) == true { return (mail, read) }
      }
      return nil
    }
  }

  func showMail(_ mail: JSON, bodyLines: Int = 3) {
    let list = { (key: String) in (mail[key]?.array ?? []).compactMap(\.text).joined(separator: ", ") }
    detail("mail server got: To: \(list("to")) · Subject: \(mail["subject"]?.text ?? "")", .dim)
    if !list("in_reply_to").isEmpty { detail("  In-Reply-To: \(list("in_reply_to"))", .dim) }
    detail("  Reply-To: \(list("reply_to"))", .dim)
    let text = (mail["text"]?.string ?? "").split(separator: "\n", omittingEmptySubsequences: true)
    for line in text.prefix(bodyLines) { detail("  | \(line)", .dim) }
    if text.count > bodyLines { detail("  | … (\(text.count - bodyLines) more lines)", .dim) }
  }
}
