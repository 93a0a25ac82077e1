package import Conversations
import Crypto
import Foundation

/// Keyed and plain digests over raw bytes, and the one way to compare them.
package enum Signatures {
  package enum Hash: Sendable { case sha1, sha256 }

  /// How a signature is written in a header or a query.
  package enum Writing: Sendable {
    /// Lower-case hex.
    case hex
    /// RFC 4648 §4, with padding.
    case base64
  }

  /// RFC 2104.
  package static func hmac(_ hash: Hash, secret: Secret, over bytes: [UInt8]) -> [UInt8] {
    let key = SymmetricKey(data: Array(secret.reveal().utf8))
    return switch hash {
    case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
    case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }
  }

  /// FIPS 180-4, without a key.
  package static func digest(_ hash: Hash, of bytes: [UInt8]) -> [UInt8] {
    switch hash {
    case .sha1: Array(Insecure.SHA1.hash(data: bytes))
    case .sha256: Array(SHA256.hash(data: bytes))
    }
  }

  /// Whether `given` is `prefix` + the HMAC over `bytes` under any of the active `secrets`.
  ///
  /// The text itself is compared, in constant time: a shortened, upper-cased or otherwise respelled signature is a
  /// wrong one. A missing or empty header, an empty secret and an empty list of secrets are never genuine.
  package static func isGenuine(
    _ given: String?, prefix: String = "", _ hash: Hash = .sha256, written writing: Writing = .hex,
    over bytes: [UInt8], secrets: [Secret]
  ) -> Bool {
    guard let given, !given.isEmpty else { return false }
    let presented = Array(given.utf8)
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      let expected = prefix + write(hmac(hash, secret: secret, over: bytes), as: writing)
      genuine = constantTimeEquals(presented, Array(expected.utf8)) || genuine
    }
    return genuine
  }

  /// Whether a token sent in clear (bearer, URL, verify token) is any of the active `secrets`; constant time.
  package static func isToken(_ given: String?, oneOf secrets: [Secret]) -> Bool {
    guard let given, !given.isEmpty else { return false }
    var genuine = false
    for secret in secrets where !secret.isEmpty {
      genuine = constantTimeEquals(given.utf8, secret.reveal().utf8) || genuine
    }
    return genuine
  }

  package static func write(_ bytes: [UInt8], as writing: Writing) -> String {
    switch writing {
    case .hex: hex(bytes)
    case .base64: Data(bytes).base64EncodedString()
    }
  }

  /// Lower-case hex.
  package static func hex(_ bytes: some Collection<UInt8>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      out.append(hexDigit(byte >> 4))
      out.append(hexDigit(byte & 15))
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

  /// RFC 4648 §4 with padding; §5 (`-`, `_`, no padding) when `urlSafe`. `nil` for anything else, bits that a correct
  /// encoder leaves zero included (§3.5): one value has one spelling.
  package static func decodeBase64(_ text: String, urlSafe: Bool = false) -> [UInt8]? {
    let bytes = urlSafe ? decodeURLSafe(text) : Data(base64Encoded: text).map { Array($0) }
    guard let bytes, (urlSafe ? base64URL(bytes) : write(bytes, as: .base64)) == text else { return nil }
    return bytes
  }

  private static func decodeURLSafe(_ text: String) -> [UInt8]? {
    guard !text.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }) else { return nil }
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain + padding).map { Array($0) }
  }

  /// RFC 4648 §5 without padding: for tokens in URLs and addresses.
  package static func base64URL(_ bytes: [UInt8]) -> String {
    let plain = Data(bytes).base64EncodedString()
    return plain.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

/// `Authorization` headers of the two plain schemes.
package enum Authorization {
  /// The token of `Bearer TOKEN` (RFC 6750 §2.1).
  package static func bearer(_ headers: Headers) -> String? { credentials(headers, scheme: "bearer") }

  /// User and password of `Basic …` (RFC 7617 §2), `nil` when absent or not UTF-8.
  package static func basic(_ headers: Headers) -> (user: String, password: String)? {
    guard let encoded = credentials(headers, scheme: "basic"), let bytes = Signatures.decodeBase64(encoded),
      let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":")
    else { return nil }
    return (String(pair[..<colon]), String(pair[pair.index(after: colon)...]))
  }

  private static func credentials(_ headers: Headers, scheme: String) -> String? {
    guard let value = headers["Authorization"], let space = value.firstIndex(of: " "),
      value[..<space].lowercased() == scheme
    else { return nil }
    return String(value[value.index(after: space)...].drop { $0 == " " })
  }
}
