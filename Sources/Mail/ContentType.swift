/// A `Content-Type` or `Content-Disposition` value with its parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).
struct ContentType: Sendable {
  /// Lower case: `text/plain`, or the disposition's word.
  var value: String
  var parameters: [(name: String, value: String)]

  static let plainText = ContentType(value: "text/plain", parameters: [])

  var type: Substring { value.prefix { $0 != "/" } }
  var isText: Bool { type == "text" }

  subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

  init(value: String, parameters: [(name: String, value: String)]) {
    (self.value, self.parameters) = (value, parameters)
  }

  /// - Parameter raw: the field's value, unfolded.
  init(parsing raw: [UInt8]) {
    let end = raw.firstIndex { $0 == UInt8(ascii: ";") } ?? raw.endIndex
    var word = String(decoding: raw[..<end], as: UTF8.self).lowercased()
    if let comment = word.firstIndex(of: "(") { word = String(word[..<comment]) }
    value = String(word.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
    parameters = ParameterReader.read(raw[end...])
  }
}

extension ContentType {
  /// A label like `text` or a broken one stands for nothing in particular.
  var isWellFormed: Bool {
    let halves = value.split(separator: "/", omittingEmptySubsequences: false)
    return halves.count == 2 && halves.allSatisfy { !$0.isEmpty }
  }
}
