import Conversations
import Glibc

extension StoreLocation {
  var dialect: Dialect {
    switch engine {
    case .sqlite: .sqlite
    case .postgres: .postgres
    }
  }

  /// The database file of an SQLite store.
  var sqlitePath: String? {
    guard case .sqlite(let directory) = engine else { return nil }
    return directory + "/" + SQLiteConnection.fileName
  }

  func connect(_ role: SQLiteConnection.Role, _ options: StoreOptions) throws(StoreError) -> any Connection {
    switch engine {
    case .sqlite(let directory):
      try SQLiteConnection(
        path: directory + "/" + SQLiteConnection.fileName, role: options.isReadOnly ? .onlooker : role,
        pageLimit: options.pageLimit)
    case .postgres(let url): try PostgresConnection(url: url)
    }
  }

  /// Makes what is not there yet and looks whether the store answers.
  func prepare(_ options: StoreOptions) throws(StoreError) {
    if case .sqlite(let directory) = engine, !options.isReadOnly { try makeDirectory(directory) }
    let connection = try connect(.first, options)
    defer { connection.close() }
    _ = try connection.rows("SELECT 1", [])
  }
}

/// Makes a directory and those above it, for our user only: customers' words will be in it.
func makeDirectory(_ path: String) throws(StoreError) {
  var known = stat()
  if stat(path, &known) == 0, known.st_mode & S_IFMT == S_IFDIR { return }
  if let slash = path.dropFirst().lastIndex(of: "/") { try makeDirectory(String(path[..<slash])) }
  guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw StoreError.file("cannot make the directory", path) }
}

extension StoreError {
  /// What the operating system said last, about a file of ours.
  static func file(_ what: String, _ path: String) -> StoreError {
    let code = errno
    let words = String(cString: strerror(code))
    return StoreError(system(code) ?? .unavailable, "\(what) \(path): \(words)", code: "errno \(code)")
  }
}
