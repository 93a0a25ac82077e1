/// Numbers for hashes: open addressing, at most half full.
struct FeatureTable: Sendable {
  /// Hash in the upper half, number in the lower; 0 = free.
  private(set) var places: [UInt64]
  private(set) var count = 0

  init(capacity: Int = 1024) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    places = [UInt64](repeating: 0, count: size)
  }

  /// The number of a hash; -1 = unknown.
  @inline(__always)
  func number(of hash: UInt32) -> Int {
    let (places, mask) = (places.span, places.count - 1)
    var place = Int(hash) & mask
    while true {
      let entry = places[place]
      if UInt32(truncatingIfNeeded: entry >> 32) == hash { return Int(UInt32(truncatingIfNeeded: entry)) }
      if entry == 0 { return -1 }
      place = (place + 1) & mask
    }
  }

  /// The number of a hash, a new one if it is new. No hash is 0.
  mutating func add(_ hash: UInt32) -> Int {
    if count * 2 >= places.count { grow() }
    let mask = places.count - 1
    var place = Int(hash) & mask
    while places[place] != 0 {
      if UInt32(truncatingIfNeeded: places[place] >> 32) == hash {
        return Int(UInt32(truncatingIfNeeded: places[place]))
      }
      place = (place + 1) & mask
    }
    places[place] = UInt64(hash) << 32 | UInt64(count)
    count += 1
    return count - 1
  }

  private mutating func grow() {
    let old = places
    places = [UInt64](repeating: 0, count: old.count * 2)
    let mask = places.count - 1
    for entry in old where entry != 0 {
      var place = Int(entry >> 32) & mask
      while places[place] != 0 { place = (place + 1) & mask }
      places[place] = entry
    }
  }
}
