package import Conversations

extension Outcome {
  /// No answer that counts: always tried again, by our own schedule.
  package init(_ failure: TransportFailure) {
    self = OutcomeRules.transport(failure)
  }

  /// What an HTTP status says by itself, for an answer whose body says nothing: 408, 425, 429 and 5xx are temporary.
  package init(httpStatus status: Int, headers: Headers, reason: String, code: String? = nil) {
    if status == 408 || status == 425 || status == 429 || status >= 500 {
      self = .retry(afterSeconds: Outcome.retryAfter(headers), reason: reason)
    } else {
      self = .rejected(reason: reason, code: code ?? String(status))
    }
  }

  /// `Retry-After` in seconds (RFC 9110 §10.2.3), at most a day. The form with a date needs a clock: `nil`.
  package static func retryAfter(_ headers: Headers) -> Int? {
    guard let text = headers["Retry-After"]?.trimmingBlanks(), let seconds = Int(text), seconds >= 0 else { return nil }
    return min(seconds, 86_400)
  }
}
