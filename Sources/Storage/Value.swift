package import Conversations

/// A parameter of a statement, or a column of a row: the five kinds both engines know.
package enum Value: Sendable, Hashable {
  case null
  case int(Int64)
  case real(Double)
  /// U+0000, which PostgreSQL refuses in text, is kept as U+FFFD on both engines.
  case text(String)
  case blob([UInt8])

  package init(_ value: Int?) { self = value.map { .int(Int64($0)) } ?? .null }
  package init(_ value: Int64?) { self = value.map(Value.int) ?? .null }
  package init(_ value: String?) { self = value.map(Value.text) ?? .null }
  package init(_ value: [UInt8]?) { self = value.map(Value.blob) ?? .null }
  package init(_ value: Double?) { self = value.map(Value.real) ?? .null }
  /// 0 or 1.
  package init(_ value: Bool) { self = .int(value ? 1 : 0) }
  /// Microseconds since 1970.
  package init(_ value: Instant?) { self = value.map { .int($0.microseconds) } ?? .null }
  package init<Subject>(_ value: Identifier<Subject>?) { self = value.map { .int($0.rawValue) } ?? .null }
  /// The word of an enumeration (`on_hold`) or the text of a name.
  package init<Word: RawRepresentable>(_ value: Word?) where Word.RawValue == String {
    self = value.map { .text($0.rawValue) } ?? .null
  }

  package var isNull: Bool { self == .null }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  package init(integerLiteral value: Int64) { self = .int(value) }
  package init(stringLiteral value: String) { self = .text(value) }
  package init(floatLiteral value: Double) { self = .real(value) }
  package init(booleanLiteral value: Bool) { self.init(value) }
  package init(nilLiteral: ()) { self = .null }
}
