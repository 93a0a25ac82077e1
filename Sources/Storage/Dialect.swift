/// Every difference between the engines that SQL written above can see. Fragments begin with their own space.
package enum Dialect: String, Sendable, CaseIterable {
  case sqlite, postgres

  /// Ends a claiming SELECT: rows that somebody else is claiming are passed over. SQLite has one writer and needs none.
  package var skipLocked: String {
    switch self {
    case .sqlite: ""
    case .postgres: " FOR UPDATE SKIP LOCKED"
    }
  }

  /// Ends a SELECT whose rows this transaction is about to change: others wait for it. SQLite has one writer and needs none.
  package var forUpdate: String {
    switch self {
    case .sqlite: ""
    case .postgres: " FOR UPDATE"
    }
  }
}
