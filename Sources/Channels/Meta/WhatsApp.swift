package import Conversations

/// WhatsApp Business through Meta's Cloud API.
package struct WhatsApp: Adapter {
  package static let kind = WhatsAppReader.kind
  package static let summary = "WhatsApp Business messages and calls through Meta's Cloud API."
  package static let settings =
    MetaDoor.settings + [
      Setting("phone_number_id", .text, required: true, help: "id of the number this channel serves"),
      Setting("display_phone_number", .text, help: "the number itself, for your own reference"),
      Setting("waba_id", .text, help: "the business account's id, for your own reference"),
    ] + GraphAPI.settings(token: "access_token", help: "token that may send from the number") + [
      Setting("text_max", .integer, default: 4096, help: "longest text of one message; longer ones are split"),
      Setting(
        "window_template", .text,
        help: "approved template with one variable, used for agents' answers after the 24-hour window has closed"),
      Setting("window_template_language", .text, default: "en", help: "language code of that template"),
    ]

  private let door: MetaDoor
  private let reader: WhatsAppReader
  private let sender: WhatsAppSender

  package init(_ values: SettingValues) throws(SettingProblem) {
    door = MetaDoor(values)
    reader = WhatsAppReader(phoneNumberID: values.text("phone_number_id") ?? "")
    sender = try WhatsAppSender(values)
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { door.verify(delivery) }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let envelope = try MetaEnvelope(delivery)
    guard envelope.object == "whatsapp_business_account" else { return Reading(ignored: ["object \(envelope.object)"]) }
    var reading = Reading()
    for (field, value) in envelope.entries.flatMap(\.changes) {
      reader.read(field: field, value: value, into: &reading)
    }
    return reading
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    GraphAnswer.interpret(response) { $0["messages"]?[0]?["id"]?.text }
  }

  package func window(ofThread threadKey: String) -> MessagingWindow { sender.window }

  /// Groups take plain messages only.
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? {
    threadKey.contains(":group:") ? nil : WhatsAppOptions.limits
  }

  /// 80 messages a second; to one customer one in six seconds (131056).
  package static var pace: SendingPace { SendingPace(perMinute: 4800, perMinuteToOne: 10) }

  /// The id tells the address, which is good for five minutes and only with the token.
  /// developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    guard let id = reference.id("whatsapp-media") else { return nil }
    guard let request = sender.api.get(FormFields.encode(id)) else {
      throw .unauthorized("`access_token` is not set")
    }
    let (hosts, base, headers) = (["*.fbsbx.com", "*.fbcdn.net", "*.whatsapp.net"], sender.api.base, request.headers)
    return MediaFetch(request, hosts: hosts, base: base) { response throws(Unfetchable) in
      let json = try GraphAnswer.media(response)
      guard let url = json["url"]?.string, !url.isEmpty else {
        throw .never("the provider names no address for the file")
      }
      return .download(url, hosts: hosts, base: base, headers: headers)
    }
  }
}

/// `POST /{phone-number-id}/messages`.
/// developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
struct WhatsAppSender: Sendable {
  let api: GraphAPI
  private let phoneNumberID: String
  private let splitter: TextSplitter
  private let template: (name: String, language: String)?
  let window = MessagingWindow.whatsApp

  /// Longest value of a template's variable, in characters.
  private static let templateTextMax = 1024

  init(_ values: SettingValues) throws(SettingProblem) {
    api = try GraphAPI(values, token: "access_token")
    phoneNumberID = values.text("phone_number_id") ?? ""
    splitter = TextSplitter(limit: try values.positive("text_max"))
    template = values.text("window_template").map { ($0, values.text("window_template_language") ?? "en") }
  }

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let addressee = try addressee(message)
    guard window.permission(message) == .anyone else { return [try post(addressee, try viaTemplate(message))] }
    var requests: [OutboundRequest] = []
    let pieces = pieces(message)
    for (index, piece) in pieces.enumerated() {
      var content =
        index == pieces.count - 1 && !message.options.isEmpty
        ? WhatsAppOptions.content(piece, message.options)
        : [JSON.Member("type", "text"), JSON.Member("text", ["body": .string(piece)])]
      if requests.isEmpty, let answered = message.inReplyTo {
        content.append(JSON.Member("context", ["message_id": .string(answered)]))
      }
      requests.append(try post(addressee, content))
    }
    for attachment in message.attachments { requests.append(try post(addressee, try media(attachment))) }
    guard !requests.isEmpty else { throw Unrenderable("the message is empty") }
    return requests
  }

  private func pieces(_ message: OutboundMessage) -> [String] {
    guard !message.options.isEmpty else { return splitter.pieces(message.text) }
    let most = min(splitter.limit, WhatsAppOptions.textMax(message.options))
    return TextSplitter(limit: most).pieces(message.text)
  }

  private func post(_ addressee: [JSON.Member], _ content: [JSON.Member]) throws(Unrenderable) -> OutboundRequest {
    let product = JSON.Member("messaging_product", "whatsapp")
    return try api.postWithBearer(
      "\(FormFields.encode(phoneNumberID))/messages", .object([product] + addressee + content))
  }

  /// From the thread key `whatsapp:NUMBER:WA_ID` or `whatsapp:NUMBER:group:ID`.
  private func addressee(_ message: OutboundMessage) throws(Unrenderable) -> [JSON.Member] {
    let parts = message.threadKey.split(separator: ":", maxSplits: 3).map(String.init)
    if parts.count == 4, parts[2] == "group" {
      return [JSON.Member("recipient_type", "group"), JSON.Member("to", .string(parts[3]))]
    }
    guard parts.count == 3 else { throw Unrenderable("the conversation names no customer") }
    // A number goes into `to`, a business-scoped id (`US.1349…`) into `recipient`.
    let isNumber = parts[2].utf8.allSatisfy { (48...57).contains($0) }
    return [
      JSON.Member("recipient_type", "individual"), JSON.Member(isNumber ? "to" : "recipient", .string(parts[2])),
    ]
  }

  private func viaTemplate(_ message: OutboundMessage) throws(Unrenderable) -> [JSON.Member] {
    guard let template, !message.isAutomatic else {
      let why =
        message.lastInboundAt == nil
        ? "the customer has not written here yet" : "the customer's last message is more than 24 hours old"
      throw Unrenderable("\(why): WhatsApp lets only an approved template through", isWindowClosed: true)
    }
    guard message.options.isEmpty else {
      throw Unrenderable("outside the 24-hour window WhatsApp lets no quick replies through", isWindowClosed: true)
    }
    // A template's variable may hold no line breaks and no runs of blanks.
    let text = message.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard message.attachments.isEmpty, !text.isEmpty, text.utf16.count <= Self.templateTextMax else {
      throw Unrenderable(
        "outside the 24-hour window only a text of up to \(Self.templateTextMax) characters can be sent",
        isWindowClosed: true)
    }
    let parameters: JSON = [["type": "body", "parameters": [["type": "text", "text": .string(text)]]]]
    let value: JSON = [
      "name": .string(template.name), "language": ["code": .string(template.language)], "components": parameters,
    ]
    return [JSON.Member("type", "template"), JSON.Member("template", value)]
  }

  private static let mediaTypes: [Attachment.Kind: String] = [.image: "image", .video: "video", .audio: "audio"]

  /// Uploading needs an exchange whose answer the next one uses; a public address does without.
  private func media(_ attachment: Attachment) throws(Unrenderable) -> [JSON.Member] {
    let url = try ChatText.address(of: attachment, for: "WhatsApp")
    let type = Self.mediaTypes[attachment.kind] ?? "document"
    var value: [JSON.Member] = [JSON.Member("link", .string(url))]
    if type == "document", let name = attachment.filename { value.append(JSON.Member("filename", .string(name))) }
    return [JSON.Member("type", .string(type)), JSON.Member(type, .object(value))]
  }
}
