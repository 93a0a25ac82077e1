import Conversations
import Crypto
import CryptoExtras
import Foundation

/// The envelope in which WeChat and WeCom encrypt messages.
/// developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
///
/// AES-256-CBC; the key also gives the first 16 bytes as IV; PKCS #7 padding up to 32 bytes; the plaintext is 16 random
/// bytes, the length of the content as 32 bits big-endian, the content, and the id of whom it is for.
struct WeChatCipher: Sendable {
  /// Why a ciphertext says nothing.
  enum Problem: Error, Sendable, Hashable {
    /// Not base64, not whole blocks, or a plaintext of another build.
    case unreadable
    /// Whole, but for another account.
    case otherReceiver
  }

  private let keys: [SymmetricKey]
  private let receiver: [UInt8]

  /// `encodingKeys` are those typed in at the provider: 43 characters each (two while one is being changed).
  /// `receiver` is the app id or corp id that a plaintext must end with.
  init(encodingKeys: [Secret], receiver: String, key setting: String) throws(SettingProblem) {
    var keys: [SymmetricKey] = []
    for encoded in encodingKeys {
      // The 43rd character carries two bits too many: no strict reader of base64 takes these keys.
      guard encoded.reveal().utf8.count == 43, let data = Data(base64Encoded: encoded.reveal() + "="), data.count == 32
      else { throw SettingProblem(setting, "must be the 43 letters and digits of the EncodingAESKey") }
      keys.append(SymmetricKey(data: data))
    }
    (self.keys, self.receiver) = (keys, Array(receiver.utf8))
  }

  /// The content of `encrypted` (base64).
  func open(_ encrypted: String) throws(Problem) -> [UInt8] {
    guard let data = Data(base64Encoded: encrypted), !data.isEmpty, data.count.isMultiple(of: 16) else {
      throw .unreadable
    }
    var problem = Problem.unreadable
    for key in keys {
      guard let plain = Self.decrypt(data, key), let (content, receiver) = Self.parts(plain) else { continue }
      if constantTimeEquals(receiver, self.receiver) { return content }
      problem = .otherReceiver
    }
    throw problem
  }

  /// The library's own padding check knows 16 bytes only; here it is up to 32.
  private static func decrypt(_ data: Data, _ key: SymmetricKey) -> [UInt8]? {
    let start = key.withUnsafeBytes { Array($0.prefix(16)) }
    guard let iv = try? AES._CBC.IV(ivBytes: start),
      let plain = try? AES._CBC.decrypt(data, using: key, iv: iv, noPadding: true)
    else { return nil }
    return Array(plain)
  }

  /// RFC 5652 §6.3 with blocks of 32 bytes, then the fields.
  private static func parts(_ plain: [UInt8]) -> (content: [UInt8], receiver: [UInt8])? {
    guard let last = plain.last, (1...32).contains(last), plain.count >= 20 + Int(last),
      plain.suffix(Int(last)).allSatisfy({ $0 == last })
    else { return nil }
    let end = plain.count - Int(last)
    let length = plain[16..<20].reduce(0) { $0 << 8 | Int($1) }
    guard length <= end - 20 else { return nil }
    return (Array(plain[20..<20 + length]), Array(plain[20 + length..<end]))
  }
}
