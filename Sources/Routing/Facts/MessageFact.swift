package import Conversations

/// Something that a message tells and an agent would otherwise have to look for: shown beside the conversation, and
/// usable as a term of rules. Found in redacted text, so a card number is never one.
package struct MessageFact: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A transaction, order or reference number.
    case transaction = "transaction_id"
    /// A mail address that stands in the text: often the account's.
    case email
    /// A sum of money.
    case amount
    /// A day, or a day and a time of day.
    case date
    /// The last four digits of a phone number, or the four that the customer names as such.
    case phone = "phone_tail"
  }

  package var kind: Kind
  /// As written, but for: amounts in plain digits (`1980.50`, also of `三百块`), dates as `YYYY-MM-DD` or `--MM-DD` (ISO
  /// 8601) when it is clear what is month and what is day, phone numbers cut to four digits.
  package var value: String
  /// ISO 4217, of amounts that name theirs.
  package var currency: String?

  package init(_ kind: Kind, _ value: String, currency: String? = nil) {
    (self.kind, self.value, self.currency) = (kind, value, currency)
  }

  /// `{"kind":"amount","value":"1980","currency":"EUR"}`.
  package var json: JSON {
    var members = [JSON.Member("kind", .string(kind.rawValue)), JSON.Member("value", .string(value))]
    if let currency { members.append(JSON.Member("currency", .string(currency))) }
    return .object(members)
  }

  /// Of each kind at most this many.
  package static let eachMax = 5

  /// The facts of a text in the order in which they stand there, each once.
  package static func found(in text: String) -> [MessageFact] {
    var reader = FactReader(text)
    return reader.facts()
  }
}
