import Conversations
import Storage

extension AttachmentStore {
  /// Keeps `content` durably under its hash.
  func store(_ content: [UInt8], sha256: String) async throws {
    guard let name = Name(sha256: sha256) else { throw DeskError.invalid("not a SHA-256: \(sha256)") }
    try await put(name, content)
  }

  /// What was kept under `sha256`.
  func load(sha256: String) async throws -> [UInt8] {
    guard let name = Name(sha256: sha256), let content = try await get(name) else {
      throw DeskError.notFound("the file \(sha256)")
    }
    return content
  }
}
