import Conversations
import Desk
import HTTPTypes
import Hummingbird
import NIOCore

extension DoorContext {
  /// The agent behind the request's bearer token (RFC 6750 §2.1).
  func authenticated(_ knock: Knock) async throws -> Agent {
    guard let header = knock.header(.authorization), header.lowercased().hasPrefix("bearer ") else {
      throw DoorProblem(401, "unauthorized", "send your token: `Authorization: Bearer …`")
    }
    let token = header.dropFirst(7).drop { $0 == " " }
    guard let agent = try await desk.agent(token: String(token)) else {
      throw DoorProblem(401, "unauthorized", "this token is not known, or was revoked")
    }
    return agent
  }
}

/// `/api/v1/…`: everything agents do.
struct AgentsDoor {
  let context: DoorContext
  var desk: Desk { context.desk }

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count >= 3, knock.parts[1] == "v1" else {
      throw DoorProblem(404, "not_found", "the API lives at /api/v1/")
    }
    if knock.parts[2] == "openapi.json" { return Pages.openAPI() }
    let agent = try await context.authenticated(knock)
    let rest = knock.parts.dropFirst(3).map { $0.removingPercentEncoding() }
    switch (knock.method, String(knock.parts[2]), rest.count) {
    case (.get, "me", 0): return .json(try await me(agent))
    case (.post, "presence", 0): return try await presence(knock, agent)
    case (.get, "queues", 0): return .json(["queues": .array(try await desk.queues(for: agent))])
    case (.post, "next", 0): return try await next(knock, agent)
    case (.get, "conversations", 0): return try await list(knock, agent)
    case (.get, "conversations", 1): return .json(try await shown(try id(rest[0]), to: agent))
    case (.get, "conversations", 2): return try await explain(rest, knock, agent)
    case (.post, "conversations", 2):
      let sizeMax = rest[1] == "reply" ? ConversationActions.replySizeMax : 1 << 20
      return try await ConversationActions(desk: desk, agent: agent).run(
        try id(rest[0]), rest[1], try await object(knock, upTo: sizeMax))
    case (.get, "search", 0): return try await search(knock, agent)
    case (.get, "templates", 0):
      return .json(["templates": .array(desk.configuration.value.templates.names.map { ["name": JSON($0)] })])
    case (.get, "attachments", 1): return try await attachment(rest[0], agent)
    case (_, "contacts", 1...2):
      return try await ContactActions(desk: desk, agent: agent).respond(
        knock.method, rest, knock.method == .post ? try await object(knock) : [:])
    case (.post, "calls", 0): return try await call(knock, agent)
    case (.get, "events", 0): return try events(knock, agent)
    case (_, "suppressions", 0...1):
      return try await SuppressionsDoor(desk: desk, agent: agent).respond(to: knock, address: rest.first)
    case (.get, "reports", 0): return .json(try await desk.reportList(nil, limit: limit(knock), for: agent))
    case (.get, "reports", 2): return try await reportRun(rest, knock, agent)
    case (.get, "reports", 1): return try await report(rest[0], knock, agent)
    case (_, "configuration", 0...1):
      return try await ConfigurationDoor(desk: desk, agent: agent).respond(to: knock, rest)
    case (.get, "channels", 0): return .json(try await desk.channels(for: agent))
    case (.get, "board", 0): return .json(try await desk.board(for: agent))
    case (.get, "board", 1): return try boardEvents(knock, agent)
    default: throw DoorProblem(404, "not_found", "no such call: \(knock.method.rawValue) \(knock.request.uri.path)")
    }
  }

  private func id(_ text: String) throws -> ConversationID {
    guard let number = Int64(text.drop { $0 == "#" }), number > 0 else {
      throw DoorProblem(404, "not_found", "no conversation `\(text)`")
    }
    return ConversationID(number)
  }

  private func object(_ knock: Knock, upTo sizeMax: Int = 1 << 20) async throws -> JSON {
    guard let body = try await knock.body(upTo: sizeMax) else {
      throw DoorProblem(413, "too_large", "the request is larger than \(sizeMax >> 20) MiB")
    }
    guard !body.isEmpty else { return [:] }
    do {
      let json = try JSON(parsing: body)
      guard json.members != nil else { throw DoorProblem(400, "bad_request", "the body must be a JSON object") }
      return json
    } catch let problem as JSONProblem {
      throw DoorProblem(400, "bad_request", "the body is not JSON: \(problem)")
    }
  }

  private func me(_ agent: Agent) async throws -> JSON {
    .object((agent.json.members ?? []) + [.init("presence", try await desk.presence(of: agent))])
  }

  private func presence(_ knock: Knock, _ agent: Agent) async throws -> Response {
    guard let state = try await object(knock)["state"]?.string.flatMap({ Presence(rawValue: $0) }) else {
      throw DoorProblem(
        422, "invalid", "state is one of \(Presence.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try await desk.setPresence(state, of: agent)
    return .json(try await me(agent))
  }

  private func next(_ knock: Knock, _ agent: Agent) async throws -> Response {
    let taken = try await desk.takeNext(for: agent, queue: try await object(knock)["queue"]?.string)
    return .json(try await shown(taken, to: agent))
  }

  /// A conversation that is looked at: in a chat, its customer may see that.
  private func shown(_ id: ConversationID, to agent: Agent) async throws -> JSON {
    try await desk.noteSeen(id, by: agent)
    return try await desk.show(id, to: agent)
  }

  private func list(_ knock: Knock, _ agent: Agent) async throws -> Response {
    let limit = min(max(knock.parameter("limit").flatMap { Int($0) } ?? 50, 1), 200)
    var filter = ConversationFilter(limit: limit)
    filter.queues = knock.parameter("queue").map { [$0] }
    if let status = knock.parameter("status") {
      guard let known = ConversationStatus(rawValue: status) else {
        throw DoorProblem(
          422, "invalid", "status is one of \(ConversationStatus.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      filter.status = known
    }
    if knock.parameter("mine") == "1" { filter.assignee = agent.name }
    if let query = knock.parameter("q"), !query.isEmpty {
      return .json([
        "conversations": .array(try await desk.search(query, limit: limit, filter: filter, for: agent)),
        "next_cursor": nil,
      ])
    }
    if let cursor = knock.parameter("cursor") { filter.before = try position(cursor) }
    let (conversations, next) = try await desk.list(filter, for: agent)
    return .json(["conversations": .array(conversations), "next_cursor": JSON(next)])
  }

  private func position(_ cursor: String) throws -> (Instant, ConversationID) {
    let parts = cursor.split(separator: ".")
    guard parts.count == 2, let at = Int64(parts[0]), let id = Int64(parts[1]) else {
      throw DoorProblem(422, "invalid", "this cursor is none of ours")
    }
    return (Instant(microseconds: at), ConversationID(id))
  }

  private func explain(_ rest: [String], _ knock: Knock, _ agent: Agent) async throws -> Response {
    guard rest[1] == "explain" else { throw DoorProblem(404, "not_found", "no such call") }
    guard let question = Desk.Question(rawValue: knock.parameter("what") ?? "route") else {
      throw DoorProblem(422, "invalid", "ask for route, due or priority")
    }
    let (text, decisions) = try await desk.explain(
      try id(rest[0]), question, to: agent, language: Pages.language(knock))
    return .json(["text": JSON(text), "decisions": .array(decisions)])
  }

  private func search(_ knock: Knock, _ agent: Agent) async throws -> Response {
    let limit = min(max(knock.parameter("limit").flatMap { Int($0) } ?? 20, 1), 100)
    return .json(["results": .array(try await desk.search(knock.parameter("q") ?? "", limit: limit, for: agent))])
  }

  private func call(_ knock: Knock, _ agent: Agent) async throws -> Response {
    let id = try await desk.logCall(try await object(knock), by: agent)
    return .json(try await desk.outcome(id, for: agent))
  }

  /// Files of strangers: never shown by the browser, never run, always saved (REQUIREMENTS 40e).
  private func attachment(_ text: String, _ agent: Agent) async throws -> Response {
    guard let number = Int64(text) else { throw DoorProblem(404, "not_found", "no attachment `\(text)`") }
    let (content, name) = try await desk.attachmentContent(number, for: agent)
    return .file(content, name: name, type: "application/octet-stream")
  }

  private func report(_ name: String, _ knock: Knock, _ agent: Agent) async throws -> Response {
    if let period = knock.parameter("period") {
      let made = try await desk.reportAgain(
        name, period: period, format: knock.parameter("format") ?? "json", for: agent)
      return .text(made.text, type: made.contentType)
    }
    // A period that is not over ends now: of what is still to come nothing is decided.
    let to = try instant(knock, "to", of: name).map { min($0, desk.now()) }
    let request = ReportRequest(
      name: name, from: try instant(knock, "from", of: name), to: to,
      format: knock.parameter("format") ?? "json",
      language: knock.parameter("language"))
    let made = try await desk.makeReport(request, for: agent)
    return .text(made.text, type: made.contentType)
  }

  /// `/reports/NAME/runs`, `/reports/NAME/verify?period=…`.
  private func reportRun(_ rest: [String], _ knock: Knock, _ agent: Agent) async throws -> Response {
    switch rest[1] {
    case "runs": return .json(try await desk.reportList(rest[0], limit: limit(knock), for: agent))
    case "verify":
      guard let period = knock.parameter("period") else { throw DoorProblem(422, "invalid", "`period` is missing") }
      return .json(try await desk.verifyReport(rest[0], period: period, for: agent))
    default: throw DoorProblem(404, "not_found", "no such call")
    }
  }

  private func limit(_ knock: Knock) -> Int { min(max(knock.parameter("limit").flatMap { Int($0) } ?? 50, 1), 500) }

  /// RFC 3339, or a day of the report's zone.
  private func instant(_ knock: Knock, _ name: String, of report: String) throws -> Instant? {
    guard let text = knock.parameter(name) else { return nil }
    guard let instant = Instant(rfc3339: text) ?? CivilDate(text).map({ desk.startOfDay($0, forReport: report) }) else {
      throw DoorProblem(422, "invalid", "`\(name)` is not a date or an RFC 3339 time")
    }
    return instant
  }

  private func events(_ knock: Knock, _ agent: Agent) throws -> Response {
    let desk = desk
    return EventStream.response(to: knock.request, try place(of: agent)) { sink in
      let changes = desk.feed.changes()
      try await desk.attend(agent)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await change in changes {
            guard let summary = try await desk.summary(change, for: agent) else { continue }
            await sink.send(.init(id: nil, name: "conversation", data: summary))
          }
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(60))
            try await desk.attend(agent)
          }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// The board as it stands, again whenever something changed, at most once a second; and twice a minute, since promises
  /// come near their end while nothing happens.
  private func boardEvents(_ knock: Knock, _ agent: Agent) throws -> Response {
    let desk = desk
    return EventStream.response(to: knock.request, try place(of: agent)) { sink in
      await sink.send(.init(id: nil, name: "board", data: try await desk.board(for: agent)))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          var last = desk.now()
          for await change in desk.feed.changes() where !change.isFleeting {
            let wait = 1_000_000 - (desk.now().microseconds - last.microseconds)
            if wait > 0 { try await Task.sleep(for: .microseconds(wait)) }
            last = desk.now()
            await sink.send(.init(id: nil, name: "board", data: try await desk.board(for: agent)))
          }
        }
        group.addTask {
          while true {
            try await Task.sleep(for: .seconds(30))
            await sink.send(.init(id: nil, name: "board", data: try await desk.board(for: agent)))
          }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// A wall, a terminal or two, and what is left of those that lost their connection.
  private func place(of agent: Agent) throws -> StreamPlaces.Place {
    try context.streams.place((name: "agent \(agent.name)", limit: 50))
  }
}

extension Substring {
  /// RFC 3986 §2.1; what is not valid stays as it is.
  func removingPercentEncoding() -> String {
    var (out, bytes) = ([UInt8](), Array(utf8)[...])
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%"), bytes.count >= 2,
        let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16)
      {
        out.append(value)
        bytes = bytes.dropFirst(2)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
