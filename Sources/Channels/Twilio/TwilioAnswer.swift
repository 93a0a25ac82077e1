import Conversations

/// What Twilio's API says to a message we hand over.
/// Codes: twilio.com/docs/api/errors.
enum TwilioAnswer {
  static func interpret(_ response: OutboundResponse) -> Outcome {
    switch response {
    case .failed(let failure): return Outcome(failure)
    case .mail(let code, let text): return .rejected(reason: "not an HTTP answer: \(code) \(text)", code: nil)
    case .http(let status, let headers, let body):
      let json = try? JSON(parsing: body)
      // A refusal carries `code`, an accepted message that failed at once `error_code`.
      let code = json?[(200..<300).contains(status) ? "error_code" : "code"]?.int
      if let code { return outcome(code, status, headers, json) }
      guard (200..<300).contains(status) else {
        return Outcome(httpStatus: status, headers: headers, reason: "HTTP \(status) without an explanation")
      }
      guard let sid = json?["sid"]?.string else {
        return .retry(afterSeconds: nil, reason: "HTTP \(status), but not an answer of Twilio's API")
      }
      return .accepted(providerID: sid)
    }
  }

  private static func outcome(_ code: Int, _ status: Int, _ headers: Headers, _ json: JSON?) -> Outcome {
    let words = (json?["message"] ?? json?["error_message"])?.string?.callLine(limit: 300)
    let reason = "\(permanent[code] ?? words ?? "error") (Twilio \(code))"
    if let pause = temporary[code] { return .retry(afterSeconds: Outcome.retryAfter(headers) ?? pause, reason: reason) }
    if permanent[code] != nil { return .rejected(reason: reason, code: String(code)) }
    // An unknown code of an accepted exchange is about the message, not about the exchange.
    let isAccepted = (200..<300).contains(status)
    return isAccepted
      ? .rejected(reason: reason, code: String(code))
      : Outcome(httpStatus: status, headers: headers, reason: reason, code: String(code))
  }

  /// Errors that pass by themselves, with the seconds to wait.
  private static let temporary: [Int: Int] = [
    14_107: 60, 20_429: 30, 20_500: 30, 20_503: 60, 21_611: 120, 30_001: 120, 30_022: 120, 63_018: 60,
  ]

  /// Errors that no repetition heals, in words an agent can act on.
  private static let permanent: [Int: String] = [
    20_003: "Twilio does not accept the channel's account_sid and auth_token",
    21_211: "the customer's number is not a valid one",
    21_408: "the account may not send to this country",
    21_606: "the channel's number cannot send to this customer",
    21_610: "the customer has opted out of messages from this number",
    21_612: "there is no route to the customer's number",
    21_614: "the customer's number is not a mobile number",
    21_617: "the text is too long",
    30_003: "the customer's telephone cannot be reached",
    30_004: "the customer's operator blocks the message",
    30_005: "the customer's number does not exist",
    30_006: "the customer's number is a landline",
    30_007: "the customer's operator filtered the message",
    63_016: "the customer's last message is more than 24 hours old: WhatsApp lets no message through",
  ]
}
