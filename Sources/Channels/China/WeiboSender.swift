import Conversations

/// Sends customer service messages, for 48 hours after the customer's last one.
/// open.weibo.com/wiki/Send_Customer_Service_Message
struct WeiboSender: Sendable {
  let base: String
  let token: Secret?

  /// "Fewer than 300 characters."
  private static let splitter = TextSplitter(limit: 299)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let token = try ChinaText.token(token)
    let parts = message.threadKey.split(separator: ":").map(String.init)
    guard parts.count == 3, Int64(parts[2]) != nil else { throw Unrenderable("the conversation names no customer") }
    try ChinaText.check(.twoDays, message, provider: "Weibo")
    let pieces = Self.splitter.pieces(try ChatText.linked(message, for: "Weibo"))
    guard !pieces.isEmpty else { throw Unrenderable("the message is empty") }
    return pieces.map { piece in
      // `data` is JSON in a form field.
      let fields = [
        ("type", "text"), ("receiver_id", parts[2]), ("save_sender_box", "1"),
        ("data", (["text": .string(piece)] as JSON).description),
      ]
      let form = fields.map { "\($0.0)=\(FormFields.encode($0.1))" }.joined(separator: "&")
      return .http(
        HTTPRequest(
          url: Secret("\(base)/2/messages/reply.json?access_token=\(FormFields.encode(token))"),
          headers: Headers([("Content-Type", "application/x-www-form-urlencoded")]), body: Array(form.utf8)))
    }
  }

  /// open.weibo.com/wiki/Error_code
  private static let answers = ProviderAnswer(
    provider: "Weibo",
    temporary: [
      "10001": 10, "10002": 60, "10009": 60, "10010": 10, "10022": 3600, "10023": 3600, "10024": 3600,
    ],
    permanent: [
      "10014": "the app may not send messages", "20003": "Weibo does not know this customer",
    ],
    credentials: Dictionary(
      ["10006", "21301", "21314", "21315", "21316", "21317", "21327", "21332"].map {
        ($0, "Weibo does not accept the channel's access token")
      }
    ) { first, _ in first })

  static func interpret(_ response: OutboundResponse) -> Outcome {
    response.outcome { status, headers, json in
      if let code = json?["error_code"]?.text, code != "0" {
        return answers.outcome(code: code, words: json?["error"]?.string, status: status, headers: headers)
      }
      guard (200..<300).contains(status), json?["result"]?.bool == true || json?["receiver_id"]?.text != nil else {
        return answers.silence(status: status, headers: headers)
      }
      return .accepted(providerID: json?["id"]?.text)
    }
  }
}
