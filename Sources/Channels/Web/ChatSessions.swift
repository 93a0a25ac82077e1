package import Conversations

/// One visitor's chat, proved by a signed token that only their browser holds.
package struct ChatSession: Sendable, Hashable {
  /// 8…64 letters, digits, `-` and `_`.
  package var id: String
  package var issuedAt: Instant
}

/// Issues and checks the tokens of chat sessions: `v1.ID.SECONDS.SIGNATURE`, HMAC-SHA256 over channel, id and time.
package struct ChatSessions: Sendable {
  private let channel: String
  private let secrets: [Secret]
  private let lifetimeSeconds: Int64

  package init(channel: String, secrets: [Secret], lifetimeSeconds: Int) {
    (self.channel, self.secrets, self.lifetimeSeconds) = (channel, secrets, Int64(lifetimeSeconds))
  }

  /// The token for a new session. `id` is fresh chance, at least 128 bits of it, in the characters of `ChatSession.id`.
  /// `nil` for an id of another shape, or when there is no secret to sign with.
  package func issue(id: String, now: Instant) -> String? {
    guard Self.isID(id), let secret = secrets.first, !secret.isEmpty else { return nil }
    return "v1.\(id).\(now.seconds).\(signature(id: id, seconds: now.seconds, secret: secret))"
  }

  /// The session behind a genuine token that is not too old and not from the future.
  package func verify(_ token: String, now: Instant) -> ChatSession? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard token.utf8.count <= 200, parts.count == 4, parts[0] == "v1", Self.isID(parts[1]),
      let seconds = Int64(parts[2]), String(seconds) == parts[2], isGenuine(parts, seconds: seconds)
    else { return nil }
    // Five minutes for clocks that disagree.
    let age = now.seconds.subtractingReportingOverflow(seconds)
    guard !age.overflow, (-300...lifetimeSeconds).contains(age.partialValue) else { return nil }
    return ChatSession(id: parts[1], issuedAt: Instant(seconds: seconds))
  }

  private func isGenuine(_ parts: [String], seconds: Int64) -> Bool {
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = signature(id: parts[1], seconds: seconds, secret: secret)
      genuine = constantTimeEquals(parts[3].utf8, expected.utf8) || genuine
    }
    return genuine
  }

  /// The channel's name is signed too: a token of one chat opens no other.
  private func signature(id: String, seconds: Int64, secret: Secret) -> String {
    let text = "webchat\n\(channel)\n\(id)\n\(seconds)"
    return Signatures.base64URL(Signatures.hmac(.sha256, secret: secret, over: Array(text.utf8)))
  }

  private static func isID(_ text: String) -> Bool { (8...64).contains(text.utf8.count) && PlainID.isPlain(text) }
}

/// Ids that others make up for us: letters, digits, `-` and `_` only, so that they can stand in keys, URLs and logs.
enum PlainID {
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57: true
      case UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
