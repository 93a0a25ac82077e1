import Conversations
import Foundation
import Terminal

/// Up to which message this agent has been shown each conversation: what a reply may go out over.
///
/// One small file, `seen.json`: for each account (address and agent) an object from conversation to seq, the latest at
/// the end. Two agents of one user have accounts of their own, so neither answers over what only the other has read.
struct SeenMemory: Sendable {
  private let path: String
  private let account: String

  static let conversationsMax = 2_000
  static let accountsMax = 16

  init(_ credentials: Credentials, environment: [String: String]) {
    path = PrivateFiles.state(environment) + "/seen.json"
    account = "\(credentials.url) \(SeenMemory.mark(credentials.token))"
  }

  /// `nil` when it was never shown.
  func seq(of id: Int64) -> Int64? { load().first { $0.key == account }?.value[String(id)]?.int64 }

  /// Seqs only grow.
  func remember(_ id: Int64, seq: Int64) throws(PrivateFiles.Failure) {
    let result: Result<Void, PrivateFiles.Failure> = PrivateFiles.locked(path + ".lock") {
      do throws(PrivateFiles.Failure) {
        try PrivateFiles.write(JSON.object(updated(load(), id, seq)).bytes, to: path)
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  private func updated(_ accounts: [JSON.Member], _ id: Int64, _ seq: Int64) -> [JSON.Member] {
    var mine = accounts.first { $0.key == account }?.value.members ?? []
    let before = mine.last { $0.key == String(id) }?.value.int64 ?? 0
    mine.removeAll { $0.key == String(id) }
    mine.append(JSON.Member(String(id), JSON(max(before, seq))))
    let others = accounts.filter { $0.key != account }
    let latest = JSON.Member(account, .object(mine.suffix(SeenMemory.conversationsMax)))
    return others.suffix(SeenMemory.accountsMax - 1) + [latest]
  }

  private func load() -> [JSON.Member] {
    guard let bytes = PrivateFiles.read(path), let json = try? JSON(parsing: bytes) else { return [] }
    return json.members ?? []
  }

  /// Tells a user's few tokens apart and is much too short to say anything about one: FNV-1a folded to 24 bits.
  private static func mark(_ token: Secret) -> String {
    var hash: UInt32 = 2_166_136_261
    for byte in token.reveal().utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return String((hash >> 24) ^ (hash & 0xFF_FFFF), radix: 16)
  }
}

extension AgentDesk {
  /// Notes that the whole of `conversation` was put before the agent. A state folder that cannot be written spoils
  /// nothing that was asked for; the next reply will ask to read first.
  func remember(_ conversation: JSON, _ client: DeskClient) {
    guard let id = conversation["id"]?.int64, let seq = lastSeq(conversation) else { return }
    try? SeenMemory(client.credentials, environment: console.environment).remember(id, seq: seq)
  }

  /// The seq that the server names, or the greatest among the messages.
  func lastSeq(_ conversation: JSON) -> Int64? {
    conversation["seq"]?.int64 ?? conversation["messages"]?.array?.compactMap { $0["seq"]?.int64 }.max()
  }
}
