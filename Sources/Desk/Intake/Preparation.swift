import Channels
import Conversations
import Crypto
import Routing
import Storage

/// An event made ready outside the transaction: redacted, routed, its files safely on disk. Pure but for the files.
struct PreparedEvent: Sendable {
  /// Card numbers and the like already replaced in every text.
  var event: InboundEvent
  var decision: RoutingDecision
  /// What the decision was made from.
  var inputs: DecisionInputs
  /// The same as it is kept for the first message of a conversation.
  var inputsJSON: String
  var effectiveAt: Instant
  /// Kinds of what was redacted, e.g. `card`.
  var redacted: [String]
  var trust: SenderTrust
  /// Whether the customer only says thanks.
  var isAcknowledgement: Bool
  /// Attachments with their content stored; parallel to `event.attachments`.
  var files: [StoredFile]
}

struct StoredFile: Sendable {
  var attachment: Attachment
  var sha256: String?
  var state: String

  /// The attachment with the first bytes of its content, and an address.
  func sample(at address: String?) -> Attachment {
    var attachment = attachment
    attachment.url = address ?? attachment.url
    attachment.content = attachment.content.map { Array($0.prefix(64)) }
    return attachment
  }

  func record(id: Int64, of message: MessageID) -> AttachmentRecord {
    AttachmentRecord(
      id: id, message: message, kind: attachment.kind.rawValue, filename: attachment.filename,
      contentType: attachment.contentType, size: attachment.size.map(Int64.init), sha256: sha256, url: attachment.url,
      state: state)
  }
}

extension Desk {
  /// Redacts, routes, and stores the files of `event`. The router sees only redacted text.
  func prepare(_ event: InboundEvent, channel: Connection, configuration: DeskConfiguration, receivedAt: Instant)
    async throws -> PreparedEvent
  {
    var (clean, kinds) = redacted(event)
    let files = try await store(clean.attachments)
    for index in clean.attachments.indices { clean.attachments[index].content = nil }
    clean.mail?.unshown = []
    let trust = try await trust(in: event)
    if let mail = clean.mail, configuration.isFromUs(mail) { clean.direction = .outboundEcho }
    let input = RoutingInput(
      channel: channel.name.rawValue, kind: channel.kind, subject: clean.subject,
      text: clean.replyText ?? clean.text ?? "",
      language: clean.language, categoryHint: clean.categoryHint, isAutomatic: clean.isAutomatic,
      addresses: [clean.contact.email, clean.contact.phone, clean.contact.id].compactMap(\.self), trust: trust)
    let decision = configuration.router.route(input, now: receivedAt)
    let inputs = DecisionInputs(input, part: clean.routedPart, decision)
    kinds = Array(Set(kinds)).sorted()
    return PreparedEvent(
      event: clean, decision: decision, inputs: inputs, inputsJSON: inputs.json,
      effectiveAt: Desk.effective(event.sentAt, receivedAt: receivedAt), redacted: kinds,
      trust: trust, isAcknowledgement: isAcknowledgement(clean), files: files)
  }

  /// What the delivery proves of its sender; without proof, whether we have met the address.
  private func trust(in event: InboundEvent) async throws -> SenderTrust {
    let proved = SenderTrust(event.channelKind, event.mail?.authentication)
    guard proved == .unknown, let address = event.contact.email?.lowercased() else { return proved }
    return try await store.read { try $0.contact(kind: "email", address: address) } == nil ? .unknown : .known
  }

  private func isAcknowledgement(_ event: InboundEvent) -> Bool {
    event.kind == .message && event.direction == .inbound && !event.isAutomatic && Acknowledgement.isOne(event)
  }

  /// Whether bytes hold nothing that had to be redacted, wherever in them: a mail's formatted half, a field nobody reads.
  func isRawClean(_ body: [UInt8]) -> Bool {
    body.count <= Filing.rawSizeMax && redactor.redact(String(decoding: body, as: UTF8.self)).findings.isEmpty
  }

  /// The same of what transfer encodings hide from whoever looks at the bytes.
  func isUnshownClean(_ event: InboundEvent) -> Bool {
    (event.mail?.unshown ?? []).allSatisfy { redactor.redact($0).findings.isEmpty }
  }

  /// min(provider time, received time), the provider's clamped to [received − 7 d, received + 5 min] (DESIGN §7).
  static func effective(_ sentAt: Instant?, receivedAt: Instant) -> Instant {
    guard let sentAt else { return receivedAt }
    let clamped = max(receivedAt.adding(seconds: -7 * 86_400), min(sentAt, receivedAt.adding(seconds: 300)))
    return min(clamped, receivedAt)
  }

  private func redacted(_ event: InboundEvent) -> (InboundEvent, [String]) {
    var (event, kinds) = (event, [String]())
    func clean(_ text: String?) -> String? {
      guard let text else { return nil }
      let result = redactor.redact(text)
      kinds += result.findings.map(\.kind.rawValue)
      return result.text
    }
    event.subject = clean(event.subject)
    event.text = clean(event.text)
    event.replyText = clean(event.replyText)
    event.contact.name = clean(event.contact.name)
    for index in event.attachments.indices {
      event.attachments[index].filename = clean(event.attachments[index].filename)
    }
    return (event, kinds)
  }

  /// Keeps the contents on disk, durably.
  func store(_ attachments: [Attachment]) async throws -> [StoredFile] {
    var files: [StoredFile] = []
    for attachment in attachments {
      guard let content = attachment.content else {
        files.append(StoredFile(attachment: attachment, sha256: attachment.sha256, state: "reference"))
        continue
      }
      let name = sha256Hex(content)
      try await self.attachments.store(content, sha256: name)
      files.append(StoredFile(attachment: attachment, sha256: name, state: "stored"))
    }
    return files
  }
}

extension InboundEvent {
  /// Under which name the message keeps the text that was routed (`Filing.keep`): a call's own words become its record.
  fileprivate var routedPart: DecisionInputs.TextPart {
    if replyText != nil { return .reply }
    if text == nil { return .none }
    return call == nil ? .text : .note
  }
}

extension InboundEvent.Flags {
  /// Written by a machine: filed, but it moves no clock, no status, and nothing answers it by itself.
  var isAutomatic: Bool { autoReply || bounce || isBulk }

  /// Sent to many by a machine. A list's other mail is written by a person, who waits for an answer.
  var isBulk: Bool { mailingList && automationSigns.contains { !Self.signsOfLists.contains($0) } }

  /// What every list adds to its members' mails.
  private static let signsOfLists: Set<String> = ["mailing list", "Precedence: list", "X-Loop"]
}

extension SenderTrust {
  /// What a delivery itself proves of its sender. A provider's signed webhook or session vouches for the user id.
  init(_ kind: ChannelKind, _ authentication: MailFields.Authentication?) {
    switch authentication {
    case .pass: self = .verified
    case .fail: self = .failed
    case .unknown: self = .unknown
    case nil: self = kind == WebForm.kind || kind == Email.kind ? .unknown : .verified
    }
  }
}
