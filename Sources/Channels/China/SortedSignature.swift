import Conversations

/// The signature of WeChat, WeCom and Weibo: SHA-1 over the secret and a few texts, sorted and run together, in hex.
/// In its short form (secret, timestamp, nonce) it covers nothing of the body.
/// developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html
struct SortedSignature: Sendable {
  let secrets: [Secret]

  /// Whether the query's field `name` signs its `timestamp` and `nonce` and `more` under any of the active secrets.
  func isGenuine(_ query: FormFields, in name: String, more: [String] = []) -> Bool {
    guard let given = query[name], !given.isEmpty, let timestamp = query["timestamp"], let nonce = query["nonce"],
      !timestamp.isEmpty, !nonce.isEmpty
    else { return false }
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = Self.hex([secret.reveal(), timestamp, nonce] + more)
      genuine = constantTimeEquals(given.utf8, expected.utf8) || genuine
    }
    return genuine
  }

  /// Sorted by bytes, as the providers' own code does.
  static func hex(_ texts: [String]) -> String {
    let sorted = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    return Signatures.hex(Signatures.digest(.sha1, of: Array(sorted.joined())))
  }
}
