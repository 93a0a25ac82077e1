import CryptoExtras

/// A provider's public key that signs its deliveries with RSA over SHA-256, padded by PKCS #1 v1.5 (RFC 8017 §8.2).
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

  /// Whether `signature` (base64) is this key's over `bytes`. A missing one is never genuine.
  package func isGenuine(_ signature: String?, over bytes: [UInt8]) -> Bool {
    guard let signature, let raw = Signatures.decodeBase64(signature), !raw.isEmpty else { return false }
    return key.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: raw), for: bytes, padding: .insecurePKCS1v1_5)
  }
}
