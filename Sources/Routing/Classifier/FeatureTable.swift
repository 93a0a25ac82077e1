/// Numbers for hashes: open addressing, at most half full.
struct FeatureTable: Sendable {
  private var keys: [UInt32]
  private var numbers: [Int32]
  private(set) var count = 0
  private var mask: Int

  init(capacity: Int = 1024) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    (keys, numbers, mask) = ([UInt32](repeating: 0, count: size), [Int32](repeating: 0, count: size), size - 1)
  }

  @inline(__always)
  func number(of hash: UInt32) -> Int? {
    var place = Int(hash) & mask
    while true {
      let key = keys[place]
      if key == hash { return Int(numbers[place]) }
      if key == 0 { return nil }
      place = (place + 1) & mask
    }
  }

  /// The number of a hash, a new one if it is new.
  mutating func add(_ hash: UInt32) -> Int {
    if count * 2 >= keys.count { grow() }
    var place = Int(hash) & mask
    while keys[place] != 0 {
      if keys[place] == hash { return Int(numbers[place]) }
      place = (place + 1) & mask
    }
    (keys[place], numbers[place]) = (hash, Int32(count))
    count += 1
    return count - 1
  }

  private mutating func grow() {
    let old = zip(keys, numbers).filter { $0.0 != 0 }.sorted { $0.1 < $1.1 }
    self = FeatureTable(capacity: keys.count)
    for (key, _) in old { _ = add(key) }
  }
}
