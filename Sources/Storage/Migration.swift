/// One numbered change of the schema; once released it is never edited.
package struct Migration: Sendable {
  package let number: Int
  package let name: String
  private let sqlite: String
  private let postgres: String

  /// One text for both engines, several statements divided by `;`; see `Dialect.translate(_:)` for the words that differ.
  package init(number: Int, name: String, sql: String) {
    (self.number, self.name, sqlite, postgres) = (number, name, sql, sql)
  }

  /// Two texts, for what cannot be written once (full-text search).
  package init(number: Int, name: String, sqlite: String, postgres: String) {
    (self.number, self.name, self.sqlite, self.postgres) = (number, name, sqlite, postgres)
  }

  /// The text as written in the source.
  package func source(_ dialect: Dialect) -> String {
    switch dialect {
    case .sqlite: sqlite
    case .postgres: postgres
    }
  }
}
