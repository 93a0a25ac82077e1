import Conversations
import CPostgres

/// One connection to a PostgreSQL server, or to one that speaks its protocol, through libpq.
final class PostgresConnection: Connection {
  private static let cachedStatements = 256

  let dialect = Dialect.postgres
  let logFrames = 0
  private var handle: OpaquePointer?
  private var mustBeReplaced = false
  /// By SQL text; more than one when the same text was used with values of different types.
  private var prepared: [String: [PreparedStatement]] = [:]
  private var preparedCount = 0
  private var uses = 0
  private var parameters = PostgresParameters()

  private final class PreparedStatement {
    let name: String
    let types: [Oid]
    var lastUse: Int

    init(name: String, types: [Oid], lastUse: Int) { (self.name, self.types, self.lastUse) = (name, types, lastUse) }
  }

  init(url: Secret) throws(StoreError) {
    // What stands before `dbname` can be overruled by the URL, what stands after it cannot (libpq, PQconnectdbParams).
    let settings: [(String, String)] = [
      ("connect_timeout", "10"), ("application_name", "patchbay"), ("tcp_user_timeout", "30000"),
      ("dbname", url.reveal()), ("client_encoding", "UTF8"),
    ]
    handle = withCStrings(settings.map(\.0)) { keys in
      withCStrings(settings.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
    }
    guard let handle, PQstatus(handle) == CONNECTION_OK else {
      let words = handle.map { String(cString: PQerrorMessage($0)) } ?? "out of memory"
      close()
      throw StoreError(.unavailable, "cannot connect to PostgreSQL: \(StoreError.firstLine(words))")
    }
    patchbay_silence(handle)
  }

  deinit { close() }

  var isInTransaction: Bool {
    guard let handle else { return false }
    let status = PQtransactionStatus(handle)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  var isBroken: Bool { mustBeReplaced || handle.map { PQstatus($0) != CONNECTION_OK } ?? true }

  func control(_ statements: [String]) throws(StoreError) {
    try simple(statements.joined(separator: ";"), isCommit: statements.last == "COMMIT")
  }

  func script(_ sql: String) throws(StoreError) { try simple(sql, isCommit: false) }

  func run(_ sql: String, _ values: [Value]) throws(StoreError) -> Int {
    let result = try execute(sql, values)
    defer { PQclear(result) }
    return Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  func rows(_ sql: String, _ values: [Value]) throws(StoreError) -> [[Value]] {
    let result = try execute(sql, values)
    defer { PQclear(result) }
    return try PostgresResult(result: result, sql: sql).rows()
  }

  func close() {
    if let handle { PQfinish(handle) }
    handle = nil
    prepared.removeAll()
  }

  private func simple(_ sql: String, isCommit: Bool) throws(StoreError) {
    let result = try checked(PQexec(handle, sql), sql: sql)
    defer { PQclear(result) }
    // The COMMIT of a failed transaction is answered with a cheerful ROLLBACK.
    guard !isCommit || String(cString: PQcmdStatus(result)) == "COMMIT" else {
      throw StoreError(.sql, "the transaction had failed and was rolled back", sql: sql)
    }
  }

  private func execute(_ sql: String, _ values: [Value]) throws(StoreError) -> OpaquePointer {
    let statement = try statement(sql, values)
    parameters.fill(values, types: statement.types)
    let result = parameters.withPointers { pointers, lengths, formats in
      PQexecPrepared(handle, statement.name, Int32(values.count), pointers, lengths, formats, 1)
    }
    return try checked(result, sql: sql)
  }

  private func checked(_ result: OpaquePointer?, sql: String) throws(StoreError) -> OpaquePointer {
    let status = PQresultStatus(result)
    if let result, status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY {
      return result
    }
    let error = StoreError.postgres(result, handle, sql: sql)
    PQclear(result)
    // A server that became a stand-by, is going down or has lost our statements: look for a new one.
    if error.kind == .readOnly || error.kind == .unavailable || error.code == "26000" { mustBeReplaced = true }
    throw error
  }
}

extension PostgresConnection {
  private func statement(_ sql: String, _ values: [Value]) throws(StoreError) -> PreparedStatement {
    uses += 1
    let fitting = prepared[sql]?.first { variant in
      variant.types.count == values.count && zip(variant.types, values).allSatisfy { PostgresType.takes($0, $1) }
    }
    if let fitting {
      fitting.lastUse = uses
      return fitting
    }
    try forgetOldest()
    let name = "p\(uses)"
    let types = try prepare(name, sql, values)
    let statement = PreparedStatement(name: name, types: types, lastUse: uses)
    prepared[sql, default: []].append(statement)
    preparedCount += 1
    return statement
  }

  /// Prepares the statement and returns the types of its parameters.
  private func prepare(_ name: String, _ sql: String, _ values: [Value]) throws(StoreError) -> [Oid] {
    let types = values.map(PostgresType.of)
    if types.contains(0) {
      try prepare(name, sql, inferring: types)
    } else {
      try prepare(name, sql, types: types)
    }
    let resolved = try describe(name, sql)
    guard resolved.count == values.count else {
      throw StoreError(.sql, "it has \(resolved.count) parameters and got \(values.count) values", sql: sql)
    }
    return resolved
  }

  /// Leaves the types of NULLs to the server. Where it cannot tell (`$1 IS NULL`), which fails the transaction and
  /// hence needs a savepoint, it names the parameter, and we try what that could be.
  private func prepare(_ name: String, _ sql: String, inferring types: [Oid]) throws(StoreError) {
    let isProtected = isInTransaction
    var guesses = types
    var (guessed, candidates) = (-1, [Oid]()[...])
    if isProtected { try control(["SAVEPOINT preparing"]) }
    while true {
      do throws(StoreError) {
        try prepare(name, sql, types: guesses)
        break
      } catch {
        guard let next = error.undecidedParameter ?? (error.isTypeMismatch && guessed >= 0 ? guessed : nil),
          guesses.indices.contains(next), types[next] == 0
        else { throw error }
        if next != guessed { (guessed, candidates) = (next, PostgresType.guesses[...]) }
        guard let candidate = candidates.popFirst() else { throw error }
        guesses[next] = candidate
        if isProtected { try control(["ROLLBACK TO SAVEPOINT preparing"]) }
      }
    }
    if isProtected { try control(["RELEASE SAVEPOINT preparing"]) }
  }

  private func prepare(_ name: String, _ sql: String, types: [Oid]) throws(StoreError) {
    PQclear(try checked(PQprepare(handle, name, sql, Int32(types.count), types), sql: sql))
  }

  private func describe(_ name: String, _ sql: String) throws(StoreError) -> [Oid] {
    let result = try checked(PQdescribePrepared(handle, name), sql: sql)
    defer { PQclear(result) }
    return (0..<PQnparams(result)).map { PQparamtype(result, $0) }
  }

  private func forgetOldest() throws(StoreError) {
    guard preparedCount >= Self.cachedStatements else { return }
    let oldest = prepared.min { oldestUse($0.value) < oldestUse($1.value) }
    guard let oldest else { return }
    for statement in oldest.value { try control(["DEALLOCATE \(statement.name)"]) }
    preparedCount -= oldest.value.count
    prepared[oldest.key] = nil
  }

  private func oldestUse(_ variants: [PreparedStatement]) -> Int { variants.map(\.lastUse).max() ?? 0 }
}

/// Lends the texts as a NULL-terminated array of C strings.
private func withCStrings<T>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
  let joined = texts.map { Array($0.utf8CString) }
  let bytes = joined.flatMap(\.self)
  return bytes.withUnsafeBufferPointer { buffer in
    var offset = 0
    var pointers: [UnsafePointer<CChar>?] = joined.map { text in
      defer { offset += text.count }
      return buffer.baseAddress.map { $0 + offset }
    }
    pointers.append(nil)
    return body(pointers)
  }
}
