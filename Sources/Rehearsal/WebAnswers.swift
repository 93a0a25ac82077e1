import Conversations

/// What the providers we pretend to be answer to a good request. Pure.
enum WebAnswers {
  struct Answer {
    var status: Int
    var body: JSON
    var headers: [(String, String)] = []
    /// The id given to the message, if it was one.
    var messageID: String?
    /// Instead of `body`.
    var bytes: [UInt8]?

    init(status: Int, body: JSON, headers: [(String, String)] = [], messageID: String? = nil) {
      (self.status, self.body, self.headers, self.messageID) = (status, body, headers, messageID)
    }

    init(_ scripted: ScriptedAnswer) {
      self.init(status: scripted.status, body: .null, headers: scripted.headers)
      bytes = scripted.body
    }
  }

  /// The answer to request `number`, counted from 1; ids are made of it.
  static func answer(method: String, path: String, body: [UInt8], number: Int) -> Answer {
    guard method == "POST" else { return file(path) }
    let dialect = WebDialect(path: path)
    if dialect == .texting { return texting(number) }
    guard dialect != .plain else {
      return Answer(status: 200, body: ["id": .string("sink-\(number)")], messageID: "sink-\(number)")
    }
    guard let json = try? JSON(parsing: body), json.members != nil else {
      return Answer(status: 400, body: graphError(100, "Invalid parameter"))
    }
    switch dialect {
    case .telegram: return telegram(json, number)
    case .line: return line(number)
    case .page, .whatsApp:
      return json["messaging_product"]?.string == "whatsapp" ? whatsapp(json, number) : page(json, number)
    case .comments:
      let id = "\(WebDialect.steps(path).dropLast().last ?? "")_\(number)"
      return Answer(status: 200, body: ["id": .string(id)], messageID: id)
    default: return Answer(status: 400, body: graphError(2500, "Unknown path components"))
    }
  }

  /// What LINE keeps under a message's id is a picture (a GIF of one pixel).
  private static func file(_ path: String) -> Answer {
    var answer = Answer(status: 200, body: ["ok": true])
    guard WebDialect.steps(path).last == "content" else { return answer }
    let pixel: [UInt8] = [
      1, 0, 1, 0, 128, 0, 0, 0, 0, 0, 255, 255, 255, 44, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 68, 1, 0, 59,
    ]
    (answer.bytes, answer.headers) = (Array("GIF89a".utf8) + pixel, [("Content-Type", "image/gif")])
    return answer
  }

  /// Graph API: `message_id` beside the recipient.
  private static func page(_ json: JSON, _ number: Int) -> Answer {
    guard let recipient = json["recipient"], json["message"] != nil || json["sender_action"] != nil else {
      return Answer(status: 400, body: graphError(100, "(#100) The parameter recipient is required"))
    }
    let id = "m_rehearsal\(number)"
    let to = recipient["id"] ?? recipient["comment_id"] ?? .null
    return Answer(status: 200, body: ["recipient_id": to, "message_id": .string(id)], messageID: id)
  }

  private static func whatsapp(_ json: JSON, _ number: Int) -> Answer {
    guard let to = json["to"] ?? json["recipient"] else {
      return Answer(status: 400, body: graphError(100, "(#100) The parameter to is required."))
    }
    let id = "wamid.rehearsal\(number)"
    return Answer(
      status: 200,
      body: [
        "messaging_product": "whatsapp", "contacts": [["input": to, "wa_id": to]], "messages": [["id": .string(id)]],
      ], messageID: id)
  }

  private static func texting(_ number: Int) -> Answer {
    let id = "SM" + padded(number, to: 32)
    return Answer(status: 201, body: ["sid": .string(id), "status": "queued"], messageID: id)
  }

  /// The bot's own messages are numbered far from the customers'.
  private static func telegram(_ json: JSON, _ number: Int) -> Answer {
    guard let chat = json["chat_id"] else {
      return Answer(
        status: 400, body: ["ok": false, "error_code": 400, "description": "Bad Request: chat_id is empty"])
    }
    let id = 1_000_000 + number
    return Answer(
      status: 200, body: ["ok": true, "result": ["message_id": JSON(id), "chat": ["id": chat, "type": "private"]]],
      messageID: "\(chat.text ?? ""):\(id)")
  }

  private static func line(_ number: Int) -> Answer {
    let id = "9\(padded(number, to: 17))"
    return Answer(status: 200, body: ["sentMessages": [["id": .string(id), "quoteToken": "q"]]], messageID: id)
  }

  static func graphError(_ code: Int, _ message: String, subcode: Int? = nil) -> JSON {
    let detail: [JSON.Member] = subcode.map { [.init("error_subcode", JSON($0))] } ?? []
    return [
      "error": .object(
        [.init("message", .string(message)), .init("type", "OAuthException"), .init("code", JSON(code))] + detail
          + [.init("fbtrace_id", "rehearsal")])
    ]
  }
}

/// What LINE takes once: a reply token, and a message under its retry key.
struct OneTimeKeys: Sendable {
  private var used: Set<String> = []

  /// The answer to a key that was used before; otherwise it is used from now on.
  mutating func answer(_ request: ReceivedRequest) -> WebAnswers.Answer? {
    guard WebDialect(path: request.path) == .line else { return nil }
    if let key = request.headers["X-Line-Retry-Key"] {
      guard !used.insert("key \(key)").inserted else { return nil }
      return WebAnswers.Answer(status: 409, body: ["message": "The retry key is already accepted"])
    }
    guard let token = (try? JSON(parsing: request.body))?["replyToken"]?.string else { return nil }
    guard !used.insert("token \(token)").inserted else { return nil }
    return WebAnswers.Answer(status: 400, body: ["message": "Invalid reply token"])
  }
}
