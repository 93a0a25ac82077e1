/// What an answer means where the provider has no rules of its own: plain web hooks, and mail. Pure.
package enum OutcomeRules {
  /// The word on any answer; `now` is for a `Retry-After` with a date when the answer has no `Date` of its own, and may be
  /// unknown.
  package static func outcome(of response: OutboundResponse, now: Instant?) -> Outcome {
    switch response {
    case .http(let status, let headers, let body): web(status: status, headers: headers, body: body, now: now)
    case .mail(let code, let text): mail(code: code, text: text)
    case .failed(let failure): transport(failure)
    }
  }

  /// 2xx is accepted; 408, 425, 429 and 5xx are worth another try (RFC 9110 §15.5.9, §15.6, RFC 8470 §5.2, RFC 6585 §4);
  /// everything else, redirects included, stays as it is however often it is asked.
  package static func web(status: Int, headers: Headers, body: [UInt8], now: Instant?) -> Outcome {
    if (200..<300).contains(status) { return .accepted(providerID: nil) }
    let words = readable(body)
    let reason = words.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(words)"
    guard [408, 425, 429].contains(status) || (500..<600).contains(status) else {
      return .rejected(reason: reason, code: String(status))
    }
    return .retry(afterSeconds: retryAfterSeconds(headers, now: now), reason: reason)
  }

  /// RFC 5321 §4.2.1: 2yz done, 4yz not now, 5yz never.
  package static func mail(code: Int, text: String) -> Outcome {
    switch code {
    case 200..<300: .accepted(providerID: nil)
    case 500..<600: .rejected(reason: text.isEmpty ? "SMTP \(code)" : "\(code) \(text)", code: String(code))
    default: .retry(afterSeconds: nil, reason: text.isEmpty ? "SMTP \(code)" : "\(code) \(text)")
    }
  }

  /// Roads get mended, so another try; what could not even be written down stays as it is, and a refused login until
  /// somebody puts it right.
  package static func transport(_ failure: TransportFailure) -> Outcome {
    guard failure.kind != .invalid else { return .rejected(reason: failure.detail, code: nil) }
    guard failure.kind != .refusedLogin else {
      return .unauthorized(reason: "the server does not accept the login: \(failure.detail)", code: nil)
    }
    return .retry(afterSeconds: nil, reason: "\(failure.kind.rawValue): \(failure.detail)")
  }

  /// `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); never negative, `nil` when absent or unreadable.
  ///
  /// A date is measured from the answer's own `Date`, so that the two clocks need not agree.
  package static func retryAfterSeconds(_ headers: Headers, now: Instant?) -> Int? {
    guard let text = headers["Retry-After"] else { return nil }
    let digits = text.utf8.drop { $0 == 32 || $0 == 9 }.prefix { (48...57).contains($0) }
    let rest = text.utf8[digits.endIndex...]
    if !digits.isEmpty, rest.allSatisfy({ $0 == 32 || $0 == 9 }) { return Int(String(Substring(digits))) ?? .max }
    guard let base = headers["Date"].flatMap({ Instant(httpDate: $0, now: now) }) ?? now,
      let due = Instant(httpDate: text, now: base)
    else { return nil }
    return Int(max(0, due.seconds(since: base)))
  }

  /// The first line's worth of a body: an operator reads it in a table.
  private static func readable(_ body: [UInt8]) -> String {
    let words = body.prefix(300).map { $0 < 32 || $0 == 127 ? 32 : $0 }
    let text = String(decoding: words, as: UTF8.self)
    return text.split(separator: " ").joined(separator: " ")
  }
}
