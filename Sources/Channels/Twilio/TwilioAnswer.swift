import Conversations

/// What Twilio's API says to a message we hand over.
/// Codes: twilio.com/docs/api/errors.
enum TwilioAnswer {
  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      // A refusal carries `code`, an accepted message that failed at once `error_code`.
      let isGood = (200..<300).contains(status)
      if let code = json?[isGood ? "error_code" : "code"]?.int {
        let words = json?.first("message", "error_message")?.string
        return answers.outcome(code: String(code), words: words, status: status, headers: headers)
      }
      guard isGood, let sid = json?["sid"]?.string else { return answers.silence(status: status, headers: headers) }
      return .accepted(providerID: sid)
    }
  }

  private static let answers = ProviderAnswer(
    provider: "Twilio", temporary: temporary, permanent: permanent,
    credentials: ["20003": "Twilio does not accept the channel's account_sid and auth_token"])

  /// Errors that pass by themselves, with the seconds to wait.
  private static let temporary: [String: Int?] = [
    "14107": 60, "20429": 30, "20500": 30, "20503": 60, "21611": 120, "30001": 120, "30022": 120, "63018": 60,
  ]

  /// Errors that no repetition heals, in words an agent can act on.
  private static let permanent: [String: String] = [
    "21211": "the customer's number is not a valid one",
    "21408": "the account may not send to this country",
    "21606": "the channel's number cannot send to this customer",
    "21610": "the customer has opted out of messages from this number",
    "21612": "there is no route to the customer's number",
    "21614": "the customer's number is not a mobile number",
    "21617": "the text is too long",
    "30003": "the customer's telephone cannot be reached",
    "30004": "the customer's operator blocks the message",
    "30005": "the customer's number does not exist",
    "30006": "the customer's number is a landline",
    "30007": "the customer's operator filtered the message",
    "63016": "the customer's last message is more than 24 hours old: WhatsApp lets no message through",
  ]
}
