import Conversations

/// Whose API a request to the pretend web provider speaks, by its path.
enum WebDialect: Sendable {
  /// Graph API: messages of a page or an Instagram account, answers to comments, WhatsApp.
  case page, comments, whatsApp
  /// Twilio.
  case texting
  case telegram
  case line
  /// A service that takes any JSON.
  case plain

  /// `nil` for a path of the Graph API that nobody knows.
  init?(path: String) {
    let steps = Self.steps(path)
    if steps.last == "Messages.json" {
      self = .texting
    } else if steps.first?.hasPrefix("bot") == true, steps.last?.hasPrefix("send") == true {
      self = .telegram
    } else if steps.count == 4, Array(steps[..<3]) == ["v2", "bot", "message"] {
      self = .line
    } else if steps.first?.first == "v", steps.count >= 3 {
      switch steps.last {
      // Instagram and Messenger send as `me`, WhatsApp as a number.
      case "messages": self = steps[1] == "me" ? .page : .whatsApp
      case "comments", "replies", "private_replies": self = .comments
      default: return nil
      }
    } else {
      self = .plain
    }
  }

  /// Who has a token of their own there.
  static func account(path: String) -> String { steps(path).dropLast().joined(separator: "/") }

  static func steps(_ path: String) -> [String] {
    path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
  }
}

/// What goes wrong, in the words of each provider.
extension WebDialect {
  func answer(to fault: WebFault) -> WebAnswers.Answer? {
    switch fault {
    case .status(let status):
      refusal(status, graph: 2, "An unexpected error has occurred. Please retry.", texting: 20500)
    case .tooMany(let seconds):
      refusal(
        429, graph: self == .whatsApp ? 130_429 : 4, "Application request limit reached", texting: 20429,
        retryAfter: seconds)
    case .refused(let code): refusal(400, graph: code, "(#\(code)) refused", texting: code)
    case .expiredToken:
      refusal(
        self == .page || self == .comments || self == .whatsApp ? 400 : 401, graph: 190,
        "Error validating access token: Session has expired", texting: 20003)
    case .closed: closed
    default: nil
    }
  }

  /// The customer cannot be written to, now or ever.
  private var closed: WebAnswers.Answer {
    switch self {
    case .page, .comments:
      refusal(400, graph: 10, "(#10) This message is sent outside of allowed window.", subcode: 2_018_278, texting: 0)
    case .whatsApp: refusal(400, graph: 131_047, "(#131047) Re-engagement message", texting: 0)
    case .telegram: refusal(403, graph: 0, "Forbidden: bot was blocked by the user", texting: 0)
    case .line: refusal(403, graph: 0, "You are not authorized to send to this user", texting: 0)
    case .texting: refusal(400, graph: 0, "Attempt to send to unsubscribed recipient", texting: 21610)
    case .plain: refusal(410, graph: 0, "the room is closed", texting: 0)
    }
  }

  private func refusal(
    _ status: Int, graph code: Int, _ words: String, subcode: Int? = nil, texting: Int, retryAfter: Int? = nil
  ) -> WebAnswers.Answer {
    let headers = retryAfter.map { [("Retry-After", "\($0)")] } ?? []
    let body: JSON
    switch self {
    case .page, .comments, .whatsApp: body = WebAnswers.graphError(code, words, subcode: subcode)
    case .telegram:
      let pause: [JSON.Member] = retryAfter.map { [.init("parameters", ["retry_after": JSON($0)])] } ?? []
      body = .object(
        [.init("ok", false), .init("error_code", JSON(status)), .init("description", .string(words))] + pause)
    case .line, .plain: body = ["message": .string(words)]
    case .texting: body = ["code": JSON(texting), "message": .string(words), "status": JSON(status)]
    }
    return WebAnswers.Answer(status: status, body: body, headers: headers)
  }
}
