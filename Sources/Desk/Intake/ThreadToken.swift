package import Conversations

/// The signed mark that ties a mail to its conversation: `c391-<16 letters>`, in the plus part of our reply address and at
/// the front of our Message-IDs. Nobody can make one for a conversation they were not written to from.
package struct ThreadToken: Sendable {
  private let keys: DeskKeys

  package init(keys: DeskKeys) { self.keys = keys }

  package func text(for conversation: ConversationID) -> String {
    "c\(conversation)-\(keys.threadCode(for: conversation))"
  }

  /// The conversation whose genuine token stands in `text`: after a `+` or at the front, ended by `@`, `.`, `>` or the end.
  package func conversation(in text: some StringProtocol) -> ConversationID? {
    let lowered = text.lowercased()
    for start in starts(in: lowered.utf8) {
      if let found = genuine(lowered.utf8[start...]) { return found }
    }
    return nil
  }

  /// Where a token may begin: a `c` at the front or behind a character that cannot be part of a word.
  private func starts(in text: String.UTF8View) -> [String.UTF8View.Index] {
    var (found, mayStart) = ([String.UTF8View.Index](), true)
    for index in text.indices where found.count < 8 {
      let byte = text[index]
      if mayStart, byte == UInt8(ascii: "c") { found.append(index) }
      mayStart = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "#") || byte <= 0x20
    }
    return found
  }

  private func genuine(_ text: Substring.UTF8View) -> ConversationID? {
    let digits = text.dropFirst().prefix { (48...57).contains($0) }
    guard (1...18).contains(digits.count), let number = Int64(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    let rest = text.dropFirst(1 + digits.count)
    guard rest.first == UInt8(ascii: "-") else { return nil }
    let id = ConversationID(number)
    return constantTimeEquals(Array(rest.dropFirst().prefix(16)), Array(keys.threadCode(for: id).utf8)) ? id : nil
  }
}
