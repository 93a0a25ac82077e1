import CPostgres

/// Object ids of the types we meet (pg_type.dat); they never change.
enum PostgresType {
  static let bool: Oid = 16
  static let bytea: Oid = 17
  static let int8: Oid = 20
  static let int2: Oid = 21
  static let int4: Oid = 23
  static let text: Oid = 25
  static let float4: Oid = 700
  static let float8: Oid = 701
  static let numeric: Oid = 1700
  /// name, text, json, unknown, bpchar, varchar: the binary form is the text itself.
  static let texts: Set<Oid> = [19, 25, 114, 705, 1042, 1043]

  /// What a NULL may stand for, the likeliest first.
  static let guesses: [Oid] = [text, int8, bytea, float8]

  /// The type a parameter is declared with, so that `$n` needs no cast; 0 leaves it to the server.
  static func of(_ value: Value) -> Oid {
    switch value {
    case .null: 0
    case .int: int8
    case .real: float8
    case .text: text
    case .blob: bytea
    }
  }

  /// Whether `value` can be sent to a parameter that the server takes for `type`.
  static func takes(_ type: Oid, _ value: Value) -> Bool {
    switch value {
    case .null: true
    case .int(let value):
      switch type {
      case int8: true
      case int4: Int32(exactly: value) != nil
      case int2: Int16(exactly: value) != nil
      default: false
      }
    case .real: type == float8
    case .text: texts.contains(type)
    case .blob: type == bytea
    }
  }
}

/// The parameters of one execution in binary form, one after the other in one buffer.
struct PostgresParameters {
  private var bytes: [UInt8] = []
  private var offsets: [Int] = []
  private var lengths: [Int32] = []

  mutating func fill(_ values: [Value], types: [Oid]) {
    bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
    offsets.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    for (value, type) in zip(values, types) {
      let start = bytes.count
      append(value, as: type)
      offsets.append(value == .null ? -1 : start)
      lengths.append(Int32(clamping: bytes.count - start))
    }
    bytes.append(0)  // so that an empty text at the end still has an address
  }

  private mutating func append(_ value: Value, as type: Oid) {
    switch value {
    case .null: break
    case .int(let value):
      switch type {
      case PostgresType.int4: bigEndian(Int32(clamping: value))
      case PostgresType.int2: bigEndian(Int16(clamping: value))
      default: bigEndian(value)
      }
    case .real(let value): bigEndian(value.bitPattern)
    case .text(var text):
      text.withUTF8 { utf8 in
        guard utf8.contains(0) else { return bytes.append(contentsOf: utf8) }
        bytes.append(contentsOf: cleanText(utf8).utf8)
      }
    case .blob(let blob): bytes.append(contentsOf: blob)
    }
  }

  private mutating func bigEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// Lends pointers, lengths and formats (1 = binary) as libpq takes them.
  func withPointers<T>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
  ) -> T {
    bytes.withUnsafeBytes { buffer in
      let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers = offsets.map { offset in offset < 0 ? nil : base.map { $0 + offset } }
      let formats = [Int32](repeating: 1, count: offsets.count)
      return body(pointers, lengths, formats)
    }
  }
}

/// Reads the rows of a result in binary form.
struct PostgresResult {
  let result: OpaquePointer
  let sql: String

  func rows() throws(StoreError) -> [[Value]] {
    let columns = PQnfields(result)
    let types = (0..<columns).map { PQftype(result, $0) }
    var rows: [[Value]] = []
    rows.reserveCapacity(Int(PQntuples(result)))
    for row in 0..<PQntuples(result) {
      var values: [Value] = []
      values.reserveCapacity(Int(columns))
      for column in 0..<columns { values.append(try value(row, column, types[Int(column)])) }
      rows.append(values)
    }
    return rows
  }

  private func value(_ row: Int32, _ column: Int32, _ type: Oid) throws(StoreError) -> Value {
    guard PQgetisnull(result, row, column) == 0 else { return .null }
    let length = Int(PQgetlength(result, row, column))
    let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length)
    switch type {
    case PostgresType.int8 where length == 8: return .int(integer(bytes))
    case PostgresType.int4 where length == 4: return .int(Int64(integer(bytes) as Int32))
    case PostgresType.int2 where length == 2: return .int(Int64(integer(bytes) as Int16))
    case PostgresType.bool where length == 1: return .int(bytes[0] == 0 ? 0 : 1)
    case PostgresType.float8 where length == 8: return .real(Double(bitPattern: integer(bytes)))
    case PostgresType.float4 where length == 4: return .real(Double(Float(bitPattern: integer(bytes))))
    case PostgresType.bytea: return .blob([UInt8](bytes))
    case PostgresType.numeric where length >= 8: return numeric(bytes)
    case 2278: return .null  // void
    case _ where PostgresType.texts.contains(type): return .text(String(decoding: bytes, as: UTF8.self))
    default: throw StoreError(.sql, "column \(column) has a type we do not read (\(type)): cast it", sql: sql)
    }
  }

  private func integer<T: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) -> T {
    T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// Sums of integers come as numeric: whole numbers that fit become integers, as SQLite has them, all others doubles.
  /// Layout: count of base-10 000 digits, weight, sign, display scale, digits (src/backend/utils/adt/numeric.c).
  private func numeric(_ bytes: UnsafeRawBufferPointer) -> Value {
    let count = Int(integer(bytes) as Int16)
    let weight = Int(integer(bytes, at: 2) as Int16)
    let isNegative = (integer(bytes, at: 4) as UInt16) == 0x4000
    let isWhole = (integer(bytes, at: 6) as Int16) == 0
    var (whole, real, fits) = (Int64(0), 0.0, isWhole)
    for position in 0..<max(count, weight + 1) {
      let isThere = position < count && bytes.count >= 10 + 2 * position
      let digit = isThere ? Int64(integer(bytes, at: 8 + 2 * position) as Int16) : 0
      let (shifted, overflow) = whole.multipliedReportingOverflow(by: 10_000)
      let (sum, carry) = shifted.addingReportingOverflow(isNegative ? -digit : digit)
      (whole, fits) = (sum, fits && !overflow && !carry)
      real += Double(digit) * power(weight - position)
    }
    return fits ? .int(whole) : .real(isNegative ? -real : real)
  }

  /// 10 000 to the power of `exponent`.
  private func power(_ exponent: Int) -> Double {
    var value = 1.0
    for _ in 0..<min(exponent.magnitude, 80) { value = exponent < 0 ? value / 10_000 : value * 10_000 }
    return value
  }
}
