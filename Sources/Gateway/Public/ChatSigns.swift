import Channels
import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// What a chat page tells the desk beside messages, and what it can read before there is a conversation.
struct ChatSigns {
  let context: DoorContext
  let channel: Connection
  let chat: WebChat

  private var desk: Desk { context.desk }
  private var name: String { channel.name.rawValue }

  func respond(to knock: Knock) async throws -> Response {
    guard context.limiter.allows("signs \(knock.peer)", burst: 120, perMinute: 240, now: desk.now()) else {
      throw DoorProblem(429, "too_many", "too many requests from this address; wait a moment")
    }
    if knock.method == .get { return answers(knock) }
    // `navigator.sendBeacon` sends text: the type of the body says nothing.
    guard let bytes = try await knock.body(upTo: 8 << 10) else {
      throw DoorProblem(413, "too_large", "the request is too large")
    }
    guard let body = try? JSON(parsing: bytes), body.members != nil else {
      throw DoorProblem(400, "bad_request", "the body must be a JSON object")
    }
    if knock.parts[2] == "helped" { return try helped(body) }
    guard let session = body["session"]?.string.flatMap({ chat.sessions.verify($0, now: desk.now()) }) else {
      throw DoorProblem(401, "session", "the session is not valid any more: reload the page")
    }
    return try await sign(String(knock.parts[2]), body, session)
  }

  private func sign(_ what: String, _ body: JSON, _ session: ChatSession) async throws -> Response {
    let thread = "\(WebChat.kind):\(channel.name):\(session.id)"
    switch what {
    case "typing":
      try await desk.chatTyping(channel: name, threadKey: thread, isTyping: body["typing"]?.bool ?? true)
    case "read":
      guard let message = body["to"]?.text.flatMap({ Int64($0) }) else {
        throw DoorProblem(422, "invalid", "`to` is not a message's id")
      }
      try await desk.chatRead(channel: name, threadKey: thread, upTo: message)
    case "leave":
      try await desk.chatLeft(channel: name, threadKey: thread, isFinal: body["ended"]?.bool ?? false)
    default: return try await transcript(body, session, thread)
    }
    return Response(status: .noContent)
  }

  private func transcript(_ body: JSON, _ session: ChatSession, _ thread: String) async throws -> Response {
    guard context.limiter.allows("transcript \(session.id)", burst: 5, perMinute: 1, now: desk.now()) else {
      throw DoorProblem(429, "too_many", "too many requests for this conversation; wait a minute")
    }
    let email = body["email"]?.string
    // Each with a code of its own: the page says it in the customer's language.
    guard desk.sendsTranscripts(of: name) else {
      throw DoorProblem(422, "transcript_off", "this chat sends no conversations by e-mail")
    }
    guard email == nil || EmailAddress.plausible(email) != nil else {
      throw DoorProblem(422, "email", "this is no e-mail address")
    }
    do {
      let address = try await desk.sendTranscript(channel: name, threadKey: thread, to: email)
      return .json(["to": JSON(address)], status: .accepted)
    } catch DeskError.notFound(let why) {
      throw DoorProblem(404, "no_answer", why)
    } catch DeskError.invalid(let why) {
      throw DoorProblem(422, email == nil ? "email" : "no_answer", why)
    } catch DeskError.denied(let why) {
      throw DoorProblem(403, "address", why)
    }
  }

  private func answers(_ knock: Knock) -> Response {
    let topic = knock.parameter("category") ?? ""
    let language = knock.parameter("language") ?? channel.language ?? "en"
    return .json(["answers": desk.selfService(topic: topic, language: language)])
  }

  private func helped(_ body: JSON) throws -> Response {
    guard let outcome = body["outcome"]?.string.flatMap({ Desk.SelfServiceOutcome(rawValue: $0) }) else {
      throw DoorProblem(422, "invalid", "`outcome` is offered, helped or wrote")
    }
    desk.noteSelfService(topic: body["category"]?.string ?? "", outcome)
    return Response(status: .noContent)
  }
}
