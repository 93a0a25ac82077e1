import Channels
import Conversations
import Testing

/// A Twilio account for tests: settings, and deliveries signed as Twilio signs them.
enum TwilioDesk {
  static let arrival = Instant(seconds: 1_787_218_200)  // 2026-08-20T09:30:00Z

  static func settings(_ own: [JSON.Member]) -> JSON {
    let common: [JSON.Member] = [
      JSON.Member("account_sid", "AC42"), JSON.Member("auth_token", ["new token", "old token"]),
      JSON.Member("public_url", "https://desk.example/hooks/line"), JSON.Member("our_numbers", ["+12025550100"]),
    ]
    return .object(common + own)
  }

  static func adapter<A: Adapter>(_ type: A.Type, _ own: [JSON.Member] = []) throws -> A {
    let (values, problems) = SettingValues.check(settings(own), against: A.settings)
    try #require(problems.isEmpty, "\(problems)")
    return try A(values)
  }

  /// `signedURL` is what Twilio believes to call.
  static func delivery(
    _ form: [(String, String)], path: String = "", query: String = "", token: String = "new token",
    signedURL: String = "https://desk.example/hooks/line"
  ) -> RawDelivery {
    let body = form.map { "\(FormFields.encode($0.0))=\(FormFields.encode($0.1))" }.joined(separator: "&")
    let parameters = form.sorted { $0.0 < $1.0 }.map { $0.0 + $0.1 }.joined()
    return delivery(
      body: body, type: "application/x-www-form-urlencoded", path: path, query: query, token: token,
      signed: signedURL + path + (query.isEmpty ? "" : "?\(query)") + parameters)
  }

  static func delivery(
    body: String, type: String, path: String = "", query: String = "", token: String = "new token", signed: String,
    method: String = "POST"
  ) -> RawDelivery {
    let mac = Signatures.hmac(.sha1, secret: Secret(token), over: Array(signed.utf8))
    return RawDelivery(
      door: .http, method: method, path: path, query: query,
      headers: Headers([("Content-Type", type), ("X-Twilio-Signature", Signatures.write(mac, as: .base64))]),
      body: Array(body.utf8), receivedAt: arrival)
  }
}
