package import Conversations

/// Where a store is.
package struct StoreLocation: Sendable, Hashable, CustomStringConvertible {
  package enum Engine: Sendable, Hashable {
    /// A directory that holds `patchbay.sqlite`.
    case sqlite(directory: String)
    /// A connection URL (`postgres://user:password@host:5432/database`), as libpq reads it.
    case postgres(url: Secret)

    /// Whether several processes may write to it at once.
    package var isShared: Bool {
      switch self {
      case .sqlite: false
      case .postgres: true
      }
    }
  }

  package let engine: Engine
  /// The folder of attachments, which are kept outside of the database.
  package let attachmentsDirectory: String

  package init(_ engine: Engine, attachmentsDirectory: String) {
    (self.engine, self.attachmentsDirectory) = (engine, attachmentsDirectory)
  }

  package static func sqlite(directory: String) -> StoreLocation {
    StoreLocation(.sqlite(directory: directory), attachmentsDirectory: directory + "/attachments")
  }

  package static func postgres(url: Secret, attachmentsDirectory: String) -> StoreLocation {
    StoreLocation(.postgres(url: url), attachmentsDirectory: attachmentsDirectory)
  }

  /// Reads what the command line gives: `--data DIR` alone is SQLite in that directory; `--database` may be
  /// `sqlite:PATH` (a directory) or `postgres://…`, whose attachments then live under `--data`.
  ///
  /// - Parameters:
  ///   - data: The value of `--data`.
  ///   - database: The value of `--database`; `nil` or empty when it is not given.
  /// - Throws: A complaint that can be shown as it is; it does not repeat the URL, which holds a password.
  package init(data: String, database: String?) throws(StoreError) {
    guard let database, !database.isEmpty else {
      self = .sqlite(directory: data)
      return
    }
    if database.hasPrefix("sqlite:") {
      let path = String(database.dropFirst("sqlite:".count))
      guard !path.isEmpty else { throw StoreError(.sql, "--database sqlite: needs a directory after the colon") }
      self = .sqlite(directory: path)
    } else if database.hasPrefix("postgres://") || database.hasPrefix("postgresql://") {
      self = .postgres(url: Secret(database), attachmentsDirectory: data + "/attachments")
    } else {
      throw StoreError(.sql, "--database must begin with postgres://, postgresql:// or sqlite:")
    }
  }

  /// Without the URL, which may hold a password.
  package var description: String {
    switch engine {
    case .sqlite(let directory): "SQLite in \(directory)"
    case .postgres: "PostgreSQL"
    }
  }
}
