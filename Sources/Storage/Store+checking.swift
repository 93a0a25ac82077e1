import Conversations

extension Store {
  /// Looks the whole store over; empty = sound. It reads everything: for a quiet hour.
  ///
  /// SQLite checks its pages, indexes and references. PostgreSQL checks checksums and references by itself as it goes;
  /// here each table is read from end to end, and every foreign key is looked up once.
  package func check() async throws -> [String] {
    let (location, options) = (location, options)
    return try await aside { () throws(StoreError) in
      let connection = try location.connect(.reader, options)
      defer { connection.close() }
      return switch connection.dialect {
      case .sqlite: try checkSQLite(connection)
      case .postgres: try checkPostgres(connection)
      }
    }
  }
}

private func checkSQLite(_ connection: any Connection) throws(StoreError) -> [String] {
  var problems: [String] = []
  for row in try connection.rows("PRAGMA integrity_check(100)", []) {
    if case .text(let words) = row.first, words != "ok" { problems.append(words) }
  }
  for row in try connection.rows("PRAGMA foreign_key_check", []).prefix(100) {
    guard case .text(let table) = row[0], case .text(let parent) = row[2] else { continue }
    problems.append("\(table): a row refers to a row of \(parent) that is not there")
  }
  return problems
}

private func checkPostgres(_ connection: any Connection) throws(StoreError) -> [String] {
  var problems: [String] = []
  for table in try TableCatalog(connection).tables() {
    do throws(StoreError) {
      // Adding up the sizes of all columns makes the server read the rows, long values included.
      let sizes = table.columns.map { "COALESCE(LENGTH(CAST(\($0.quoted) AS TEXT)), 0)" }.joined(separator: " + ")
      _ = try connection.rows("SELECT SUM(\(sizes)) FROM \(table.quoted)", [])
      for key in table.foreignKeys {
        let sql = """
          SELECT COUNT(*) FROM \(table.quoted) AS child WHERE \(key.column.quoted) IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM \(key.parent.quoted) AS parent
            WHERE parent.\(key.parentColumn.quoted) = child.\(key.column.quoted))
          """
        if try connection.rows(sql, []).first?.first != .int(0) {
          problems.append("\(table.name): a row refers to a row of \(key.parent) that is not there")
        }
      }
    } catch {
      guard !connection.isBroken || error.code != nil else { throw error }
      problems.append("\(table.name): \(error.message)")
    }
  }
  return problems
}
