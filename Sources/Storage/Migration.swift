/// One numbered change of the schema; once released it is never edited.
package struct Migration: Sendable {
  package let number: Int
  package let name: String
  private let sqlite: String
  private let postgres: String

  /// One text for both engines, several statements divided by `;`; see `Dialect.translate(_:)` for the words that
  /// differ.
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

extension Migration {
  /// Tells an edited text from the one that was applied: 64-bit FNV-1a of its words, so that indentation does not
  /// count.
  package func checksum(_ dialect: Dialect) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for word in source(dialect).split(whereSeparator: \.isWhitespace) {
      for byte in Array(word.utf8) + [0x20] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    let hex = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - hex.utf8.count) + hex
  }
}
