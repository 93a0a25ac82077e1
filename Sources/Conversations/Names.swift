/// A typed 64-bit id: a `MessageID` cannot be passed where a `ConversationID` is wanted.
package struct Identifier<Subject>: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  package var description: String { String(rawValue) }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package enum Subject {
  package enum Contact {}
  package enum Conversation {}
  package enum Message {}
  package enum Agent {}
  package enum OutboxEntry {}
  package enum ParkedDelivery {}
}

package typealias ContactID = Identifier<Subject.Contact>
/// Short numbers counted up from 1: agents type them.
package typealias ConversationID = Identifier<Subject.Conversation>
package typealias MessageID = Identifier<Subject.Message>
package typealias AgentID = Identifier<Subject.Agent>
package typealias OutboxID = Identifier<Subject.OutboxEntry>
package typealias ParkedID = Identifier<Subject.ParkedDelivery>

/// The kind of a channel, which names its adapter: `email`, `messenger`, `asterisk`…
package struct ChannelKind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package var description: String { rawValue }
}

/// One connection to the world: the name of its file in `channels/`, its id, and its place in URLs.
/// Lower-case letters, digits, `-` and `_`; 1…64 of them.
package struct ChannelName: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  package let rawValue: String
  package init?(rawValue: String) {
    let allowed = rawValue.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    guard allowed, (1...64).contains(rawValue.utf8.count) else { return nil }
    self.rawValue = rawValue
  }
  package var description: String { rawValue }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
