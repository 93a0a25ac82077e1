/// Little-endian numbers one after the other.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func write(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Reads what `ByteWriter` wrote; never beyond the end.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private(set) var index: Int

  init(_ bytes: ArraySlice<UInt8>) { (self.bytes, index) = (bytes, bytes.startIndex) }

  var isAtEnd: Bool { index == bytes.endIndex }

  mutating func take(_ count: Int) throws(TextModel.FileProblem) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - index else { throw .cutShort }
    defer { index += count }
    return bytes[index..<index + count]
  }

  mutating func number() throws(TextModel.FileProblem) -> UInt32 {
    try take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }

  mutating func float() throws(TextModel.FileProblem) -> Float { Float(bitPattern: try number()) }

  mutating func numbers(_ count: Int) throws(TextModel.FileProblem) -> [UInt32] {
    let part = try take(count.multipliedReportingOverflow(by: 4).overflow ? -1 : count * 4)
    return part.withUnsafeBytes { raw in
      (0..<count).map { UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
  }
}
