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
    guard method == "POST" else { return Answer(status: 200, body: ["ok": true]) }
    let steps = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    if steps.last == "Messages.json" { return texting(number) }
    guard let version = steps.first, version.first == "v", steps.count >= 3 else {
      return Answer(status: 200, body: ["id": .string("sink-\(number)")], messageID: "sink-\(number)")
    }
    guard let json = try? JSON(parsing: body), json.members != nil else {
      return Answer(status: 400, body: graphError(100, "Invalid parameter"))
    }
    switch steps.last {
    case "messages":
      return json["messaging_product"]?.string == "whatsapp" ? whatsapp(json, number) : page(json, number)
    case "comments", "replies", "private_replies":
      let id = "\(steps[steps.count - 2])_\(number)"
      return Answer(status: 200, body: ["id": .string(id)], messageID: id)
    default: return Answer(status: 400, body: graphError(2500, "Unknown path components"))
    }
  }

  static func answer(to fault: WebFault) -> Answer? {
    switch fault {
    case .status(let status):
      Answer(status: status, body: graphError(2, "An unexpected error has occurred. Please retry."))
    case .tooMany(let seconds):
      Answer(
        status: 429, body: graphError(4, "Application request limit reached"), headers: [("Retry-After", "\(seconds)")])
    case .refused(let code): Answer(status: 400, body: graphError(code, "(#\(code)) refused"))
    case .expiredToken:
      Answer(status: 400, body: graphError(190, "Error validating access token: Session has expired"))
    default: nil
    }
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

  private static func graphError(_ code: Int, _ message: String) -> JSON {
    [
      "error": [
        "message": .string(message), "type": "OAuthException", "code": JSON(code), "fbtrace_id": "rehearsal",
      ]
    ]
  }
}
