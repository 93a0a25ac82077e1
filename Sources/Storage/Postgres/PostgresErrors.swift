import CPostgres

extension StoreError {
  /// What the server says about a statement.
  static func postgres(_ result: OpaquePointer?, _ connection: OpaquePointer?, sql: String?) -> StoreError {
    guard let state = result.flatMap(patchbay_sqlstate).map({ String(cString: $0) }) else {
      let words = connection.map { String(cString: PQerrorMessage($0)) } ?? "there is no connection"
      return StoreError(.unavailable, firstLine(words), sql: sql)
    }
    var message = result.flatMap(patchbay_primary_message).map { String(cString: $0) } ?? ""
    // Class 22 (data exception) quotes the value it could not use.
    if state.hasPrefix("22") { message = "a value does not fit" }
    if let constraint = result.flatMap(patchbay_constraint) { message += " (\(String(cString: constraint)))" }
    return StoreError(kind(state), message, code: state, sql: sql)
  }

  static func firstLine(_ text: String) -> String {
    text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? text
  }

  /// https://www.postgresql.org/docs/15/errcodes-appendix.html
  private static func kind(_ state: String) -> Kind {
    switch state {
    case "23505": .unique
    case "23503": .foreignKey
    case "23502", "23514", "23P01": .check
    case "53100": .full
    case "25006": .readOnly
    case "40001", "40P01", "55P03", "55006", "57014": .busy
    case "08P01": .sql  // we sent what does not fit the statement
    default:
      switch state.prefix(2) {
      case "08", "28", "3D", "53", "57", "58", "XX": .unavailable
      default: .sql
      }
    }
  }

  /// Whether the whole batch should be run again: serialisation failures and deadlocks, statements that the server has
  /// forgotten, and plans that another process's migration made stale.
  var asksForAnotherRun: Bool {
    switch code {
    case "40001", "40P01", "26000": true
    case "0A000": message.contains("cached plan")
    default: false
    }
  }

  /// The index of the parameter whose type the server cannot tell. Its message names it as `$2` in every language.
  var undecidedParameter: Int? {
    guard code == "42P18" || code == "42P08", let dollar = message.firstIndex(of: "$") else { return nil }
    return Int(message[message.index(after: dollar)...].prefix { $0.isASCII && $0.isNumber }).map { $0 - 1 }
  }

  /// Whether a parameter of another type might do: no such operator, or a column of another type.
  var isTypeMismatch: Bool { code == "42883" || code == "42804" || code == "42725" }
}
