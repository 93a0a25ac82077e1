package import Conversations

/// A webhook body in whichever of the usual three forms it came.
package enum RequestBody: Sendable {
  case json(JSON)
  case form(FormFields)

  /// Goes by `Content-Type`; without one, a body that starts like JSON is JSON.
  package static func read(_ delivery: RawDelivery) throws(Unreadable) -> RequestBody {
    let contentType = delivery.headers["Content-Type"] ?? ""
    switch mediaType(contentType) {
    case "application/x-www-form-urlencoded": return .form(try urlEncoded(delivery.body))
    case "multipart/form-data": return .form(try Multipart.fields(delivery.body, contentType: contentType))
    case let type where type == "application/json" || type.hasSuffix("+json"): return .json(try json(delivery))
    default: return looksLikeJSON(delivery.body) ? .json(try json(delivery)) : .form(try urlEncoded(delivery.body))
    }
  }

  /// The body as JSON, whatever the headers say.
  package static func json(_ delivery: RawDelivery) throws(Unreadable) -> JSON { try json(delivery.body) }

  package static func json(_ bytes: [UInt8]) throws(Unreadable) -> JSON {
    do {
      return try JSON(parsing: bytes)
    } catch {
      throw Unreadable(reason: "body is not JSON: \(error)")
    }
  }

  /// The body as a JSON object; another value is unreadable.
  package static func object(_ delivery: RawDelivery) throws(Unreadable) -> JSON {
    let value = try json(delivery)
    guard value.members != nil else { throw Unreadable(reason: "body is JSON but not an object") }
    return value
  }

  package static func urlEncoded(_ body: [UInt8]) throws(Unreadable) -> FormFields {
    guard let fields = FormFields(urlEncoded: body) else {
      throw Unreadable(status: 413, reason: "more than \(FormFields.fieldsMax) form fields")
    }
    return fields
  }

  /// One value under `name`: a form field, or a JSON text or number at the top level.
  package subscript(name: String) -> String? {
    switch self {
    case .json(let value): value[name]?.text
    case .form(let fields): fields[name]
    }
  }

  /// Every value under `name`; forms may also write `name[]` (PHP's and Rails' way of sending lists).
  package func all(_ name: String) -> [String] {
    switch self {
    case .json(let value): value[name]?.array?.compactMap(\.text) ?? value[name]?.text.map { [$0] } ?? []
    case .form(let fields): fields.all(name) + fields.all("\(name)[]")
    }
  }

  /// Files of a multipart form.
  package var files: [FormField] {
    guard case .form(let fields) = self else { return [] }
    return fields.fields.filter { $0.filename != nil }
  }

  /// `type/subtype` in lower case, without parameters.
  package static func mediaType(_ contentType: String) -> String {
    (contentType.split(separator: ";", maxSplits: 1).first.map(String.init) ?? "").trimmingBlanks().lowercased()
  }

  private static func looksLikeJSON(_ body: [UInt8]) -> Bool {
    let first = body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}
