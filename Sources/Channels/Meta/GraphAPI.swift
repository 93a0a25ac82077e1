import Conversations

/// One call of the Graph API and the reading of its answers.
struct GraphAPI: Sendable {
  let base: String
  private let version: String
  /// `nil` where the channel only receives.
  private let token: Secret?
  private let tokenKey: String

  static func settings(token key: String, help: String) -> [Setting] {
    [
      Setting(key, .secret, forSending: true, help: help),
      Setting("api_base", .text, default: "https://graph.facebook.com", help: "where the Graph API is reached"),
      Setting("api_version", .text, default: "v26.0", help: "version of the Graph API"),
    ]
  }

  init(_ values: SettingValues, token key: String) throws(SettingProblem) {
    base = try BaseURL.check(values.text("api_base") ?? "https://graph.facebook.com", key: "api_base")
    (version, token, tokenKey) = (values.text("api_version") ?? "v26.0", values.secret(key), key)
  }

  /// `GET /VERSION/PATH` with the token in the header; `nil` where the channel only receives.
  func get(_ path: String) -> HTTPRequest? {
    guard let token, !token.isEmpty else { return nil }
    return HTTPRequest(
      method: "GET", url: Secret("\(base)/\(version)/\(path)"),
      headers: Headers([("Authorization", "Bearer \(token.reveal())")]))
  }

  /// `POST /VERSION/PATH` with the token in the query, as Messenger documents it.
  func post(_ path: String, _ body: JSON) throws(Unrenderable) -> OutboundRequest {
    try post(path, contentType: "application/json", body.bytes)
  }

  func post(_ path: String, contentType: String, _ body: [UInt8]) throws(Unrenderable) -> OutboundRequest {
    let token = FormFields.encode(try secret().reveal())
    return request("\(base)/\(version)/\(path)?access_token=\(token)", Headers([("Content-Type", contentType)]), body)
  }

  /// The same with the token in the header, as WhatsApp documents it.
  func postWithBearer(_ path: String, _ body: JSON) throws(Unrenderable) -> OutboundRequest {
    let headers = Headers([
      ("Content-Type", "application/json"), ("Authorization", "Bearer \(try secret().reveal())"),
    ])
    return request("\(base)/\(version)/\(path)", headers, body.bytes)
  }

  private func request(_ url: String, _ headers: Headers, _ body: [UInt8]) -> OutboundRequest {
    .http(HTTPRequest(url: Secret(url), headers: headers, body: body))
  }

  private func secret() throws(Unrenderable) -> Secret {
    guard let token, !token.isEmpty else { throw Unrenderable("the channel cannot send: `\(tokenKey)` is not set") }
    return token
  }
}

/// What the Graph API's answers mean.
enum GraphAnswer {
  /// Errors that pass by themselves, with the seconds to wait where the provider wants a pause.
  /// developers.facebook.com/docs/graph-api/guides/error-handling and the WhatsApp error code list.
  private static let temporary: [Int: Int?] = [
    1: nil, 2: nil, 4: 60, 17: 60, 32: 60, 341: 60, 613: 60, 1200: nil, 80007: 60, 130_429: 30, 131_000: nil,
    131_016: nil, 131_048: 600, 131_056: 6, 133_004: nil,
  ]
  /// Errors that no repetition heals, whatever status they come with.
  private static let permanent: Set<Int> = [10, 100, 200, 368, 551, 131_026, 131_031, 131_047, 131_049, 131_051]

  /// The access token has expired, was revoked or never was one.
  private static let credentials: Set<Int> = [102, 190]

  /// `id` finds the provider's id in the body of a success.
  static func interpret(_ response: OutboundResponse, id: (JSON) -> String?) -> Outcome {
    switch response {
    case .failed(let failure): return Outcome(failure)
    case .mail(let code, let text): return .rejected(reason: "not an HTTP answer: \(code) \(text)", code: nil)
    case .http(let status, let headers, let body):
      let json = try? JSON(parsing: body)
      if let error = json?["error"], error.members != nil { return outcome(error, status, headers) }
      guard (200..<300).contains(status) else {
        return Outcome(httpStatus: status, headers: headers, reason: "HTTP \(status) without an explanation")
      }
      guard let json, let found = id(json) else {
        return .retry(afterSeconds: nil, reason: "HTTP \(status), but not an answer of the Graph API")
      }
      return .accepted(providerID: found)
    }
  }

  /// The answer about a media file.
  static func media(_ response: OutboundResponse) throws(Unfetchable) -> JSON {
    guard case .http(_, _, let body) = response, let json = try? JSON(parsing: body), json.members != nil else {
      throw .later(afterSeconds: nil, "the provider's answer about the file cannot be read")
    }
    guard json["error"]?.members == nil else {
      switch interpret(response, id: { _ in nil }) {
      case .unauthorized(let reason, _): throw .unauthorized(reason)
      case .retry(let seconds, let reason): throw .later(afterSeconds: seconds, reason)
      case .rejected(let reason, _): throw .never(reason)
      case .accepted: throw .never("the provider's answer about the file makes no sense")
      }
    }
    return json
  }

  private static func outcome(_ error: JSON, _ status: Int, _ headers: Headers) -> Outcome {
    let (code, reason) = (error["code"]?.int, words(error))
    if let code, let pause = temporary[code] {
      return .retry(afterSeconds: Outcome.retryAfter(headers) ?? pause, reason: reason)
    }
    if code.map(credentials.contains) ?? false { return .unauthorized(reason: reason, code: label(error)) }
    let isKnown = code.map(permanent.contains) ?? false
    if !isKnown, error["is_transient"]?.bool == true {
      return .retry(afterSeconds: Outcome.retryAfter(headers), reason: reason)
    }
    guard !isKnown else { return .rejected(reason: reason, code: label(error)) }
    return Outcome(httpStatus: status, headers: headers, reason: reason, code: label(error))
  }

  /// The provider's own words, with the detail WhatsApp puts aside and the code to look up.
  private static func words(_ error: JSON) -> String {
    let message = error["message"]?.string ?? error["type"]?.string ?? "an error without words"
    let detail = error["error_data"]?["details"]?.string ?? error["error_user_msg"]?.string
    let said = detail.map { $0 == message ? message : "\(message): \($0)" } ?? message
    return label(error).map { "\(said) (\($0))" } ?? said
  }

  /// `10/2018278`: code and subcode.
  private static func label(_ error: JSON) -> String? {
    guard let code = error["code"]?.text else { return nil }
    return error["error_subcode"]?.text.map { "\(code)/\($0)" } ?? code
  }
}
