import Conversations

/// Sends private messages: one call for Messenger and Instagram.
/// developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
struct SendAPI: Sendable {
  private let api: GraphAPI
  private let splitter: TextSplitter
  let window: MessagingWindow

  /// `textMax` in whatever unit the product counts.
  static func settings(textMax: Int) -> [Setting] {
    GraphAPI.settings(token: "page_access_token", help: "token that may send as the page or account") + [
      Setting("text_max", .integer, default: JSON(textMax), help: "longest text of one message; longer ones are split"),
      Setting(
        "human_agent", .flag, default: true,
        help: "whether the app has the Human Agent permission: agents may answer for 7 days instead of 24 hours"),
    ]
  }

  init(_ values: SettingValues, unit: TextSplitter.Unit) throws(SettingProblem) {
    api = try GraphAPI(values, token: "page_access_token")
    splitter = TextSplitter(limit: try values.positive("text_max"), unit: unit)
    window = values.flag("human_agent") ? .metaWithHumanAgent : .meta
  }

  /// developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies
  static let quickReplies = QuickReplies(most: 13, labelMax: 20)

  /// Text first, in pieces, then each attachment by itself. Quick replies stand below the newest message only: then the
  /// text comes last.
  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard let customer = message.contact.id ?? message.threadKey.split(separator: ":").last.map(String.init) else {
      throw Unrenderable("the conversation names no customer")
    }
    let envelope = try envelope(message, to: customer)
    var (texts, files) = ([OutboundRequest](), [OutboundRequest]())
    let pieces = splitter.pieces(message.text)
    for (index, piece) in pieces.enumerated() {
      let options = index == pieces.count - 1 ? message.options : []
      texts.append(try api.post("me/messages", body(envelope, Self.text(piece, options))))
    }
    for attachment in message.attachments { files.append(try upload(attachment, envelope)) }
    let requests = message.options.isEmpty ? texts + files : files + texts
    guard !requests.isEmpty else { throw Unrenderable("the message is empty") }
    return requests
  }

  private static func text(_ text: String, _ options: [String]) -> JSON {
    guard !options.isEmpty else { return ["text": .string(text)] }
    let replies = options.map { label -> JSON in
      ["content_type": "text", "title": .string(label), "payload": .string(label)]
    }
    return ["text": .string(text), "quick_replies": .array(replies)]
  }

  static func interpret(_ response: OutboundResponse) -> Outcome {
    GraphAnswer.interpret(response) { $0["message_id"]?.text }
  }

  private func envelope(_ message: OutboundMessage, to customer: String) throws(Unrenderable) -> [JSON.Member] {
    let recipient = JSON.Member("recipient", ["id": .string(customer)])
    switch window.permission(message) {
    case .anyone: return [recipient, JSON.Member("messaging_type", "RESPONSE")]
    case .humansOnly where !message.isAutomatic:
      return [recipient, JSON.Member("messaging_type", "MESSAGE_TAG"), JSON.Member("tag", "HUMAN_AGENT")]
    case .humansOnly:
      throw Unrenderable(
        "the customer's last message is more than 24 hours old: only an agent may write, not a machine",
        isWindowClosed: true)
    case .templateOnly, .nobody: throw window.closed("Meta", to: message)
    }
  }

  private func body(_ envelope: [JSON.Member], _ message: JSON) -> JSON {
    .object(envelope + [JSON.Member("message", message)])
  }

  private static let attachmentTypes: [Attachment.Kind: String] = [.image: "image", .video: "video", .audio: "audio"]

  /// The file travels with the call; a public address alone is enough too.
  private func upload(_ attachment: Attachment, _ envelope: [JSON.Member]) throws(Unrenderable) -> OutboundRequest {
    let type = Self.attachmentTypes[attachment.kind] ?? "file"
    guard let content = attachment.content else {
      guard let url = attachment.url, url.hasPrefix("https://") else {
        throw Unrenderable("the attachment \(attachment.filename ?? "without a name") has no content")
      }
      let payload: JSON = ["attachment": ["type": .string(type), "payload": ["url": .string(url)]]]
      return try api.post("me/messages", body(envelope, payload))
    }
    var form = MultipartWriter()
    for member in body(envelope, ["attachment": ["type": .string(type), "payload": [:]]]).members ?? [] {
      form.add(member.key, member.value.string ?? member.value.description)
    }
    form.add(
      "filedata", filename: attachment.filename ?? "file",
      contentType: attachment.contentType ?? "application/octet-stream", content)
    let (bytes, contentType) = form.body()
    return try api.post("me/messages", contentType: contentType, bytes)
  }
}

extension SettingValues {
  /// A whole number above zero.
  package func positive(_ key: String) throws(SettingProblem) -> Int {
    guard let value = integer(key), value > 0 else { throw SettingProblem(key, "must be above 0") }
    return value
  }
}
