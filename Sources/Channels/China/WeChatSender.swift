import Conversations

/// Sends customer service messages.
/// developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
struct WeChatSender: Sendable {
  let base: String
  let token: Secret?

  /// The API counts bytes.
  static let splitter = TextSplitter(limit: 2048, unit: .bytes)

  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    let token = try ChinaText.token(message.accessToken ?? token, setting: "app_secret")
    let parts = message.threadKey.split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count == 3 else { throw Unrenderable("the conversation names no customer") }
    let pieces = Self.splitter.pieces(try ChatText.linked(message, for: "WeChat"))
    guard !pieces.isEmpty else { throw Unrenderable("the message is empty") }
    try ChinaText.check(.weChat, message, pieces: pieces.count, provider: "WeChat")
    let url = "\(base)/cgi-bin/message/custom/send?access_token=\(FormFields.encode(token))"
    return pieces.map { piece in
      ChinaText.post(url, ["touser": .string(parts[2]), "msgtype": "text", "text": ["content": .string(piece)]])
    }
  }

  static func interpret(_ response: OutboundResponse) -> Outcome { ChinaText.interpret(response, answers) }

  /// developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html
  private static let answers = ProviderAnswer(
    provider: "WeChat",
    temporary: [
      "-1": 10, "45009": 3600, "45011": 60, "40164": 3600, "50005": nil,
    ],
    permanent: [
      "40003": "WeChat does not know this customer for this account",
      "43004": "the customer no longer follows the account", "45002": "the text is too long",
      "45015": "the customer's last message is more than 48 hours old",
      "45047": "five messages have followed the customer's last one: they must write again first",
      "48001": "the account may not send customer service messages", "50002": "the account is limited by WeChat",
    ], credentials: ChinaText.credentials("WeChat"))
}
