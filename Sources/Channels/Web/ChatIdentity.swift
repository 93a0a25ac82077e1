package import Conversations

/// Who a visitor of the chat is, by the word of the site that they are logged in to.
package struct ChatIdentity: Sendable, Hashable {
  /// The site's own id of the customer, which never changes.
  package var subject: String
  package var name: String?
  package var email: String?
  /// The site says that the customer has proved the address.
  package var isEmailVerified: Bool

  package init(subject: String, name: String? = nil, email: String? = nil, isEmailVerified: Bool = false) {
    (self.subject, self.name, self.email) = (subject, name, email)
    self.isEmailVerified = isEmailVerified && email != nil
  }
}

/// Why a claim is not believed; nothing of it is repeated.
package struct IdentityProblem: Error, Sendable, Hashable {
  package let reason: String
}

/// Checks the signed claims of a site about its visitors: JWT (RFC 7519) in the compact form of RFC 7515 §3.1, HS256.
package struct ChatIdentities: Sendable {
  private let channel: String
  private let secrets: [Secret]

  /// RFC 7518 §3.2: a key of at least as many bits as the hash has.
  package static let secretBytesMin = 32
  /// Longer claims are not read.
  static let claimBytesMax = 4096
  private static let subjectBytesMax = 200
  /// For clocks that disagree, in seconds: a claim may seem to come from the future, never to have ended.
  private static let skewSeconds = 60.0

  package init(channel: String, secrets: [Secret]) { (self.channel, self.secrets) = (channel, secrets) }

  /// Whether the channel believes anybody.
  package var isOn: Bool { !secrets.isEmpty }

  /// - Throws: `IdentityProblem` for whatever is not signed by one of the secrets, or not valid now.
  package func verify(_ claim: String, now: Instant) throws(IdentityProblem) -> ChatIdentity {
    guard isOn else { throw IdentityProblem(reason: "this chat takes no identities: `identity_secret` is not set") }
    let parts = claim.split(separator: ".", omittingEmptySubsequences: false)
    guard claim.utf8.count <= Self.claimBytesMax, parts.count == 3 else {
      throw IdentityProblem(reason: "not a signed claim of three parts")
    }
    // The signature first: nothing else of a stranger's bytes is looked at.
    guard isGenuine("\(parts[0]).\(parts[1])", signature: parts[2]) else {
      throw IdentityProblem(reason: "the signature is wrong")
    }
    guard let header = object(parts[0]), let body = object(parts[1]) else {
      throw IdentityProblem(reason: "header or claims are not JSON objects")
    }
    // RFC 8725 §3.1: the algorithm is ours to choose, not the claim's. RFC 7515 §4.1.11: extensions we do not know.
    guard header["alg"]?.string == "HS256", header["crit"] == nil else {
      throw IdentityProblem(reason: "signed by another way than HS256")
    }
    try checkTimes(body, now: now)
    try checkAudience(body["aud"])
    return try identity(body)
  }

  private func isGenuine(_ signed: String, signature: Substring) -> Bool {
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = Signatures.base64URL(Signatures.hmac(.sha256, secret: secret, over: Array(signed.utf8)))
      genuine = constantTimeEquals(signature.utf8, expected.utf8) || genuine
    }
    return genuine
  }

  private func object(_ part: Substring) -> JSON? {
    guard let bytes = Signatures.decodeBase64(String(part), urlSafe: true), let json = try? JSON(parsing: bytes),
      json.members != nil
    else { return nil }
    return json
  }

  private func checkTimes(_ body: JSON, now: Instant) throws(IdentityProblem) {
    let present = Double(now.microseconds) / 1_000_000
    guard let end = body["exp"]?.double else { throw IdentityProblem(reason: "`exp` is missing") }
    guard present < end else { throw IdentityProblem(reason: "`exp` has passed") }
    for key in ["nbf", "iat"] {
      guard let value = body[key] else { continue }
      guard let start = value.double else { throw IdentityProblem(reason: "`\(key)` is not a time") }
      guard start <= present + Self.skewSeconds else { throw IdentityProblem(reason: "`\(key)` lies in the future") }
    }
  }

  /// RFC 7519 §4.1.3: a claim that is meant for others is none for us. It need not say for whom it is meant.
  private func checkAudience(_ audience: JSON?) throws(IdentityProblem) {
    guard let audience else { return }
    let names = audience.array?.compactMap(\.string) ?? [audience.string].compactMap(\.self)
    guard names.contains(channel) else { throw IdentityProblem(reason: "`aud` does not name the channel \(channel)") }
  }

  private func identity(_ body: JSON) throws(IdentityProblem) -> ChatIdentity {
    guard let subject = body["sub"]?.string, (1...Self.subjectBytesMax).contains(subject.utf8.count) else {
      throw IdentityProblem(reason: "`sub` is missing, or is no text of 1 to \(Self.subjectBytesMax) bytes")
    }
    return ChatIdentity(
      subject: subject, name: FormText.line(body["name"]?.string),
      email: EmailAddress.plausible(body["email"]?.string), isEmailVerified: body["email_verified"]?.bool ?? false)
  }
}

extension ChatIdentity {
  /// The same visitor, the same session, on every device and after every login. It says nothing of the id.
  package func sessionID(channel: String) -> String {
    let digest = Signatures.digest(.sha256, of: Array("webchat identity\n\(channel)\n\(subject)".utf8))
    return "u-" + Signatures.hex(digest.prefix(20))
  }

  /// As a session token carries it.
  var tokenPart: String {
    let json: JSON = [
      "sub": .string(subject), "name": JSON(name), "email": JSON(email), "verified": JSON(isEmailVerified),
    ]
    return Signatures.base64URL(json.bytes)
  }

  init?(tokenPart: String) {
    guard let bytes = Signatures.decodeBase64(tokenPart, urlSafe: true), let json = try? JSON(parsing: bytes),
      let subject = json["sub"]?.string
    else { return nil }
    self.init(
      subject: subject, name: json["name"]?.string, email: json["email"]?.string,
      isEmailVerified: json["verified"]?.bool ?? false)
  }
}
