import Channels
import Conversations
import Desk
import HTTPTypes
import Hummingbird
import NIOCore

/// `/chat/<channel>/…`: the page, its script, and the customer's side of the conversation.
struct ChatDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count >= 2, let channel = context.desk.configuration.value.channels[String(knock.parts[1])],
      let chat = channel.adapter as? WebChat
    else { throw DoorProblem(404, "not_found", "no such chat") }
    let origin = try allowedOrigin(knock, chat)
    var response = try await answer(knock, channel, chat)
    if let origin {
      response.headers[.accessControlAllowOrigin] = origin
      response.headers[.vary] = "Origin"
      response.headers[.accessControlAllowHeaders] = "Content-Type, Last-Event-ID"
    }
    return response
  }

  private func answer(_ knock: Knock, _ channel: Connection, _ chat: WebChat) async throws -> Response {
    let place = knock.parts.count > 2 ? String(knock.parts[2]) : ""
    switch (Self.pages.contains(place) ? knock.pageMethod : knock.method, place) {
    case (.get, ""): return Pages.chat(knock, channel, chat, context.desk.configuration.value)
    case (.get, "widget.js"), (.get, "chat.js"), (.get, "problems.js"), (.get, "chat.css"):
      return try Pages.asset(place, knock)
    case (.get, "hours"): return .json(hours(knock, channel))
    case (.post, "session"): return try await session(knock, chat)
    case (.post, "messages"): return try await say(knock, channel, chat)
    case (.get, "messages"): return try await messages(knock, channel, chat)
    case (.get, "events"): return try events(knock, channel, chat)
    case (.get, "files"): return try await file(knock, channel, chat)
    case (.get, "answers"), (.post, "helped"), (.post, "typing"), (.post, "read"), (.post, "leave"),
      (.post, "transcript"):
      return try await ChatSigns(context: context, channel: channel, chat: chat).respond(to: knock)
    case (.options, _): return Response(status: .noContent)
    default:
      guard let allow = Self.methods(place) else {
        throw DoorProblem(404, "not_found", "there is nothing at this address")
      }
      throw DoorProblem.method("this address takes \(allow)", allow: allow)
    }
  }

  private static let pages: Set = ["", "widget.js", "chat.js", "problems.js", "chat.css", "hours"]

  /// What a known place can be asked with.
  private static func methods(_ place: String) -> String? {
    switch place {
    case _ where pages.contains(place): "GET, HEAD, OPTIONS"
    case "messages": "GET, POST, OPTIONS"
    case "events", "files", "answers": "GET, OPTIONS"
    case "session", "helped", "typing", "read", "leave", "transcript": "POST, OPTIONS"
    default: nil
    }
  }

  /// The origin to allow, `nil` for requests that name none; other sites are refused.
  private func allowedOrigin(_ knock: Knock, _ chat: WebChat) throws -> String? {
    guard let origin = knock.header(.origin) else { return nil }
    let own = knock.request.head.authority.map { origin.hasSuffix("//\($0)") } ?? false
    if own { return nil }
    guard chat.allowedOrigins.contains(origin) || chat.allowedOrigins.contains("*") else {
      throw DoorProblem(403, "origin", "this site may not use the chat")
    }
    return origin
  }

  private func hours(_ knock: Knock, _ channel: Connection) -> JSON {
    let hours = context.desk.hours(of: channel.name.rawValue, language: knock.parameter("language"))
    let hasTranscript = context.desk.sendsTranscripts(of: channel.name.rawValue)
    return .object((hours.members ?? []) + [.init("transcript", JSON(hasTranscript))])
  }

  /// Of a stranger, or of whom `{"identity"}` names, signed by the site around the chat.
  private func session(_ knock: Knock, _ chat: WebChat) async throws -> Response {
    guard context.limiter.allows("chat \(knock.peer)", burst: 20, perMinute: 20, now: context.desk.now()) else {
      throw DoorProblem(429, "too_many", "too many new chats from this address; wait a minute")
    }
    guard let body = try await knock.body(upTo: 16 << 10) else {
      throw DoorProblem(413, "too_large", "the request is too large")
    }
    let claim = (try? JSON(parsing: body))?["identity"]?.string
    guard let token = try token(claim, chat, now: context.desk.now()) else {
      throw DoorProblem(503, "unavailable", "the chat has no key to sign with")
    }
    return .json(["session": JSON(token)])
  }

  private func token(_ claim: String?, _ chat: WebChat, now: Instant) throws -> String? {
    guard let claim else { return chat.sessions.issue(id: Chance.id(), now: now) }
    do throws(IdentityProblem) {
      return chat.sessions.issue(try chat.identities.verify(claim, now: now), now: now)
    } catch {
      throw DoorProblem(401, "identity", "this identity is not believed: \(error.reason)")
    }
  }

  private func say(_ knock: Knock, _ channel: Connection, _ chat: WebChat) async throws -> Response {
    guard let body = try await knock.body(upTo: WebChat.bodySizeMax) else {
      throw DoorProblem(413, "too_large", "the message is too large")
    }
    let session = (try? JSON(parsing: body))?["session"]?.string.flatMap {
      chat.sessions.verify($0, now: context.desk.now())
    }
    guard let session else { throw DoorProblem(401, "session", "the session is not valid any more: reload the page") }
    guard context.limiter.allows("say \(session.id)", burst: 15, perMinute: 30, now: context.desk.now()) else {
      throw DoorProblem(429, "too_many", "too many messages at once; wait a moment")
    }
    let delivery = RawDelivery(
      door: .http, headers: knock.request.headers.shared, body: body, receivedAt: context.desk.now())
    let name = channel.name.rawValue
    let result = await context.desk.receive(delivery, on: name)
    guard result.answer.status == 200 else { throw DoorProblem(result) }
    let client = (try? JSON(parsing: body))?["client_id"]?.text ?? ""
    guard let said = try await context.desk.chatMessage(channel: name, externalID: "\(session.id):\(client)") else {
      throw DoorProblem(503, "unavailable", "the message was taken and cannot be shown yet")
    }
    return .json(said)
  }

  private func messages(_ knock: Knock, _ channel: Connection, _ chat: WebChat) async throws -> Response {
    let (name, thread) = try visitor(knock, channel, chat)
    let after = knock.parameter("after").flatMap { Int64($0) } ?? 0
    return .json([
      "messages": .array(
        try await context.desk.chatMessages(channel: name, threadKey: thread, after: after).map(\.json))
    ])
  }

  private func events(_ knock: Knock, _ channel: Connection, _ chat: WebChat) throws -> Response {
    let (name, thread) = try visitor(knock, channel, chat)
    let after = (knock.header(.lastEventID) ?? knock.parameter("after")).flatMap { Int64($0) } ?? 0
    let desk = context.desk
    let place = try context.streams.place(("chat \(thread)", 20), ("chat \(knock.peer)", 500))
    return EventStream.response(to: knock.request, place) { sink in
      await sink.retry(milliseconds: 2000)
      // Subscribed before the first look, so that nothing falls between the two.
      let changes = desk.feed.changes(ofThread: thread)
      var last = after
      func catchUp() async throws {
        while case let messages = try await desk.chatMessages(channel: name, threadKey: thread, after: last),
          !messages.isEmpty
        {
          for message in messages {
            await sink.send(.init(id: String(message.id), name: "message", data: message.json))
            last = max(last, message.id)
          }
        }
      }
      func tellSigns() async throws {
        await sink.send(
          .init(id: nil, name: "signs", data: try await desk.chatSigns(channel: name, threadKey: thread)))
      }
      try await desk.chatPresent(channel: name, threadKey: thread)
      try await catchUp()
      try await tellSigns()
      var asked: String?
      func ask() async throws {
        guard let survey = try await desk.chatSurvey(channel: name, threadKey: thread), survey != asked else { return }
        asked = survey
        await sink.send(.init(id: nil, name: "survey", data: ["survey": JSON(survey)]))
      }
      try await ask()
      for await change in changes {
        if change.isFleeting {
          if change.isAgentTyping { try await tellSigns() }
          continue
        }
        try await catchUp()
        try await ask()
        if change.what == "seen" || change.what == "changed" { try await tellSigns() }
      }
    }
  }

  /// `files/ID`: pictures to look at, everything else to save.
  private func file(_ knock: Knock, _ channel: Connection, _ chat: WebChat) async throws -> Response {
    let (name, thread) = try visitor(knock, channel, chat)
    guard knock.parts.count == 4, let id = Int64(knock.parts[3]) else {
      throw DoorProblem(404, "not_found", "there is nothing at this address")
    }
    let (bytes, type) = try await context.desk.chatFile(id, channel: name, threadKey: thread)
    let picture = type.flatMap { FileDoor.pictures.contains($0) ? $0 : nil }
    return .file(
      bytes, name: nil, type: picture ?? "application/octet-stream", isShown: picture != nil,
      cache: "private, max-age=3600")
  }

  private func visitor(_ knock: Knock, _ channel: Connection, _ chat: WebChat) throws -> (
    channel: String, thread: String
  ) {
    guard let session = knock.parameter("session").flatMap({ chat.sessions.verify($0, now: context.desk.now()) }) else {
      throw DoorProblem(401, "session", "the session is not valid any more: reload the page")
    }
    return (channel.name.rawValue, "\(WebChat.kind):\(channel.name):\(session.id)")
  }
}

/// Chance for ids that must not be guessed.
enum Chance {
  /// 128 bits as 32 hex digits.
  static func id() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }
}
