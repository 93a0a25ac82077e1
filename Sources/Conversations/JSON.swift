/// A JSON value (RFC 8259) that keeps what providers mean: number literals stay text, so a 64-bit id or the digits of
/// a coordinate survive, and object members keep their order.
package enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The literal as written, e.g. `-12.50e3`.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Sendable, Hashable {
    package var key: String
    package var value: JSON
    package init(_ key: String, _ value: JSON) { (self.key, self.value) = (key, value) }
  }
}

extension JSON {
  /// The member `key` of an object (the last one when a key is doubled), `nil` for any other value.
  package subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// The element at `index` of an array, `nil` when there is none.
  package subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var isNull: Bool { self == .null }

  /// The text of a string; `nil` for anything else.
  package var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The text of a string or the literal of a number: for ids that providers send either way.
  package var text: String? {
    switch self {
    case .string(let value), .number(let value): value
    default: nil
    }
  }

  /// A whole number, also when it is written as a string; `nil` when it does not fit or is not whole.
  package var int64: Int64? { text.flatMap { Int64($0) } }

  package var int: Int? { int64.flatMap { Int(exactly: $0) } }

  package var double: Double? { text.flatMap { Double($0) } }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var array: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// `.null` for `nil`.
  package init(_ text: String?) { self = text.map(JSON.string) ?? .null }
  package init(_ value: Bool) { self = .bool(value) }
  package init(_ value: some BinaryInteger) { self = .number(String(value)) }
  package init(_ value: Int?) { self = value.map { .number(String($0)) } ?? .null }
  package init(_ value: Int64?) { self = value.map { .number(String($0)) } ?? .null }
  /// Not-a-number and the infinities, which JSON cannot say, become `null`.
  package init(_ value: Double) { self = value.isFinite ? .number("\(value)") : .null }
  package init(_ instant: Instant?) { self = instant.map { .string($0.rfc3339) } ?? .null }
  package init(_ elements: [String]) { self = .array(elements.map(JSON.string)) }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .number(String(value)) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }
  package init(nilLiteral: ()) { self = .null }
}
