import Channels
import Conversations
import Rehearsal
import Terminal

extension Tour {
  // MARK: - Meta

  /// What `customer` says through Messenger or Instagram, as Meta tells it; signed with another secret, when there is one.
  func said(
    _ text: String, mid: String, from customer: String, through product: ProviderAccount.Product, secret: Secret? = nil
  ) -> RawDelivery {
    let account = ProviderAccount(
      product, address: product == .instagram ? MadeUp.instagram : MadeUp.page,
      signing: .meta(appSecret: secret ?? stage.secrets.appSecret))
    let now = stage.clock.now
    let event = ProviderEvent(number: 1, id: mid, customer: customer, at: now, content: .said(text, thread: nil))
    return account.delivery(of: [event], at: now)
  }

  func post(_ delivery: RawDelivery, to channel: String) async throws -> Wire.Answer {
    let headers = delivery.headers.fields.map { ($0.name, $0.value) }
    return try await wire.send("POST", "/hooks/\(channel)", headers, delivery.body)
  }

  func messengerSays(_ mid: String, from customer: String, _ text: String) async throws {
    let answer = try await post(said(text, mid: mid, from: customer, through: .messenger), to: "facebook")
    expect(answer.status == 200, "Messenger's delivery was answered \(answer.status)")
    sent("facebook")
  }

  func instagramSays(_ mid: String, from customer: String, _ text: String) async throws {
    let answer = try await post(said(text, mid: mid, from: customer, through: .instagram), to: "instagram")
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
