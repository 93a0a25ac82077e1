import Conversations

/// Answers of chat APIs that say by a word or number in their body how a message fared.
struct ProviderAnswer: Sendable {
  /// For the words an operator reads, e.g. `LINE`.
  var provider: String
  /// Errors that pass by themselves, with the seconds to wait where the provider wants a pause.
  var temporary: [String: Int?]
  /// Errors that no repetition heals, in words an agent can act on.
  var permanent: [String: String]
  /// Errors that mean that the channel's credentials are not accepted, in words an operator can act on.
  var credentials: [String: String] = [:]

  /// What `code` means. In neither table: the HTTP status decides, and an error under a good status is final.
  func outcome(code: String, words: String?, status: Int, headers: Headers) -> Outcome {
    let known = permanent[code] ?? credentials[code]
    let reason = "\(known ?? words?.callLine(limit: 300) ?? "error") (\(provider) \(code))"
    if credentials[code] != nil { return .unauthorized(reason: reason, code: code) }
    if let pause = temporary[code] { return .retry(afterSeconds: Outcome.retryAfter(headers) ?? pause, reason: reason) }
    if permanent[code] != nil || status < 300 { return .rejected(reason: reason, code: code) }
    return Outcome(httpStatus: status, headers: headers, reason: reason, code: code)
  }

  /// An answer in which nothing of the API can be seen.
  func silence(status: Int, headers: Headers) -> Outcome {
    (200..<300).contains(status)
      ? .retry(afterSeconds: nil, reason: "HTTP \(status), but not an answer of \(provider)")
      : Outcome(httpStatus: status, headers: headers, reason: "HTTP \(status) without an explanation")
  }
}
