import Conversations
import Foundation
import Terminal

/// Where a command's text comes from: the command line, a file, standard input.
enum TextSource {
  /// More is no message that a person wrote.
  static let bytesMax = 1 << 20

  /// The words on the command line; standard input for a single `-`; `nil` when there are none.
  static func words(_ words: [String], _ desk: AgentDesk) throws(AgentProblem) -> String? {
    if words.isEmpty { return nil }
    let text = words == ["-"] ? try read("-", desk) : words.joined(separator: " ")
    guard text.utf8.count <= bytesMax else { throw AgentProblem(.usage, desk.say(.tooLong, String(bytesMax))) }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The same, or what the agent writes in the editor; `about` is what they write about. Never empty.
  static func words(
    _ words: [String], _ desk: AgentDesk, or draft: Draft, about: () async throws -> JSON?
  ) async throws -> String {
    if let text = try TextSource.words(words, desk) {
      guard !text.isEmpty else { throw AgentProblem(.usage, desk.say(.nothingSent)) }
      return text
    }
    guard desk.console.canAsk else { throw AgentProblem(.usage, desk.say(.needsText)) }
    return try draft.write(about: try await about())
  }

  /// All of a file, or of standard input for `-`; must be UTF-8.
  static func read(_ path: String, _ desk: AgentDesk) throws(AgentProblem) -> String {
    let name = path == "-" ? desk.say(.standardInput) : path
    let bytes: Data
    do {
      let handle = path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      bytes = try handle.read(upToCount: bytesMax + 1) ?? Data()
    } catch { throw AgentProblem(.error, desk.say(.noFile, name, error.localizedDescription)) }
    guard bytes.count <= bytesMax else { throw AgentProblem(.usage, desk.say(.tooLong, String(bytesMax))) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AgentProblem(.usage, desk.say(.notText, name))
    }
    return text
  }
}
