package import Conversations

/// One visitor's chat, proved by a signed token that only their browser holds.
package struct ChatSession: Sendable, Hashable {
  /// 8…64 letters, digits, `-` and `_`.
  package var id: String
  package var issuedAt: Instant
  /// Of a visitor who is logged in to the site around the chat.
  package var identity: ChatIdentity?
}

/// Issues and checks the tokens of chat sessions: `v1.ID.SECONDS.SIGNATURE`, HMAC-SHA256 over channel, id and time; with
/// an identity `v2.ID.SECONDS.IDENTITY.SIGNATURE`.
package struct ChatSessions: Sendable {
  private let channel: String
  private let secrets: [Secret]
  private let lifetimeSeconds: Int64

  /// A login is not believed for longer without being proved again.
  private static let identitySecondsMax: Int64 = 86_400
  private static let tokenBytesMax = 2048

  package init(channel: String, secrets: [Secret], lifetimeSeconds: Int) {
    (self.channel, self.secrets, self.lifetimeSeconds) = (channel, secrets, Int64(lifetimeSeconds))
  }

  /// The token for a new session. `id` is fresh chance, at least 128 bits of it, in the characters of `ChatSession.id`.
  /// `nil` for an id of another shape, or when there is no secret to sign with.
  package func issue(id: String, now: Instant) -> String? {
    guard Self.isID(id) else { return nil }
    return signed(["v1", id, String(now.seconds)])
  }

  /// The token for a visitor whose identity was verified: always the same session.
  package func issue(_ identity: ChatIdentity, now: Instant) -> String? {
    signed(["v2", identity.sessionID(channel: channel), String(now.seconds), identity.tokenPart])
  }

  private func signed(_ parts: [String]) -> String? {
    guard let secret = secrets.first, !secret.isEmpty else { return nil }
    let token = (parts + [signature(parts, secret: secret)]).joined(separator: ".")
    return token.utf8.count <= Self.tokenBytesMax ? token : nil
  }

  /// The session behind a genuine token that is not too old and not from the future.
  package func verify(_ token: String, now: Instant) -> ChatSession? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard token.utf8.count <= Self.tokenBytesMax, parts.count == (parts[0] == "v2" ? 5 : 4),
      parts[0] == "v1" || parts[0] == "v2", Self.isID(parts[1]), let seconds = Int64(parts[2]),
      String(seconds) == parts[2], isGenuine(parts)
    else { return nil }
    let identity = parts.count == 5 ? ChatIdentity(tokenPart: parts[3]) : nil
    if parts.count == 5, identity == nil { return nil }
    let lifetime = identity == nil ? lifetimeSeconds : min(lifetimeSeconds, Self.identitySecondsMax)
    // Five minutes for clocks that disagree.
    let age = now.seconds.subtractingReportingOverflow(seconds)
    guard !age.overflow, (-300...lifetime).contains(age.partialValue) else { return nil }
    return ChatSession(id: parts[1], issuedAt: Instant(seconds: seconds), identity: identity)
  }

  private func isGenuine(_ parts: [String]) -> Bool {
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = signature(Array(parts.dropLast()), secret: secret)
      genuine = constantTimeEquals(parts[parts.count - 1].utf8, expected.utf8) || genuine
    }
    return genuine
  }

  /// The channel's name is signed too: a token of one chat opens no other.
  private func signature(_ parts: [String], secret: Secret) -> String {
    let words = parts[0] == "v1" ? Array(parts.dropFirst()) : parts
    let text = (["webchat", channel] + words).joined(separator: "\n")
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
