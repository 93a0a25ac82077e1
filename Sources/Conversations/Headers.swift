/// Header fields in the order received; names compare without regard to case (RFC 9110 §5.1).
package struct Headers: Sendable, Hashable {
  package var fields: [Field]

  package struct Field: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package init(_ fields: [Field] = []) { self.fields = fields }
  package init(_ pairs: [(String, String)]) { fields = pairs.map { Field($0.0, $0.1) } }

  /// The first value under `name`.
  package subscript(name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name.lowercased() == wanted }?.value
  }

  package mutating func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }
}
