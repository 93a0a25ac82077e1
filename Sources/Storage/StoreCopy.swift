/// Copies all tables of one store into another, engines alike or not.
///
/// Both must be at the same schema, the target fresh. The search index is not copied: build it again. Attachments are
/// files and are not copied either.
package struct StoreCopy: Sendable {
  /// Rows copied, by table.
  package typealias Report = [String: Int]

  private let source: StoreLocation
  private let target: StoreLocation
  private static let rowsPerPage = 200

  private init(source: StoreLocation, target: StoreLocation) { (self.source, self.target) = (source, target) }

  /// Copies one snapshot of `source`; `target` gets it in one transaction: all or nothing.
  package static func run(from source: Store, to target: Store) async throws -> Report {
    let copy = StoreCopy(source: source.location, target: target.location)
    let report = try await target.aside { () throws(StoreError) in try copy.run() }
    try await target.analyze()
    return report
  }

  private func run() throws(StoreError) -> Report {
    let from = try source.connect(.reader, StoreOptions())
    defer { from.close() }
    let into = try target.connect(.writer, StoreOptions())
    defer { into.close() }
    try from.control(from.dialect.beginRead)
    try into.control(into.dialect.beginWrite)
    try compareMigrations(from, into)
    let tables = try TableCatalog(from).tables()
    try clearSeeds(tables, in: into)
    var report: Report = [:]
    for (index, table) in tables.enumerated() {
      report[table.name] = try copy(table, late: lateColumns(table, in: tables, at: index), from, into)
    }
    for (index, table) in tables.enumerated() {
      try fill(lateColumns(table, in: tables, at: index), of: table, from, into)
    }
    try into.control(["COMMIT"])
    return report
  }

  private func compareMigrations(_ from: any Connection, _ into: any Connection) throws(StoreError) {
    let sql = "SELECT number FROM schema_migrations ORDER BY number"
    guard try from.rows(sql, []) == into.rows(sql, []) else {
      throw StoreError(.sql, "the stores have different migrations: migrate both with the same program first")
    }
  }

  /// Rows that a migration put in (counters) give way to the source's; a row in a table that refers to others means
  /// that the target is in use.
  private func clearSeeds(_ tables: [TableDescription], in into: any Connection) throws(StoreError) {
    for table in tables where !table.foreignKeys.isEmpty {
      guard try into.rows("SELECT 1 FROM \(table.quoted) LIMIT 1", []).isEmpty else {
        throw StoreError(.sql, "the target is not empty: \(table.name) has rows")
      }
    }
    for table in tables.reversed() { _ = try into.run("DELETE FROM \(table.quoted)", []) }
  }

  /// Columns that refer to rows which may come later: to the same table, or around a circle.
  private func lateColumns(_ table: TableDescription, in tables: [TableDescription], at index: Int) -> [String] {
    let earlier = Set(tables[..<index].map(\.name))
    return table.foreignKeys.filter { !earlier.contains($0.parent) }.map(\.column)
  }

  private func copy(
    _ table: TableDescription, late: [String], _ from: any Connection, _ into: any Connection
  ) throws(StoreError) -> Int {
    let parameters = table.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let insert = "INSERT INTO \(table.quoted) (\(list(table.columns))) VALUES (\(parameters))"
    let blank = Set(late.compactMap(table.columns.firstIndex))
    var count = 0
    try forEachRow(of: table, reading: table.columns, from) { row throws(StoreError) in
      let values = row.enumerated().map { blank.contains($0.offset) ? Value.null : $0.element }
      count += try into.run(insert, values)
    }
    return count
  }

  private func fill(
    _ late: [String], of table: TableDescription, _ from: any Connection, _ into: any Connection
  ) throws(StoreError) {
    for column in late {
      let terms = table.key.indices.map { "\(table.key[$0].quoted) = $\($0 + 2)" }.joined(separator: " AND ")
      let update = "UPDATE \(table.quoted) SET \(column.quoted) = $1 WHERE \(terms)"
      try forEachRow(of: table, reading: [column] + table.key, from) { row throws(StoreError) in
        if row.first != .null { _ = try into.run(update, row) }
      }
    }
  }

  /// Pages through a table by its primary key, so that no table has to fit into memory.
  private func forEachRow(
    of table: TableDescription, reading columns: [String], _ from: any Connection,
    _ body: ([Value]) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard !table.key.isEmpty else { throw StoreError(.sql, "\(table.name) has no primary key to copy it by") }
    let key = list(table.key)
    let parameters = table.key.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    var last: [Value] = []
    while true {
      let condition = last.isEmpty ? "" : "WHERE (\(key)) > (\(parameters)) "
      let rows = try from.rows(
        "SELECT \(key), \(list(columns)) FROM \(table.quoted) \(condition)ORDER BY \(key) LIMIT \(Self.rowsPerPage)",
        last)
      for row in rows { try body(Array(row[table.key.count...])) }
      guard rows.count == Self.rowsPerPage, let end = rows.last else { return }
      last = Array(end[..<table.key.count])
    }
  }

  private func list(_ columns: [String]) -> String { columns.map(\.quoted).joined(separator: ", ") }
}
