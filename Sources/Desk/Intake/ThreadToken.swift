package import Conversations

/// The signed mark that ties a mail to its conversation: `c391-<16 letters>`, in the plus part of our reply address, at
/// the front of our Message-IDs and in the body of our mails. Nobody can make one for a conversation they were not
/// written to from.
package struct ThreadToken: Sendable {
  private let keys: DeskKeys

  package init(keys: DeskKeys) { self.keys = keys }

  package func text(for conversation: ConversationID) -> String {
    "c\(conversation)-\(keys.threadCode(for: conversation))"
  }

  /// A genuine token, and the mail it stands in where it says so: `c391-….o55`.
  package struct Mark: Sendable, Hashable {
    package var conversation: ConversationID
    /// Not signed: only an entry of this very conversation can be meant.
    package var outbox: OutboxID?
  }

  /// The conversation whose genuine token stands in `text`: after a `+` or at the front, ended by `@`, `.`, `>` or the end.
  package func conversation(in text: some StringProtocol) -> ConversationID? { mark(in: text)?.conversation }

  /// As `conversation(in:)`, with the mail.
  package func mark(in text: some StringProtocol) -> Mark? {
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

  private func genuine(_ text: Substring.UTF8View) -> Mark? {
    let digits = text.dropFirst().prefix { (48...57).contains($0) }
    guard (1...18).contains(digits.count), let number = Int64(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    let rest = text.dropFirst(1 + digits.count)
    guard rest.first == UInt8(ascii: "-") else { return nil }
    let (id, code) = (ConversationID(number), Array(rest.dropFirst().prefix(16)))
    // Every key is tried, whichever fits: how long it takes says nothing.
    let isGenuine = keys.threadCodes(for: id).reduce(false) { constantTimeEquals(code, Array($1.utf8)) || $0 }
    return isGenuine ? Mark(conversation: id, outbox: outbox(rest.dropFirst(17))) : nil
  }

  private func outbox(_ text: Substring.UTF8View) -> OutboxID? {
    guard text.first == UInt8(ascii: "."), text.dropFirst().first == UInt8(ascii: "o") else { return nil }
    let digits = text.dropFirst(2).prefix { (48...57).contains($0) }
    return Int64(String(decoding: digits.prefix(20), as: UTF8.self)).map { OutboxID($0) }
  }
}
