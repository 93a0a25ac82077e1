/// A table as both engines describe it.
struct TableDescription: Sendable, Hashable {
  struct ForeignKey: Sendable, Hashable {
    let column: String
    let parent: String
    let parentColumn: String
  }

  let name: String
  let columns: [String]
  /// Columns of the primary key in its order.
  let key: [String]
  let foreignKeys: [ForeignKey]

  var quoted: String { name.quoted }
}

extension String {
  /// As an SQL identifier.
  var quoted: String {
    "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// Reads from the engine which tables there are. The search index, which can be built again, and the book of migrations
/// are left out.
struct TableCatalog {
  private let connection: any Connection

  init(_ connection: any Connection) { self.connection = connection }

  /// Tables, each after those it refers to; names of the same rank in alphabetical order.
  func tables() throws(StoreError) -> [TableDescription] {
    var left: [TableDescription] = []
    for name in try texts(connection.rows(names, [])) where !isDerived(name) {
      let foreignKeys = try connection.rows(foreignKeys, [.text(name)]).map { row in
        let texts = texts([row])
        return TableDescription.ForeignKey(column: texts[0], parent: texts[1], parentColumn: texts[2])
      }
      left.append(
        TableDescription(
          name: name, columns: try texts(connection.rows(columns, [.text(name)])),
          key: try texts(connection.rows(key, [.text(name)])), foreignKeys: foreignKeys))
    }
    return ordered(left)
  }

  private func ordered(_ tables: [TableDescription]) -> [TableDescription] {
    var (left, ordered, placed) = (tables, [TableDescription](), Set<String>())
    while !left.isEmpty {
      let isFree = { (table: TableDescription) in
        table.foreignKeys.allSatisfy { $0.parent == table.name || placed.contains($0.parent) }
      }
      // Tables that refer to each other in a circle come in any order: `StoreCopy` fills such columns afterwards.
      let index = left.firstIndex(where: isFree) ?? 0
      let table = left.remove(at: index)
      placed.insert(table.name)
      ordered.append(table)
    }
    return ordered
  }

  private func isDerived(_ name: String) -> Bool {
    name == "schema_migrations" || name.hasPrefix("search_index") || name.hasPrefix("sqlite_")
  }

  private func texts(_ rows: [[Value]]) -> [String] {
    rows.flatMap(\.self).map { value in
      if case .text(let text) = value { text } else { "" }
    }
  }

  private var names: String {
    switch connection.dialect {
    case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    case .postgres: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    }
  }

  private var columns: String {
    switch connection.dialect {
    case .sqlite: "SELECT name FROM pragma_table_info($1) ORDER BY name"
    case .postgres:
      """
      SELECT attname FROM pg_attribute WHERE attrelid = CAST(quote_ident($1) AS regclass) AND attnum > 0
        AND NOT attisdropped ORDER BY attname COLLATE "C"
      """
    }
  }

  private var key: String {
    switch connection.dialect {
    case .sqlite: "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk"
    case .postgres:
      """
      SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indrelid = CAST(quote_ident($1) AS regclass) AND i.indisprimary
      ORDER BY array_position(i.indkey, a.attnum)
      """
    }
  }

  private var foreignKeys: String {
    switch connection.dialect {
    case .sqlite:
      // Without a column named, a reference means the other table's key.
      """
      SELECT k."from", k."table", COALESCE(k."to", p.name) FROM pragma_foreign_key_list($1) AS k
      LEFT JOIN pragma_table_info(k."table") AS p ON p.pk = 1 ORDER BY k.id, k.seq
      """
    case .postgres:
      """
      SELECT a.attname, p.relname, b.attname FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
      WHERE c.contype = 'f' AND c.conrelid = CAST(quote_ident($1) AS regclass) ORDER BY c.conname
      """
    }
  }
}
