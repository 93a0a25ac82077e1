import Conversations

/// The parameters of one incoming message.
struct TwilioMessage: Sendable {
  private let fields: FormFields
  private let sid: String
  private let isWhatsApp: Bool
  private let theirs: String
  let ours: String

  init(_ fields: FormFields, sid: String) {
    (self.fields, self.sid) = (fields, sid)
    isWhatsApp = fields["From"]?.hasPrefix(Self.whatsApp) ?? false
    theirs = Self.address(fields["From"])
    ours = Self.address(fields["To"])
  }

  private static let whatsApp = "whatsapp:"

  /// No more media than Twilio ever sends with one message, whatever `NumMedia` says.
  private static let mediaMax = 10

  private static func address(_ raw: String?) -> String {
    guard let raw, raw.hasPrefix(whatsApp) else { return TwilioNumber.normalize(raw) }
    return TwilioNumber.normalize(String(raw.dropFirst(whatsApp.utf8.count)))
  }

  func event(receivedAt: Instant) -> InboundEvent {
    let product = isWhatsApp ? "whatsapp" : "sms"
    let isWithheld = theirs == PhoneNumbers.anonymous
    let contact =
      isWithheld
      ? ContactCard()
      : ContactCard(id: theirs, name: fields["ProfileName"]?.callLine(), phone: PhoneNumbers.identity(theirs))
    // A pressed button, or a line chosen from a list, shows its title in Body.
    let isButton = isPressed
    let titles = isButton ? ["ButtonText", "ListTitle", "ButtonPayload", "ListId"] : []
    let text = ([fields["Body"]] + titles.map { fields[$0] })
      .compactMap(\.self).first { !$0.isEmpty }
    return InboundEvent(
      kind: isButton ? .postback : .message, channelKind: ChannelKind(product), externalID: sid,
      threadKey: "\(product):\(ours):\(theirs)" + (isWithheld ? ":\(sid)" : ""), contact: contact, sentAt: receivedAt,
      text: text, inReplyTo: fields["OriginalRepliedMessageSid"]?.callLine().map { [$0] } ?? [],
      attachments: media + location)
  }

  private var isPressed: Bool { fields["ButtonPayload"] != nil || fields["ListId"] != nil }

  private var media: [Attachment] {
    let count = min(Self.mediaMax, fields["NumMedia"].flatMap { Int($0) } ?? 0)
    return (0..<max(0, count)).compactMap { index in
      guard let url = fields["MediaUrl\(index)"]?.callLine(limit: 2000) else { return nil }
      let type = fields["MediaContentType\(index)"]?.callLine()
      return Attachment(kind: Attachment.kind(ofType: type), contentType: type, url: url)
    }
  }

  private var location: [Attachment] {
    guard let latitude = Self.degrees(fields["Latitude"]), let longitude = Self.degrees(fields["Longitude"]) else {
      return []
    }
    let name = fields["Label"]?.callLine() ?? fields["Address"]?.callLine()
    return [Attachment(kind: .location, filename: name, url: "geo:\(latitude),\(longitude)")]
  }

  /// The digits as sent, provided they are a number.
  private static func degrees(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 30, let value = Double(text), abs(value) <= 180 else { return nil }
    return text
  }
}
