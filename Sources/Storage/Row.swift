package import Conversations

/// One row of a result, columns by position from 0.
///
/// The accessors do not throw. Reading a column as something it is not (a NULL as an integer, a text as a blob, a
/// column that is not there) gives a zero or empty value *and* fails the transaction at its end with a `StoreError`
/// that names the column and the SQL: a mistake of ours is found by the first test and can never be committed.
package struct Row: Sendable {
  package let values: [Value]
  let misreadings: Misreadings
  let sql: String

  package func int64(_ column: Int) -> Int64 { optionalInt64(column) ?? complain(column, "an integer", Int64(0)) }
  package func int(_ column: Int) -> Int { Int(int64(column)) }
  package func text(_ column: Int) -> String { optionalText(column) ?? complain(column, "a text", "") }
  package func blob(_ column: Int) -> [UInt8] { optionalBlob(column) ?? complain(column, "a blob", []) }
  package func double(_ column: Int) -> Double { optionalDouble(column) ?? complain(column, "a number", 0) }
  /// An integer other than 0.
  package func bool(_ column: Int) -> Bool { int64(column) != 0 }
  package func instant(_ column: Int) -> Instant { Instant(microseconds: int64(column)) }
  package func identifier<Subject>(_ column: Int) -> Identifier<Subject> { Identifier(int64(column)) }

  package func optionalInt64(_ column: Int) -> Int64? {
    switch value(column) {
    case .int(let value): value
    case .null: nil
    default: complain(column, "an integer", nil)
    }
  }

  package func optionalInt(_ column: Int) -> Int? { optionalInt64(column).map(Int.init) }

  package func optionalText(_ column: Int) -> String? {
    switch value(column) {
    case .text(let value): value
    case .null: nil
    default: complain(column, "a text", nil)
    }
  }

  package func optionalBlob(_ column: Int) -> [UInt8]? {
    switch value(column) {
    case .blob(let value): value
    case .null: nil
    default: complain(column, "a blob", nil)
    }
  }

  /// Integers count as numbers.
  package func optionalDouble(_ column: Int) -> Double? {
    switch value(column) {
    case .real(let value): value
    case .int(let value): Double(value)
    case .null: nil
    default: complain(column, "a number", nil)
    }
  }

  package func optionalInstant(_ column: Int) -> Instant? {
    optionalInt64(column).map(Instant.init(microseconds:))
  }

  package func optionalIdentifier<Subject>(_ column: Int) -> Identifier<Subject>? {
    optionalInt64(column).map { Identifier($0) }
  }

  private func value(_ column: Int) -> Value {
    values.indices.contains(column) ? values[column] : complain(column, "a column that is there", .null)
  }

  private func complain<T>(_ column: Int, _ wanted: String, _ substitute: T) -> T {
    misreadings.note("column \(column) was read as \(wanted) and is not", sql: sql)
    return substitute
  }
}
