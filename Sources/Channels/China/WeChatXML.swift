import Conversations

/// Reading the two layers of WeChat's and WeCom's bodies.
enum WeChatXML {
  static func read(_ bytes: [UInt8]) throws(Unreadable) -> XMLTree {
    do {
      return try XMLTree(parsing: bytes)
    } catch {
      throw Unreadable(reason: "body is not XML: \(error.rawValue)")
    }
  }

  /// The content of an encrypted element; one for another account is refused like a wrong signature.
  static func open(_ encrypted: String?, with cipher: WeChatCipher) throws(Unreadable) -> [UInt8] {
    do {
      return try cipher.open(encrypted?.trimmingBlanks() ?? "")
    } catch .otherReceiver {
      throw Unreadable(status: 403, reason: "encrypted for another account")
    } catch {
      throw Unreadable(reason: "the encrypted part cannot be read")
    }
  }
}
