import Conversations

/// Sends to colleagues (`message/send`) and to customers of 微信客服 (`kf/send_msg`).
/// developer.work.weixin.qq.com/document/path/90236 and …/94677
struct WeComSender: Sendable {
  let base: String
  let token: Secret?

  private static let splitter = TextSplitter(limit: 2048, unit: .bytes)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let token = FormFields.encode(try ChinaText.token(message.accessToken ?? token, setting: "corp_secret"))
    let pieces = Self.splitter.pieces(try ChatText.linked(message, for: "WeCom"))
    guard !pieces.isEmpty else { throw Unrenderable("the message is empty") }
    let parts = message.threadKey.split(separator: ":").map(String.init)
    if parts.first == "wecom_kf", parts.count == 3 {
      try ChinaText.check(.weChat, message, pieces: pieces.count, provider: "WeCom")
      let envelope = ["touser": .string(parts[2]), "open_kfid": .string(parts[1])] as JSON
      return pieces.map { ChinaText.post("\(base)/cgi-bin/kf/send_msg?access_token=\(token)", Self.text($0, envelope)) }
    }
    guard parts.count >= 4, Int64(parts[2]) != nil else { throw Unrenderable("the conversation names no person") }
    let envelope = ["touser": .string(parts[3]), "agentid": .number(parts[2])] as JSON
    return pieces.map { ChinaText.post("\(base)/cgi-bin/message/send?access_token=\(token)", Self.text($0, envelope)) }
  }

  private static func text(_ text: String, _ envelope: JSON) -> JSON {
    let content: JSON = ["msgtype": "text", "text": ["content": .string(text)]]
    return .object((envelope.members ?? []) + (content.members ?? []))
  }

  /// An app's message may be accepted and yet reach nobody: `invaliduser` names those left out.
  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { _, _, json in
      if json?["errcode"]?.int64 == 0, let left = json?["invaliduser"]?.filled {
        return .rejected(
          reason: "WeCom does not let the app write to \(left.callLine() ?? "this person")", code: "81013")
      }
      return ChinaText.interpret(response, answers)
    }
  }

  /// developer.work.weixin.qq.com/document/path/90313
  private static let answers = ProviderAnswer(
    provider: "WeCom",
    temporary: [
      "-1": 10, "6000": 10, "45009": 60, "45033": 10,
      "60020": 3600,
    ],
    permanent: [
      "40003": "WeCom does not know this person", "40031": "WeCom does not know this person",
      "40056": "the app does not exist", "45002": "the text is too long",
      "60011": "the app may not write to this person", "81013": "the app may not write to this person",
      "95000": "the customer service account does not exist", "95004": "the customer service account does not exist",
      "95001": "the limit of 48 hours or five messages after the customer's last one is reached",
      "95013": "the session has ended: the customer must write again first",
      "95018": "the session's state does not let the API send",
    ], credentials: ChinaText.credentials("WeCom"))
}
