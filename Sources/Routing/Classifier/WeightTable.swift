/// Weights of all features for fast sums: a feature's weights for all hidden units lie side by side, eight at a time.
///
/// To read a row takes longer than to sum it up, so weights are kept short: the upper half of a `Float` (bfloat16), whose
/// error of 1/512 is less than that of the whole steps they come from.
struct WeightTable: Sendable {
  typealias Lane = SIMD8<Float>

  let lanes: Int
  private let rows: [SIMD8<UInt16>]
  private let bias: [Lane]

  init(steps: [Int8], stepSizes: [Float], bias: [Float]) {
    let units = bias.count
    lanes = (units + 7) / 8
    var rows = [SIMD8<UInt16>](repeating: .zero, count: stepSizes.count * lanes)
    for feature in stepSizes.indices {
      for unit in 0..<units {
        let weight = Float(steps[feature * units + unit]) * stepSizes[feature]
        rows[feature * lanes + unit / 8][unit % 8] = Self.short(weight)
      }
    }
    self.rows = rows
    self.bias = (0..<lanes).map { lane in
      SIMD8((0..<8).map { lane * 8 + $0 < units ? bias[lane * 8 + $0] : -1e30 })
    }
  }

  /// The nearest, of two alike the even one.
  private static func short(_ weight: Float) -> UInt16 {
    let bits = weight.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  @inline(__always)
  private static func long(_ weights: SIMD8<UInt16>) -> Lane {
    unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: weights) &<< 16, to: Lane.self)
  }

  /// Sums of all units, eight at a time; what is beyond the last unit is hugely negative.
  func scores(_ features: [Int32], _ values: [Float], into out: inout [Lane]) {
    rows.withUnsafeBufferPointer { rows in
      features.withUnsafeBufferPointer { features in
        values.withUnsafeBufferPointer { values in
          var lane = 0
          // Four sums at a time stay in registers.
          while lane + 4 <= lanes {
            var (first, second, third, fourth) = (bias[lane], bias[lane + 1], bias[lane + 2], bias[lane + 3])
            for place in 0..<features.count {
              let (base, value) = (Int(features[place]) * lanes + lane, Lane(repeating: values[place]))
              first += Self.long(rows[base]) * value
              second += Self.long(rows[base + 1]) * value
              third += Self.long(rows[base + 2]) * value
              fourth += Self.long(rows[base + 3]) * value
            }
            (out[lane], out[lane + 1], out[lane + 2], out[lane + 3]) = (first, second, third, fourth)
            lane += 4
          }
          while lane < lanes {
            var sum = bias[lane]
            for place in 0..<features.count {
              sum += Self.long(rows[Int(features[place]) * lanes + lane]) * Lane(repeating: values[place])
            }
            out[lane] = sum
            lane += 1
          }
        }
      }
    }
  }

  /// The sum of a feature's weights, each times what its unit pulls.
  func product(_ feature: Int32, _ pulls: [Lane]) -> Float {
    let base = Int(feature) * lanes
    var sum = Lane.zero
    for lane in 0..<lanes { sum += Self.long(rows[base + lane]) * pulls[lane] }
    return sum.sum()
  }
}
