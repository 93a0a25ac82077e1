/// SplitMix64 (Steele et al. 2014): the same numbers from the same seed everywhere.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func shuffle(_ items: inout [Int]) {
    guard items.count > 1 else { return }
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, Int(next() % UInt64(last + 1)))
    }
  }
}

extension SplitMix {
  /// 0 ≤ x < 1.
  mutating func share() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Eight numbers evenly from −bound to bound.
  mutating func lane(_ bound: Float) -> SIMD8<Float> {
    var lane = SIMD8<Float>()
    for place in 0..<8 { lane[place] = (share() * 2 - 1) * bound }
    return lane
  }
}
