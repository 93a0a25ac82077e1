import Conversations

/// What Amazon SNS wraps around its messages. docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
struct SNSEnvelope: Sendable {
  enum Kind: String, Sendable {
    case notification = "Notification"
    case subscription = "SubscriptionConfirmation"
    case unsubscription = "UnsubscribeConfirmation"
  }

  private let json: JSON
  let kind: Kind

  /// `nil` for what is no envelope.
  init?(_ json: JSON) {
    guard let kind = json["Type"]?.string.flatMap(Kind.init) else { return nil }
    (self.json, self.kind) = (json, kind)
  }

  var topic: String? { json["TopicArn"]?.string }
  var message: String? { json["Message"]?.string }
  var certificateURL: String? { json["SigningCertURL"]?.string }
  var subscribeURL: String? { json["SubscribeURL"]?.string }
  var signature: String? { json["Signature"]?.string }
  var sentAt: Instant? { Instant(provider: json["Timestamp"]) }

  /// An unknown version must not fall back to a known one.
  var hash: Signatures.Hash? {
    switch json["SignatureVersion"]?.text {
    case "1": .sha1
    case "2": .sha256
    default: nil
    }
  }

  /// Name and value of each signed field that is there, each on a line.
  var signedBytes: [UInt8] {
    let names =
      kind == .notification
      ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    return names.flatMap { name in json[name]?.string.map { Array("\(name)\n\($0)\n".utf8) } ?? [] }
  }

  /// `https://sns.REGION.amazonaws.com/…`, without user, port and fragment: nothing else may be fetched.
  static func isAmazon(_ url: String?) -> Bool {
    guard let url, url.hasPrefix("https://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") })
    else { return false }
    let host = url.dropFirst(8).prefix { $0 != "/" && $0 != "?" }
    var labels = host.split(separator: ".", omittingEmptySubsequences: false)
    if labels.count == 5, labels.last == "cn" { labels.removeLast() }
    guard labels.count == 4, labels[0] == "sns", labels[2] == "amazonaws", labels[3] == "com" else { return false }
    let isRegion = labels[1].utf8.allSatisfy { byte in
      (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "-")
    }
    return isRegion && labels[1].utf8.count >= 3
  }
}
