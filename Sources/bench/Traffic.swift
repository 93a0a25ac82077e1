import Channels
import Conversations

/// Signed Messenger webhooks, each with its own message, as the platform sends them.
struct Traffic {
  static let channel = "facebook"
  static let page = "100000000000000"
  static let secret = Secret("a secret for measurements")

  let perCustomer: Int
  /// Of the first message, in milliseconds since 1970.
  let startMilliseconds: Int64

  private static let texts = [
    "Hello, my payment to the shop failed twice this morning but the money left my card. Can you check order %?",
    "我昨天充值的钱到现在还没有到账，订单号 %，麻烦帮我查一下是什么原因。",
    "I would like a refund for order %, the parcel never came and the seller does not answer my messages any more.",
    "你好，我的账户被冻结了，无法提现，请问需要提供什么材料才能解冻？编号 %。",
    "How do I change the phone number of my account? The old one no longer works. Reference %.",
    "请问退款一般几天可以到银行卡？我的退款申请号是 %，已经等了一个星期了。",
    "The app closes by itself when I open the bill page. Android 15, version 8.2.1, case %.",
    "谢谢你们的帮助，问题 % 已经解决了，服务很好。",
  ]

  /// The body of message `number`.
  func body(_ number: Int) -> [UInt8] {
    let time = startMilliseconds + Int64(number / 50)
    let text = Self.texts[number % Self.texts.count].replacing("%", with: "\(1_000_000 + number)")
    let customer = 5_000_000_000_000_000 + number / perCustomer
    let message: JSON = [
      "sender": ["id": JSON("\(customer)")], "recipient": ["id": JSON(Self.page)], "timestamp": JSON(time),
      "message": ["mid": JSON("m_\(time)-\(number)-Zk9wq3xTnJd0sVb7PfYh2LrCgEuAiMoX"), "text": JSON(text)],
    ]
    let delivery: JSON = [
      "object": "page", "entry": [["id": JSON(Self.page), "time": JSON(time), "messaging": [message]]],
    ]
    return delivery.bytes
  }

  static func signature(_ body: [UInt8]) -> String {
    "sha256=" + Signatures.write(Signatures.hmac(.sha256, secret: secret, over: body), as: .hex)
  }

  func delivery(_ number: Int, receivedAt: Instant) -> RawDelivery {
    let body = body(number)
    let headers = Headers([("Content-Type", "application/json"), ("X-Hub-Signature-256", Self.signature(body))])
    return RawDelivery(door: .http, headers: headers, body: body, receivedAt: receivedAt)
  }

  /// The whole request as it goes over the wire.
  func request(_ number: Int, to path: String) -> [UInt8] {
    let body = body(number)
    let head = """
      POST \(path) HTTP/1.1\r
      Host: 127.0.0.1\r
      Content-Type: application/json\r
      X-Hub-Signature-256: \(Self.signature(body))\r
      Content-Length: \(body.count)\r
      \r

      """
    return Array(head.utf8) + body
  }
}
