/// Why the store did not do what it was asked to.
///
/// The description carries the SQL, and never a parameter: those are customers' words.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    /// A unique key is taken: somebody was first.
    case unique
    case foreignKey = "foreign_key"
    /// A CHECK or NOT NULL constraint.
    case check
    /// No space left, or a quota.
    case full
    /// The file, the directory or the server takes no writes at the moment.
    case readOnly = "read_only"
    /// Somebody else holds the lock, or we were chosen as the victim of a deadlock; retried in vain.
    case busy
    /// The file cannot be opened or read, the server cannot be reached, or the store is closed.
    case unavailable
    /// The statement itself is wrong, or the data is: a mistake of ours.
    case sql
  }

  package let kind: Kind
  /// What the engine said, without the values.
  package let message: String
  /// The engine's own code: `SQLITE_FULL (13)`, `23505`.
  package let code: String?
  package let sql: String?

  package init(_ kind: Kind, _ message: String, code: String? = nil, sql: String? = nil) {
    (self.kind, self.message, self.code, self.sql) = (kind, message, code, sql)
  }

  /// Whether the same call may succeed later without anybody changing the program: the door answers 503, mail 4xx.
  package var isTemporary: Bool {
    switch kind {
    case .full, .readOnly, .busy, .unavailable: true
    case .unique, .foreignKey, .check, .sql: false
    }
  }

  package var description: String {
    let parts = [kind.rawValue, code.map { "[\($0)]" }, message, sql.map { "in: \($0)" }]
    return "store: " + parts.compactMap(\.self).joined(separator: " ")
  }
}
