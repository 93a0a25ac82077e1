import CSQLite
import Glibc

/// A prepared statement of SQLite with its parameters by name.
final class SQLiteStatement {
  let handle: OpaquePointer
  let sql: String
  /// For SQLite's parameter i + 1: the index of its value. SQLite numbers `$2` by first appearance, so names decide.
  private let order: [Int]
  private let parameterCount: Int
  /// For the cache: when it was used last, in uses.
  var lastUse = 0

  /// Values up to this size are copied by SQLite, which is cheaper than keeping them in place.
  private static let copiedBytes = 4096

  init(_ sql: String, on connection: OpaquePointer) throws(StoreError) {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK else { throw StoreError.sqlite(code, connection, sql: sql) }
    guard let prepared else { throw StoreError(.sql, "there is no statement in this text", sql: sql) }
    (handle, self.sql) = (prepared, sql)
    var order: [Int] = []
    for index in 0..<sqlite3_bind_parameter_count(prepared) {
      let name = sqlite3_bind_parameter_name(prepared, index + 1).map { String(cString: $0) } ?? "?"
      guard name.hasPrefix("$"), let number = Int(name.dropFirst()), number > 0 else {
        sqlite3_finalize(prepared)
        throw StoreError(.sql, "parameters are written $1, $2…, not \(name)", sql: sql)
      }
      order.append(number - 1)
    }
    self.order = order
    parameterCount = (order.max() ?? -1) + 1
  }

  deinit { sqlite3_finalize(handle) }

  /// Binds the values, runs `body` and makes the statement ready for its next use.
  func withBound<T>(_ values: [Value], _ body: () throws(StoreError) -> T) throws(StoreError) -> T {
    guard values.count == parameterCount else {
      throw StoreError(.sql, "it has \(parameterCount) parameters and got \(values.count) values", sql: sql)
    }
    defer {
      sqlite3_reset(handle)
      if !order.isEmpty { sqlite3_clear_bindings(handle) }
    }
    return try bind(values, from: 0, body)
  }

  /// Binds what can be copied; a large value is lent to SQLite in place while the rest is bound and run inside.
  private func bind<T>(_ values: [Value], from first: Int, _ body: () throws(StoreError) -> T) throws(StoreError) -> T {
    for position in first..<order.count {
      let index = Int32(position + 1)
      switch values[order[position]] {
      case .text(let text) where text.utf8.count > Self.copiedBytes:
        return try withPinned(text) { bytes throws(StoreError) in
          try check(patchbay_bind_text_pinned(handle, index, bytes.baseAddress, Int32(clamping: bytes.count)))
          return try bind(values, from: position + 1, body)
        }
      case .blob(let blob) where blob.count > Self.copiedBytes:
        return try unwrap(
          blob.withUnsafeBytes { bytes in
            Result { () throws(StoreError) in
              try check(patchbay_bind_blob_pinned(handle, index, bytes.baseAddress, Int32(clamping: bytes.count)))
              return try bind(values, from: position + 1, body)
            }
          })
      case let value: try check(bindCopy(value, at: index))
      }
    }
    return try body()
  }

  private func bindCopy(_ value: Value, at index: Int32) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(handle, index)
    case .int(let value): return sqlite3_bind_int64(handle, index, value)
    case .real(let value): return sqlite3_bind_double(handle, index, value)
    case .text(var text):
      return text.withUTF8 { bytes in
        guard !bytes.contains(0) else {
          var clean = cleanText(bytes)
          return clean.withUTF8 { patchbay_bind_text_copied(handle, index, $0.baseAddress, Int32($0.count)) }
        }
        return patchbay_bind_text_copied(handle, index, bytes.baseAddress, Int32(bytes.count))
      }
    case .blob(let blob):
      return blob.withUnsafeBytes { patchbay_bind_blob_copied(handle, index, $0.baseAddress, Int32($0.count)) }
    }
  }

  private func withPinned<T>(
    _ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws(StoreError) -> T
  ) throws(StoreError) -> T {
    var text = text
    if text.utf8.contains(0) { text = text.withUTF8(cleanText) }
    return try unwrap(text.withUTF8 { bytes in Result { () throws(StoreError) in try body(bytes) } })
  }

  private func check(_ code: Int32) throws(StoreError) {
    guard code == SQLITE_OK else { throw StoreError.sqlite(code, sqlite3_db_handle(handle), sql: sql) }
  }

  /// The columns of the row the statement stands on.
  func columns() -> [Value] {
    let count = sqlite3_column_count(handle)
    var values: [Value] = []
    values.reserveCapacity(Int(count))
    for column in 0..<count { values.append(value(column)) }
    return values
  }

  private func value(_ column: Int32) -> Value {
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return .int(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, column)
      let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(handle, column)
      return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
    default: return .null
    }
  }
}

/// Text without U+0000, which PostgreSQL does not take: each becomes U+FFFD.
func cleanText(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
  var clean: [UInt8] = []
  clean.reserveCapacity(bytes.count + 16)
  for byte in bytes {
    if byte == 0 { clean += [0xEF, 0xBF, 0xBD] } else { clean.append(byte) }
  }
  return String(decoding: clean, as: UTF8.self)
}

/// The value of a result that crossed a closure which cannot throw typed errors.
func unwrap<T>(_ result: Result<T, StoreError>) throws(StoreError) -> T { try result.get() }
