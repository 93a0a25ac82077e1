import Conversations

/// Reads events where the channel file says they are.
struct GenericReader: Sendable {
  /// Our fields that may be mapped.
  static let fieldNames: Set<String> = [
    "id", "thread", "type", "contact_id", "contact_name", "contact_email", "contact_phone", "text", "subject",
    "sent_at",
    "language", "category", "in_reply_to", "attachment_url", "attachment_name",
  ]
  private static let kindNames: [String: InboundEvent.Kind] = [
    "message": .message, "edit": .edit, "delete": .delete, "reaction": .reaction, "postback": .postback,
  ]

  private let channel: String
  private let places: [String: JSONPlace]
  private let eventsAt: JSONPlace?
  private let kinds: [String: InboundEvent.Kind]
  private let plan: DialPlan

  init(_ values: SettingValues) throws(SettingProblem) {
    channel = values.channel
    plan = try DialPlan(values)
    let fields = values.map("fields")
    if let stranger = fields.keys.sorted().first(where: { !Self.fieldNames.contains($0) }) {
      throw SettingProblem(
        "fields", "has no field `\(stranger)`; there are \(Self.fieldNames.sorted().joined(separator: ", "))")
    }
    for needed in ["id", "contact_id"] where fields[needed] == nil {
      throw SettingProblem("fields", "must say where `\(needed)` is")
    }
    places = fields.mapValues { JSONPlace($0) }
    eventsAt = values.text("events_at").map { JSONPlace($0) }
    var kinds: [String: InboundEvent.Kind] = [:]
    for (theirs, ours) in values.map("kinds") {
      guard let kind = Self.kindNames[ours] else {
        throw SettingProblem(
          "kinds", "`\(ours)` must be one of \(Self.kindNames.keys.sorted().joined(separator: ", "))")
      }
      kinds[theirs] = kind
    }
    self.kinds = kinds
  }

  func reading(_ body: JSON) throws(Unreadable) -> Reading {
    var events = [body]
    if let eventsAt {
      guard let list = eventsAt.find(in: body)?.array else {
        throw Unreadable(reason: "no list of events where `events_at` says")
      }
      events = list
    }
    var reading = Reading()
    for value in events {
      if let event = event(value) {
        reading.events.append(event)
      } else {
        reading.ignored.append(type(of: value) ?? "event")
      }
    }
    return reading
  }

  func key(ofThread thread: String) -> String { "\(GenericWebhook.kind):\(channel):\(thread)" }

  /// The service's own name of a thread.
  func thread(ofKey key: String) -> String {
    let prefix = self.key(ofThread: "")
    return key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
  }

  /// Where a field of ours stands in an event; `nil` when the channel file does not say.
  func place(of field: String) -> String? { places[field]?.description }

  private func text(_ field: String, _ value: JSON) -> String? { places[field]?.find(in: value)?.text }

  private func type(of value: JSON) -> String? { text("type", value) }

  private func event(_ value: JSON) -> InboundEvent? {
    // Where no types are told apart, everything is a message.
    let kind = kinds.isEmpty ? .message : type(of: value).flatMap { kinds[$0] }
    guard let kind, let id = text("id", value), let contact = text("contact_id", value), !id.isEmpty, !contact.isEmpty
    else {
      return nil
    }
    let card = ContactCard(
      id: contact, name: FormText.line(text("contact_name", value)),
      phone: PhoneNumbers.typed(text("contact_phone", value), plan: plan),
      email: EmailAddress.plausible(text("contact_email", value)))
    return InboundEvent(
      kind: kind, channelKind: GenericWebhook.kind, externalID: id,
      threadKey: key(ofThread: text("thread", value) ?? contact), contact: card,
      sentAt: places["sent_at"].flatMap { Instant(provider: $0.find(in: value)) },
      subject: FormText.line(text("subject", value)), text: kind == .delete ? nil : text("text", value),
      inReplyTo: [text("in_reply_to", value)].compactMap(\.self), language: FormText.word(text("language", value)),
      attachments: attachments(value), categoryHint: FormText.word(text("category", value)))
  }

  private func attachments(_ value: JSON) -> [Attachment] {
    guard let url = text("attachment_url", value), url.hasPrefix("https://") else { return [] }
    return [Attachment(kind: .file, filename: text("attachment_name", value).map(Multipart.safeFilename), url: url)]
  }
}

/// A place in JSON: member names and element numbers with dots between, e.g. `data.items.0.text`. Empty: the value itself.
struct JSONPlace: Sendable, Hashable, CustomStringConvertible {
  private let steps: [String]

  init(_ text: String) { steps = text.split(separator: ".").map(String.init) }

  var description: String { steps.joined(separator: ".") }

  func find(in value: JSON) -> JSON? {
    var current: JSON? = value
    for step in steps { current = current?[step] ?? Int(step).flatMap { current?[$0] } }
    return current
  }
}
