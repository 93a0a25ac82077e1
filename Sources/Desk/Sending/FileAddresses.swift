package import Conversations
import Crypto
import Routing
import Storage

/// The signed name of an attachment that a provider, or whoever got its address, may fetch: `f391-1767225600-<16 letters>`,
/// the second number being when it ends. Nobody can make one for another file or for longer.
package struct FileToken {
  private let keys: DeskKeys
  package init(keys: DeskKeys) { self.keys = keys }

  package func text(for attachment: Int64, until: Int64) -> String {
    "f\(attachment)-\(until)-\(keys.fileCodes(for: attachment, until: until)[0])"
  }

  /// The attachment whose genuine token `text` is, while it holds.
  package func attachment(in text: String, now: Instant) -> Int64? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count <= 80, parts.count == 3, parts[0].first == "f", let id = Int64(parts[0].dropFirst()),
      let until = Int64(parts[1]), parts[0] == "f\(id)", parts[1] == "\(until)"
    else { return nil }
    // Every key is tried, whichever fits: how long it takes says nothing.
    let codes = keys.fileCodes(for: id, until: until)
    let isGenuine = codes.reduce(false) { constantTimeEquals(parts[2].utf8, $1.utf8) || $0 }
    return isGenuine && now <= Instant(seconds: until) ? id : nil
  }
}

/// Files of our own messages for providers that fetch them themselves, and for channels that carry words only.
extension Desk {
  /// An address holds so long after its message was written.
  static let fileSeconds: Int64 = 30 * 86_400

  /// Where the world finds an attachment of ours; `nil` while nobody has said where it finds this router. The same at
  /// each attempt.
  func address(of attachment: AttachmentRecord, writtenAt: Instant, _ configuration: DeskConfiguration) -> String? {
    guard let address = configuration.settings.address, attachment.state == "stored" else { return nil }
    let token = FileToken(keys: keys).text(for: attachment.id, until: writtenAt.seconds + Self.fileSeconds)
    let name = (attachment.filename ?? "").percentEncoded
    return "\(address)/files/\(token)" + (name.isEmpty ? "" : "/\(name)")
  }

  /// What stands behind a token.
  ///
  /// - Throws: `DeskError.notFound` when it is none of ours, has ended, or its file is gone.
  package func publicFile(_ token: String) async throws -> (bytes: [UInt8], filename: String?, contentType: String?) {
    guard let id = FileToken(keys: keys).attachment(in: token, now: now()) else {
      throw DeskError.notFound("a file at this address")
    }
    guard let (found, _) = try await store.read({ try $0.attachment(id) }), let sha256 = found.sha256,
      found.state == "stored"
    else { throw DeskError.notFound("a file at this address") }
    return (try await attachments.load(sha256: sha256), found.filename, found.contentType)
  }
}
