import Conversations

/// What the senders of this folder share.
enum ChinaText {
  /// `setting`: what an operator has to set for there to be a token.
  static func token(_ token: Secret?, setting: String = "access_token") throws(Unrenderable) -> String {
    guard let token, !token.isEmpty else { throw Unrenderable("the channel cannot send: `\(setting)` is not set") }
    return token.reveal()
  }

  /// Refuses what comes after the window has closed, and more pieces than it has room for.
  static func check(
    _ window: MessagingWindow, _ message: OutboundMessage, pieces: Int = 1, provider: String
  ) throws(Unrenderable) {
    guard window.permission(message) == .anyone else { throw window.closed(provider, to: message) }
    guard let most = window.messagesMax, message.sentSinceInbound + pieces > most else { return }
    guard pieces <= most else {
      throw Unrenderable(
        "the text is too long: \(provider) takes \(most) messages of 2048 bytes after a customer's message")
    }
    throw Unrenderable(
      "\(message.sentSinceInbound) messages have followed the customer's last one and \(provider) takes \(most): they must write again first",
      isWindowClosed: true)
  }

  /// Errors of WeChat and WeCom that speak of the access token or of the account it was made for.
  static func credentials(_ provider: String) -> [String: String] {
    let words = "\(provider) does not accept the channel's access token"
    let account = "\(provider) does not accept the account's id and secret"
    return [
      "40001": words, "40014": words, "41001": words, "42001": words, "40013": account, "40125": account,
      "40164": "\(provider) does not know this machine's address: enter it in the account's list of allowed ones",
    ]
  }

  /// The token in an answer of `stable_token` or `gettoken`.
  static func accessToken(_ response: OutboundResponse, provider: String) -> AccessTokenAnswer {
    guard case .http(let status, let headers, let body) = response else {
      return .retry(afterSeconds: nil, reason: "\(provider) could not be asked for an access token")
    }
    let json = try? JSON(parsing: body)
    if let token = json?["access_token"]?.filled {
      return .token(Secret(token), seconds: min(max(60, json?["expires_in"]?.int ?? 7200), 30 * 86_400))
    }
    let code = json?["errcode"]?.text ?? String(status)
    let words = json?["errmsg"]?.string?.callLine(limit: 200) ?? "no token in the answer"
    if ["40001", "40013", "40125", "40164", "40243", "40002"].contains(code) {
      return .refused(reason: "\(credentials(provider)[code] ?? words) (\(provider) \(code))")
    }
    return .retry(afterSeconds: Outcome.retryAfter(headers), reason: "\(words) (\(provider) \(code))")
  }

  /// A media file of WeChat or WeCom: errors come as JSON under a good status, films sometimes as an address.
  static func media(_ url: String, base: String) -> MediaFetch {
    let hosts = ["*.qpic.cn", "*.qq.com", "*.weixin.qq.com"]
    return MediaFetch(
      HTTPRequest(method: "GET", url: Secret(url), timeoutSeconds: 60), hosts: hosts, base: base
    ) { response throws(Unfetchable) in
      guard case .http(let status, _, let body) = response, (200..<300).contains(status), body.count < 4096,
        let json = try? JSON(parsing: body), json.members != nil
      else { return nil }
      if let film = json["video_url"]?.filled { return .download(film, hosts: hosts, base: base) }
      guard let code = json["errcode"]?.text, code != "0" else { return nil }
      let words = json["errmsg"]?.string?.callLine(limit: 200) ?? "error"
      if ["40001", "40014", "41001", "42001"].contains(code) { throw .unauthorized("\(words) (\(code))") }
      if ["-1", "45009"].contains(code) { throw .later(afterSeconds: 60, "\(words) (\(code))") }
      throw .never("\(words) (\(code))")
    }
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
