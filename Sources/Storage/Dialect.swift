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

  /// Ends a SELECT whose rows this transaction is about to change: others wait for it. SQLite has one writer and needs
  /// none.
  package var forUpdate: String {
    switch self {
    case .sqlite: ""
    case .postgres: " FOR UPDATE"
    }
  }

  var beginWrite: [String] {
    switch self {
    case .sqlite: ["BEGIN IMMEDIATE"]
    case .postgres: ["BEGIN ISOLATION LEVEL READ COMMITTED"]
    }
  }

  var beginRead: [String] {
    switch self {
    case .sqlite: ["BEGIN DEFERRED"]
    case .postgres: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"]
    }
  }

  /// The words of a schema text that differ.
  ///
  /// `{id}` is a 64-bit primary key (on SQLite the row id itself, which saves an index), `{bytes}` a byte string,
  /// `{text}` a text that sorts by its bytes on both engines.
  package func translate(_ schema: String) -> String {
    var translated = ""
    var rest = schema[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}"), let word = word(rest[open...close]) else {
        translated += rest[...open]
        rest = rest[rest.index(after: open)...]
        continue
      }
      translated += rest[..<open] + word
      rest = rest[rest.index(after: close)...]
    }
    return translated + rest
  }

  private func word(_ token: Substring) -> String? {
    switch (token, self) {
    case ("{id}", .sqlite): "INTEGER PRIMARY KEY"
    case ("{id}", .postgres): "BIGINT PRIMARY KEY"
    case ("{bytes}", .sqlite): "BLOB"
    case ("{bytes}", .postgres): "BYTEA"
    case ("{text}", .sqlite): "TEXT"
    case ("{text}", .postgres): "TEXT COLLATE \"C\""
    default: nil
    }
  }
}
