/// Rows of numbers that begin where lines of the cache do: a row of 64 or 128 bytes that lies across their borders takes
/// one line more from memory.
///
/// Unchecked because nobody writes after `init`.
final class RowMemory<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let elements: UnsafeMutablePointer<Element>
  private let raw: UnsafeMutableRawPointer

  private static var lineBytes: Int { 64 }

  init(_ rows: [Element]) {
    raw = .allocate(byteCount: max(rows.count, 1) * MemoryLayout<Element>.stride, alignment: Self.lineBytes)
    elements = raw.bindMemory(to: Element.self, capacity: rows.count)
    for place in rows.indices { elements[place] = rows[place] }
  }

  deinit { raw.deallocate() }
}
