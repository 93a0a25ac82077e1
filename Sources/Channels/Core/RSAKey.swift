import Crypto
import CryptoExtras

/// A provider's public key that signs its deliveries with RSA, padded by PKCS #1 v1.5 (RFC 8017 §8.2).
package struct RSAKey: Sendable {
  private let key: _RSA.Signing.PublicKey

  /// `pem` is a `PUBLIC KEY` block (RFC 7468 §13) of at least 2048 bits; `key` names the setting in the problem.
  package init(pem: String, key setting: String) throws(SettingProblem) {
    do {
      key = try _RSA.Signing.PublicKey(pemRepresentation: pem)
    } catch {
      throw SettingProblem(setting, "is not an RSA public key in PEM form of 2048 bits or more")
    }
  }

  /// The key of an X.509 certificate (`CERTIFICATE` block); `key` names the setting in the problem.
  package init(certificate pem: String, key setting: String) throws(SettingProblem) {
    guard let der = CertificateKey.publicKey(pem: pem), let found = try? _RSA.Signing.PublicKey(derRepresentation: der)
    else { throw SettingProblem(setting, "is not a certificate in PEM form with an RSA key of 2048 bits or more") }
    key = found
  }

  /// Whether `signature` (base64) is this key's over `bytes`. A missing one is never genuine.
  package func isGenuine(_ signature: String?, _ hash: Signatures.Hash = .sha256, over bytes: [UInt8]) -> Bool {
    guard let signature, let raw = Signatures.decodeBase64(signature), !raw.isEmpty else { return false }
    let shown = _RSA.Signing.RSASignature(rawRepresentation: raw)
    // SHA-1 only where a provider still signs so (SNS, SignatureVersion 1).
    return switch hash {
    case .sha256: key.isValidSignature(shown, for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
    case .sha1: key.isValidSignature(shown, for: Insecure.SHA1.hash(data: bytes), padding: .insecurePKCS1v1_5)
    }
  }
}
