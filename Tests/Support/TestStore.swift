import Foundation
package import Storage

/// The engines a test runs on.
package enum TestEngine: String, Sendable, CaseIterable, CustomStringConvertible {
  case sqlite, postgres

  /// Both, or SQLite alone where PostgreSQL cannot be had.
  package static let all: [TestEngine] = ThrowawayPostgres.isAvailable ? [.sqlite, .postgres] : [.sqlite]

  package var description: String { rawValue }

  /// A place for a new empty store.
  package func makeLocation(_ folder: TestFolder) throws -> StoreLocation {
    switch self {
    case .sqlite: .sqlite(directory: folder.path + "/data")
    case .postgres:
      .postgres(url: try ThrowawayPostgres.makeDatabase(), attachmentsDirectory: folder.path + "/attachments")
    }
  }
}

/// A folder that lives as long as this value.
package final class TestFolder: Sendable {
  package let path: String

  package init() throws {
    path = NSTemporaryDirectory() + "patchbay-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Opens a new empty store on `engine`, hands it to `body` and throws it away.
package func withStore<T>(
  _ engine: TestEngine, options: StoreOptions = StoreOptions(), _ body: (Store) async throws -> T
) async throws -> T {
  try await withTurn {
    let folder = try TestFolder()
    let store = try Store.open(try engine.makeLocation(folder), options: options)
    let result: Result<T, any Error>
    do { result = .success(try await body(store)) } catch { result = .failure(error) }
    await store.close()
    withExtendedLifetime(folder) {}
    return try result.get()
  }
}

/// How the engine would run a query, in its own words. PostgreSQL is kept from reading small tables from end to end, so
/// that a test sees whether an index can serve.
package func queryPlan(_ transaction: Transaction, _ sql: String, _ values: [Value]) throws -> String {
  switch transaction.dialect {
  case .sqlite:
    return try transaction.rows("EXPLAIN QUERY PLAN " + sql, values).map { $0.text(3) }.joined(separator: "\n")
  case .postgres:
    // Or the plan would hang on whether the server had got round to counting these few rows.
    try transaction.script("ANALYZE; SET LOCAL enable_seqscan = off")
    return try transaction.rows("EXPLAIN " + sql, values).map { $0.text(0) }.joined(separator: "\n")
  }
}
