import Conversations

/// What messages of Viber hold, and what its API answers. developers.viber.com/docs/api/rest-bot-api
enum ViberContent {
  private static let files: [String: Attachment.Kind] = [
    "picture": .image, "video": .video, "file": .file, "url": .link,
  ]

  /// `nil` for a plain text.
  static func attachment(_ message: JSON) -> Attachment? {
    let type = message["type"]?.string ?? "message"
    switch type {
    case "text": return nil
    case "sticker": return Attachment(kind: .sticker, url: message["sticker_id"]?.text.map { "viber-sticker:\($0)" })
    case "location":
      let place = message["location"]
      return Attachment(kind: .location, url: ChatText.place(place?["lat"], place?["lon"]))
    case "contact":
      let card = message["contact"]
      return Attachment(
        kind: .contact, filename: card?["name"]?.filled, url: ChatText.telephone(card?["phone_number"]?.text))
    default:
      guard let kind = files[type] else { return Attachment(kind: .unsupported, filename: type.callLine()) }
      return Attachment(
        kind: kind, filename: ChatText.filename(message["file_name"]?.string), size: message["size"]?.int,
        url: message["media"]?.filled)
    }
  }

  static func rendered(_ attachment: Attachment) throws(Unrenderable) -> [JSON.Member] {
    let url = JSON.Member("media", .string(try ChatText.address(of: attachment, for: "Viber")))
    if attachment.kind == .image { return [JSON.Member("type", "picture"), JSON.Member("text", ""), url] }
    guard let size = attachment.size else { throw Unrenderable("Viber takes files only with their size") }
    return [
      JSON.Member("type", "file"), url, JSON.Member("size", JSON(size)),
      JSON.Member("file_name", .string(attachment.filename ?? "file")),
    ]
  }

  /// 24 rows. developers.viber.com/docs/tools/keyboards
  static let quickReplies = QuickReplies(most: 24, labelMax: 250)

  /// One row for each, as wide as the screen; what is pressed is said. A button's text is HTML, what it says is not.
  static func keyboard(_ options: [String]) -> JSON.Member {
    let buttons = options.map { label -> JSON in
      [
        "Columns": 6, "Rows": 1, "ActionType": "reply", "ActionBody": .string(label),
        "Text": .string(htmlEscaped(label)),
      ]
    }
    return JSON.Member("keyboard", ["Type": "keyboard", "Buttons": .array(buttons)])
  }

  /// Error codes of the REST API's general response.
  private static let answers = ProviderAnswer(
    provider: "Viber", temporary: ["12": 60, "10": 300],
    permanent: [
      "5": "the customer is not on Viber",
      "6": "the customer has unsubscribed from the bot", "7": "Viber has blocked the bot",
      "9": "Viber has suspended the bot", "11": "the customer's device cannot take this message",
      "21": "Viber does not send to the customer's country", "23": "the bot's free messages are used up",
      "24": "the bot's balance is used up",
    ], credentials: ["2": "Viber does not accept the channel's token"])

  /// The HTTP status is always good: `status` in the body decides.
  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      guard let code = json?["status"]?.int else { return answers.silence(status: status, headers: headers) }
      guard code == 0, (200..<300).contains(status) else {
        return answers.outcome(
          code: String(code), words: json?["status_message"]?.string, status: status, headers: headers)
      }
      return .accepted(providerID: json?["message_token"]?.text)
    }
  }
}
