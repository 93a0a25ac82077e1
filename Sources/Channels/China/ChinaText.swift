import Conversations

/// What the senders of this folder share.
enum ChinaText {
  static func token(_ token: Secret?) throws(Unrenderable) -> String {
    guard let token, !token.isEmpty else { throw Unrenderable("the channel cannot send: `access_token` is not set") }
    return token.reveal()
  }

  /// Refuses what comes later than `hours` after the customer's last word. One that we never saw cannot be judged
  /// here: the provider will.
  static func checkWindow(_ message: OutboundMessage, hours: Int64, provider: String) throws(Unrenderable) {
    guard let last = message.lastInboundAt, message.now.seconds(since: last) > hours * 3600 else { return }
    throw Unrenderable(
      "the customer's last message is more than \(hours) hours old: \(provider) lets no message through")
  }

  static func post(_ url: String, _ body: JSON) -> OutboundRequest {
    .http(HTTPRequest(url: Secret(url), headers: Headers([("Content-Type", "application/json")]), body: body.bytes))
  }

  /// The answers of WeChat and WeCom: HTTP 200 always, `errcode` 0 or the error.
  static func interpret(_ response: OutboundResponse, _ answers: ProviderAnswer) -> Outcome {
    response.outcome { status, headers, json in
      guard let code = json?["errcode"]?.int64 else { return answers.silence(status: status, headers: headers) }
      if code == 0, (200..<300).contains(status) {
        return .accepted(providerID: json?["msgid"]?.text ?? json?["msg_id"]?.text)
      }
      return answers.outcome(
        code: String(code), words: json?["errmsg"]?.string, status: status, headers: headers)
    }
  }
}
