/// Why bytes are not taken as a mail. The description names figures only and repeats nothing from the mail.
package enum MailProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing but white space.
  case empty
  case tooLarge(bytes: Int, limit: Int)
  case headerTooLong(bytes: Int, limit: Int)
  case tooManyParts(limit: Int)
  case tooDeep(limit: Int)

  /// One word for counters.
  package var code: String {
    switch self {
    case .empty: "empty"
    case .tooLarge: "too_large"
    case .headerTooLong: "header_too_long"
    case .tooManyParts: "too_many_parts"
    case .tooDeep: "too_deep"
    }
  }

  package var description: String {
    switch self {
    case .empty: "the mail is empty"
    case .tooLarge(let bytes, let limit): "the mail has \(bytes) bytes, the limit is \(limit)"
    case .headerTooLong(let bytes, let limit): "a header block has \(bytes) bytes, the limit is \(limit)"
    case .tooManyParts(let limit): "the mail has more than \(limit) parts"
    case .tooDeep(let limit): "the mail is nested deeper than \(limit) levels"
    }
  }
}
