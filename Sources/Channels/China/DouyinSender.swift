import Conversations

/// Sends private messages: each answers a message of the customer's, within 24 hours.
/// developer.open-douyin.com/docs/resource/zh-CN/mini-app/develop/server/instant-message/private-message/send-message
struct DouyinSender: Sendable {
  let base: String
  let token: Secret?
  let account: String

  private static let splitter = TextSplitter(limit: 500)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let token = try ChinaText.token(token)
    let parts = message.threadKey.split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count == 3, let customer = message.contact.id, !customer.isEmpty else {
      throw Unrenderable("the conversation names no customer")
    }
    guard let answered = message.inReplyTo, !answered.isEmpty else {
      throw Unrenderable("Douyin lets an account only answer: there is no message of the customer's to answer")
    }
    try ChinaText.check(.douyin, message, provider: "Douyin")
    let pieces = Self.splitter.pieces(try ChatText.linked(message, for: "Douyin"))
    guard !pieces.isEmpty else { throw Unrenderable("the message is empty") }
    let headers = Headers([("Content-Type", "application/json"), ("access-token", token)])
    let url = Secret("\(base)/im/send/msg/?open_id=\(FormFields.encode(account))")
    return pieces.map { piece in
      let body: JSON = [
        "msg_id": .string(answered), "conversation_id": .string(parts[2]), "to_user_id": .string(customer),
        "scene": "im_reply_msg", "content": ["msg_type": 1, "text": ["text": .string(piece)]],
      ]
      return .http(HTTPRequest(url: url, headers: headers, body: body.bytes))
    }
  }

  private static let answers = ProviderAnswer(
    provider: "Douyin",
    temporary: ["2100001": 10, "2100004": 10, "2119001": 3600],
    permanent: [
      "2100005": "Douyin cannot read the message", "2190003": "the app has no permission to send messages",
      "2190004": "the account has not permitted the app to send messages",
    ],
    credentials: [
      "2190002": "Douyin does not accept the channel's access token",
      "2190008": "Douyin does not accept the channel's access token",
    ])

  /// Errors come under HTTP 200, in `data` or in `extra`.
  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      let places = [json?["data"], json?["extra"], json]
      guard let place = places.first(where: { $0?["error_code"]?.int64 != nil }) ?? json?["err_no"].map({ _ in json }),
        let code = place?["error_code"]?.int64 ?? place?["err_no"]?.int64
      else { return answers.silence(status: status, headers: headers) }
      guard code == 0, (200..<300).contains(status) else {
        let words = place?.first("description", "err_msg")?.string
        return answers.outcome(code: String(code), words: words, status: status, headers: headers)
      }
      return .accepted(providerID: json?["data"]?["msg_id"]?.text ?? json?["msg_id"]?.text)
    }
  }
}
