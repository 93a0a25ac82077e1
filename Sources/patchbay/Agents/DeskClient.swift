import Conversations
import Foundation
import Outbound
import Terminal

/// The agents' HTTP API, and what its refusals mean for the one at the keyboard.
struct DeskClient: Sendable {
  let credentials: Credentials
  private let say: Speech
  private let courier: Courier

  init(_ credentials: Credentials, say: Speech) {
    (self.credentials, self.say) = (credentials, say)
    courier = Courier(options: CourierOptions())
  }

  func get(_ path: String, _ query: [(String, String?)] = []) async throws -> JSON {
    try await json(exchange("GET", path + DeskClient.query(query), nil))
  }

  func post(_ path: String, _ body: JSON = [:]) async throws -> JSON {
    try await json(exchange("POST", path, body))
  }

  /// The body as it comes, for reports.
  func bytes(_ path: String, _ query: [(String, String?)]) async throws -> [UInt8] {
    try await exchange("GET", path + DeskClient.query(query), nil)
  }

  /// An attachment's bytes, and the name its sender gave it.
  func attachment(_ id: Int64) async throws -> (bytes: [UInt8], name: String?) {
    let request = request("GET", "/attachments/\(id)", nil, accept: "*/*")
    switch await courier.carry(.http(request), responseSizeMax: 256 << 20) {
    case .http(200, let headers, let bytes):
      let name = headers["Content-Disposition"]?.split(separator: "''").last.flatMap {
        String($0).removingPercentEncoding
      }
      return (bytes, name == "attachment" ? nil : name)
    case .http(let status, _, let bytes): throw DeskRefusal(status: status, body: bytes)
    case .mail: throw AgentProblem(.error, say(.notJSON, credentials.url))
    case .failed(let failure): throw unreachable(failure)
    }
  }

  func request(_ method: String, _ path: String, _ body: JSON?, accept: String = "application/json") -> HTTPRequest {
    var headers = Headers([
      ("Authorization", "Bearer \(credentials.token.reveal())"), ("Accept", accept),
      ("Accept-Language", say.language.rawValue),
    ])
    if body != nil { headers.add("Content-Type", "application/json") }
    return HTTPRequest(
      method: method, url: Secret(credentials.url + "/api/v1" + path), headers: headers, body: body?.bytes ?? [])
  }

  private func exchange(_ method: String, _ path: String, _ body: JSON?) async throws -> [UInt8] {
    switch await courier.carry(.http(request(method, path, body))) {
    case .http(let status, _, let bytes) where (200...299).contains(status): return bytes
    case .http(let status, _, let bytes): throw DeskRefusal(status: status, body: bytes)
    case .mail: throw AgentProblem(.error, say(.notJSON, credentials.url))
    case .failed(let failure):
      // A request that changes something may have arrived although its answer did not.
      let isUnsure = method == "POST" && (failure.kind == .timeout || failure.kind == .cut)
      throw unreachable(failure, lines: isUnsure ? [say(.maybeSent)] : [])
    }
  }

  func unreachable(_ failure: TransportFailure, lines: [String] = []) -> AgentProblem {
    AgentProblem(.temporary, say(.unreachable, credentials.url, failure.detail), lines: lines)
  }

  private func json(_ bytes: [UInt8]) throws(AgentProblem) -> JSON {
    if bytes.isEmpty { return [:] }
    do { return try JSON(parsing: bytes) } catch { throw AgentProblem(.error, say(.notJSON, credentials.url)) }
  }

  /// `?a=b&c=d`, or nothing; members without a value are left out.
  static func query(_ members: [(String, String?)]) -> String {
    let pairs = members.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }

  /// Server-sent events at `path`, until the connection ends; the answer says how it did. `timeoutSeconds` of silence
  /// end it: the server sends a comment more often than that.
  func events(
    _ path: String, _ query: [(String, String?)], each: (ServerSentEvents.Event) async throws -> Void
  ) async throws -> OutboundResponse {
    var request = request("GET", path + DeskClient.query(query), nil, accept: "text/event-stream")
    request.timeoutSeconds = 90
    let (chunks, feed) = AsyncStream.makeStream(of: [UInt8].self)
    async let response = streamed(request, into: feed)
    var parser = ServerSentEvents()
    for await chunk in chunks {
      for event in parser.take(chunk) { try await each(event) }
    }
    return await response
  }

  private func streamed(_ request: HTTPRequest, into feed: AsyncStream<[UInt8]>.Continuation) async -> OutboundResponse
  {
    defer { feed.finish() }
    return await courier.stream(request) { bytes in
      feed.yield(bytes)
      return true
    }
  }
}

/// The API said no.
struct DeskRefusal: Error {
  let status: Int
  /// The API's error code, `moved_on`, or empty.
  let code: String
  let message: String
  let json: JSON

  init(status: Int, body: [UInt8]) {
    self.status = status
    json = (try? JSON(parsing: body)) ?? [:]
    code = json["error"]?.string ?? ""
    message = json["message"]?.string ?? (code.isEmpty ? "HTTP \(status)" : code)
  }

  /// In words, with the exit code that belongs to it.
  func problem(_ say: Speech, subject: String? = nil) -> AgentProblem {
    switch status {
    case 400: AgentProblem(.usage, say(.refused, message))
    case 401: AgentProblem(.denied, say(.tokenRefused, message), lines: [say(.hint, "patchbay login")])
    case 403: AgentProblem(.denied, say(.denied, message))
    case 404 where code == "nothing_waiting": AgentProblem(.notFound, say(.nothingWaiting))
    case 404 where code == "at_capacity":
      AgentProblem(.notFound, say(.atCapacity, json["load"]?.text ?? "", json["capacity"]?.text ?? ""), details: json)
    case 404: AgentProblem(.notFound, say(.notFound, missing(say) ?? subject ?? message))
    case 409: AgentProblem(.conflict, say(.conflict, message), details: json)
    case 429, 502, 503, 504: AgentProblem(.temporary, say(.serverBusy, message))
    case 500...: AgentProblem(.error, say(.serverError, String(status), message))
    default: AgentProblem(.error, say(.refused, message))
    }
  }

  /// What there is none of when it is not the conversation: the API says “no queue `refund`”.
  private func missing(_ say: Speech) -> String? {
    guard message.hasPrefix("no "), let name = message.firstIndex(of: "`") else { return nil }
    let word: Phrase
    switch message[..<name].dropFirst(3) {
    case "queue ": word = .queue
    case "category ": word = .category
    case "agent ": word = .assignee
    case "template ": word = .template
    default: return nil
    }
    return "\(say(word).lowercased()) \(message[name...])"
  }
}
