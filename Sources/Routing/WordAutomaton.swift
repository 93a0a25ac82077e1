/// Finds all of many byte patterns in one pass (Aho and Corasick, 1975): one table look-up per byte of text, however many
/// patterns there are.
struct WordAutomaton: Sendable {
  /// Byte → column of `next`; bytes that no pattern has share column 0.
  private var columns = [UInt8](repeating: 0, count: 256)
  private var width = 1
  /// State × column → state; only while it is built.
  private var next: [Int32] = []
  /// The same times two, plus one where a pattern ends in the state: most bytes of a text need no second look. Two bytes
  /// each as long as they suffice, so that more of it stays near the processor.
  private var narrow: [UInt16] = []
  private var wide: [UInt32] = []
  /// The pattern that ends in a state, −1 for none.
  private var ending: [Int32] = []
  /// The nearest shorter state in which a pattern ends as well, 0 for none.
  private var shorter: [Int32] = []
  private let lengths: [Int]

  /// A pattern in a text: bytes `start..<end`.
  struct Hit: Sendable, Hashable {
    var pattern: Int
    var start: Int
    var end: Int
  }

  /// Patterns are numbered as given; they must be distinct and not empty.
  init(_ patterns: [[UInt8]]) {
    lengths = patterns.map(\.count)
    assignColumns(patterns)
    buildTrie(patterns)
    linkFailures()
    let marked = next.map { state in
      UInt32(state) << 1 | (ending[Int(state)] >= 0 || shorter[Int(state)] > 0 ? 1 : 0)
    }
    if ending.count <= 1 << 15 { narrow = marked.map { UInt16($0) } } else { wide = marked }
    next = []
  }

  private mutating func assignColumns(_ patterns: [[UInt8]]) {
    var used = [Bool](repeating: false, count: 256)
    for pattern in patterns { for byte in pattern { used[Int(byte)] = true } }
    // UTF-8 never uses all 256 bytes, so the columns fit a byte.
    for byte in 0..<256 where used[byte] && width < 256 {
      columns[byte] = UInt8(width)
      width += 1
    }
  }

  private mutating func addState() -> Int32 {
    next.append(contentsOf: repeatElement(-1, count: width))
    ending.append(-1)
    shorter.append(0)
    return Int32(ending.count - 1)
  }

  private mutating func buildTrie(_ patterns: [[UInt8]]) {
    _ = addState()
    for (number, pattern) in patterns.enumerated() {
      var state: Int32 = 0
      for byte in pattern {
        let slot = Int(state) * width + Int(columns[Int(byte)])
        if next[slot] < 0 {
          let fresh = addState()
          next[slot] = fresh
        }
        state = next[slot]
      }
      ending[Int(state)] = Int32(number)
    }
  }

  /// Breadth first: where a state has no way on, its longest proper suffix's way is taken.
  private mutating func linkFailures() {
    var failure = [Int32](repeating: 0, count: ending.count)
    var queue: [Int32] = []
    for column in 0..<width {
      if next[column] < 0 { next[column] = 0 } else { queue.append(next[column]) }
    }
    var head = 0
    while head < queue.count {
      let state = Int(queue[head])
      let suffix = Int(failure[state])
      shorter[state] = ending[suffix] >= 0 ? Int32(suffix) : shorter[suffix]
      for column in 0..<width {
        let target = next[state * width + column]
        let fallback = next[suffix * width + column]
        if target < 0 {
          next[state * width + column] = fallback
        } else {
          failure[Int(target)] = fallback
          queue.append(target)
        }
      }
      head += 1
    }
  }

  /// Calls `found` for every occurrence, in order of their ends, longest first at one end.
  func scan(_ text: [UInt8], _ found: (Hit) -> Void) {
    guard ending.count > 1 else { return }
    if wide.isEmpty { scan(text, narrow, found) } else { scan(text, wide, found) }
  }

  private func scan<Entry: FixedWidthInteger>(_ text: [UInt8], _ table: [Entry], _ found: (Hit) -> Void) {
    text.withUnsafeBufferPointer { text in
      table.withUnsafeBufferPointer { table in
        columns.withUnsafeBufferPointer { columns in
          var state = 0
          for index in 0..<text.count {
            let step = Int(truncatingIfNeeded: table[state * width + Int(columns[Int(text[index])])])
            state = step >> 1
            guard step & 1 == 1 else { continue }
            var match = ending[state] >= 0 ? Int32(state) : shorter[state]
            while match > 0 {
              let pattern = Int(ending[Int(match)])
              found(Hit(pattern: pattern, start: index + 1 - lengths[pattern], end: index + 1))
              match = shorter[Int(match)]
            }
          }
        }
      }
    }
  }
}
