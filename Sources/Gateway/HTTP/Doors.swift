import Conversations
import Desk
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Where the doors stand.
package struct DoorOptions: Sendable {
  package var host: String
  /// 0 = any free one.
  package var port: Int
  /// `nil` = no LMTP.
  package var lmtp: (host: String, port: Int)?
  /// Addresses, or beginnings of addresses (`172.18.`), whose `X-Forwarded-For` is believed.
  package var trustedProxies: Set<String>
  package init(
    host: String = "127.0.0.1", port: Int = 8080, lmtp: (host: String, port: Int)? = nil,
    trustedProxies: Set<String> = ["127.0.0.1", "::1"]
  ) {
    (self.host, self.port, self.lmtp, self.trustedProxies) = (host, port, lmtp, trustedProxies)
  }
}

/// What the doors share.
struct DoorContext: Sendable {
  let desk: Desk
  let limiter: RateLimiter
  let streams = StreamPlaces()
  let startedAt: Instant
  let trustedProxies: Set<String>

  /// Who knocks: the peer, or whom a trusted proxy says it speaks for. Only the last entry of `X-Forwarded-For` is the
  /// proxy's own word; what stands before it anybody may have written.
  func visitor(_ request: Request, peer: String) -> String {
    guard isTrusted(peer), let chain = request.headers[.forwardedFor] else { return peer }
    let last = chain.split(separator: ",").last.map { $0.drop { $0 == " " } } ?? ""
    return last.isEmpty || last.utf8.count > 45 ? peer : String(last)
  }

  private func isTrusted(_ peer: String) -> Bool {
    trustedProxies.contains(peer) || trustedProxies.contains { $0.hasSuffix(".") && peer.hasPrefix($0) }
  }
}

/// One request on its way through a door: what Hummingbird gave, and the path cut at its slashes.
struct Knock: Sendable {
  let request: Request
  /// Path parts still percent-encoded; a trailing slash gives no part.
  let parts: [Substring]
  let query: String
  /// The visitor's address without its port.
  let peer: String

  var method: HTTPRequest.Method { request.method }

  /// The method, HEAD being a GET whose body is left out afterwards (RFC 9110 §9.3.2). For pages and what belongs to them:
  /// a stream of events has no end to wait for.
  var pageMethod: HTTPRequest.Method { method == .head ? .get : method }

  /// A browser that shows what it is answered, as it does after sending a form without script.
  var wantsPage: Bool { header(.accept)?.contains("text/html") == true }

  /// The first value of `name` in the query, decoded.
  func parameter(_ name: String) -> String? { request.uri.queryParameters[Substring(name)].map { String($0) } }

  func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

  /// The whole body, or `nil` when it is longer than `limit` bytes.
  func body(upTo limit: Int) async throws -> [UInt8]? {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { return nil }
    do {
      return Array(buffer: try await request.body.collect(upTo: limit))
    } catch is NIOTooManyBytesError {
      return nil
    } catch let error as HTTPError where error.status == .contentTooLarge {
      return nil
    }
  }
}

/// Sends each request to its room.
struct Doors: HTTPResponder {
  typealias Context = DoorRequestContext
  let context: DoorContext

  func respond(to request: Request, context source: DoorRequestContext) async throws -> Response {
    let knock = Knock(
      request: request, parts: request.uri.path.split(separator: "/"), query: request.uri.query ?? "",
      peer: context.visitor(request, peer: source.peer)
    )
    let response = await answer(knock)
    // RFC 9110 §9.3.2: with a body the next answer on the connection would begin in its middle.
    return knock.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ knock: Knock) async -> Response {
    do {
      return try await route(knock)
    } catch let problem as DoorProblem {
      return said(problem, to: knock)
    } catch let error as DeskError {
      return said(DoorProblem(error), to: knock)
    } catch {
      context.desk.log.error(
        "request failed", metadata: ["path": "\(knock.parts.prefix(3).joined(separator: "/"))", "error": "\(error)"])
      return said(DoorProblem(503, "unavailable", "the store does not answer; try again in a moment"), to: knock)
    }
  }

  /// As JSON; where a customer's browser would show that, as a sentence on a page.
  private func said(_ problem: DoorProblem, to knock: Knock) -> Response {
    let isCustomers = ["form", "chat", "survey"].contains(knock.parts.first)
    guard isCustomers, knock.wantsPage else { return problem.response }
    var page = Pages.problem(knock, problem)
    for name in [HTTPField.Name.allow, .retryAfter] { page.headers[name] = problem.response.headers[name] }
    return page
  }

  private func route(_ knock: Knock) async throws -> Response {
    switch knock.parts.first {
    case "hooks": try await HookDoor(context: context).respond(to: knock)
    case "mail": try await MailDoor(context: context).respond(to: knock)
    case "chat": try await ChatDoor(context: context).respond(to: knock)
    case "survey": try await SurveyDoor(context: context).respond(to: knock)
    case "files": try await FileDoor(context: context).respond(to: knock)
    case "form": try await FormDoor(context: context).respond(to: knock)
    case "api": try await AgentsDoor(context: context).respond(to: knock)
    case "board": try Pages.board(knock)
    case "healthz", "readyz", "metrics": try await HealthDoor(context: context).respond(to: knock)
    case "favicon.ico": Response(status: .noContent)  // Browsers ask for it unbidden; we have none.
    case nil: try Pages.front(knock)
    default: DoorProblem(404, "not_found", "there is nothing at this address").response
    }
  }
}

/// An answer that says what was wrong.
struct DoorProblem: Error {
  let status: Int
  let code: String
  let message: String
  var members: [JSON.Member] = []
  /// What the address can be asked with instead (RFC 9110 §15.5.6).
  var allow: String?
  /// Characters that a text of this channel may have, for the sentence that names them.
  var textMax = 0

  init(_ status: Int, _ code: String, _ message: String) {
    (self.status, self.code, self.message) = (status, code, message)
  }

  /// The address is known, and not asked like that.
  static func method(_ message: String, allow: String) -> DoorProblem {
    var problem = DoorProblem(405, "method", message)
    problem.allow = allow
    return problem
  }

  init(_ error: DeskError) {
    switch error {
    case .notFound(let what): self.init(404, "not_found", what)
    case .nothingWaiting: self.init(404, "nothing_waiting", "nothing is waiting")
    case .full(let load, let capacity):
      self.init(404, "at_capacity", "you hold \(load) of \(capacity): finish or release something first")
      members = [.init("load", JSON(load)), .init("capacity", JSON(capacity))]
    case .denied(let why): self.init(403, "denied", why)
    case .invalid(let why): self.init(422, "invalid", why)
    case .held(let agent, let until):
      self.init(409, "held", "\(agent) holds it until \(until.rfc3339)")
      members = [.init("agent", JSON(agent)), .init("expires_at", JSON(until))]
    case .movedOn(let messages, let seq):
      self.init(409, "moved_on", "somebody has written since you last looked")
      members = [.init("messages", .array(messages)), .init("seq", JSON(seq))]
    }
  }

  var response: Response {
    let body = JSON.object([.init("error", JSON(code)), .init("message", JSON(message))] + members)
    var response = Response.json(body, status: HTTPResponse.Status(code: status))
    if status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
    if status == 503 { response.headers[.retryAfter] = "5" }
    if let allow { response.headers[.allow] = allow }
    return response
  }
}

extension Response {
  static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
      body: .init(byteBuffer: ByteBuffer(string: value.description)))
  }

  static func text(_ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8")
    -> Response
  {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  /// A file of somebody else's making: never run, and shown only where that is harmless (REQUIREMENTS 40e).
  static func file(_ bytes: [UInt8], name: String?, type: String, isShown: Bool = false, cache: String = "no-store")
    -> Response
  {
    let way = isShown ? "inline" : "attachment"
    return Response(
      status: .ok,
      headers: [
        .contentType: type,
        // RFC 6266 with RFC 8187's encoding: names are strangers' words in any script.
        .contentDisposition: name.map { "\(way); filename*=UTF-8''\($0.percentEncoded)" } ?? way,
        .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "sandbox; default-src 'none'", .cacheControl: cache,
      ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// An adapter's answer as it is.
  init(_ answer: Answer) {
    var headers = HTTPFields()
    for field in answer.headers.fields {
      if let name = HTTPField.Name(field.name) { headers.append(HTTPField(name: name, value: field.value)) }
    }
    self.init(
      status: HTTPResponse.Status(code: answer.status), headers: headers,
      body: answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

/// Hummingbird's context with the other end's address.
struct DoorRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Without its port.
  let peer: String

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? "local"
  }
}

extension HTTPFields {
  /// The same fields in the words all rooms share.
  var shared: Headers { Headers(map { Headers.Field($0.name.rawName, $0.value) }) }
}
