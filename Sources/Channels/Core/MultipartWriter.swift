/// Writes `multipart/form-data` (RFC 7578) for uploads.
package struct MultipartWriter: Sendable {
  private var fields: [FormField] = []
  package init() {}

  package mutating func add(_ name: String, _ text: String) {
    fields.append(FormField(name: name, bytes: Array(text.utf8)))
  }

  package mutating func add(_ name: String, filename: String, contentType: String, _ content: [UInt8]) {
    fields.append(FormField(name: name, bytes: content, filename: filename, contentType: contentType))
  }

  /// The body and its `Content-Type`. The boundary is drawn from the content, so that equal input gives equal output
  /// and no content can hold it.
  package func body() -> (bytes: [UInt8], contentType: String) {
    let boundary = "part-" + Signatures.hex(Signatures.digest(.sha256, of: fields.flatMap(\.bytes)).prefix(20))
    var out: [UInt8] = []
    for field in fields {
      out += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(escaped(field.name))\"".utf8)
      if let filename = field.filename { out += Array("; filename=\"\(escaped(filename))\"".utf8) }
      if let type = field.contentType { out += Array("\r\nContent-Type: \(escaped(type))".utf8) }
      out += Array("\r\n\r\n".utf8) + field.bytes + [0x0D, 0x0A]
    }
    return (out + Array("--\(boundary)--\r\n".utf8), "multipart/form-data; boundary=\(boundary)")
  }

  /// WHATWG HTML §4.10.21.8; also keeps line ends out of the part's headers.
  private func escaped(_ text: String) -> String {
    text.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }
}
