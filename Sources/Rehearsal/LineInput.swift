import Glibc

/// Cuts incoming bytes into lines that end in CR LF and nothing else (RFC 5321 §2.3.8); linear.
struct LineInput {
  private var bytes: [UInt8] = []
  private var start = 0
  /// Up to here no line end was found.
  private var searched = 0

  var pendingCount: Int { bytes.count - start }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    if start > 0 {
      bytes.removeSubrange(..<start)
      searched -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// The next whole line without its end.
  mutating func next() -> ArraySlice<UInt8>? {
    while let feed = indexOfLineFeed(from: searched) {
      searched = feed + 1
      guard feed > start, bytes[feed - 1] == 13 else { continue }
      defer { start = feed + 1 }
      return bytes[start..<feed - 1]
    }
    searched = bytes.count
    return nil
  }

  private func indexOfLineFeed(from index: Int) -> Int? {
    bytes.withUnsafeBytes { buffer in
      guard index < buffer.count, let base = buffer.baseAddress,
        let found = memchr(base + index, 10, buffer.count - index)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }
}
