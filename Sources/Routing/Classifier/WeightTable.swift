/// Weights of all features for fast sums: a feature's weights for all hidden units lie side by side, eight at a time.
///
/// To read a row takes longer than to sum it up, so weights are kept short: the upper half of a `Float` (bfloat16), whose
/// error of 1/512 is less than that of the whole steps they come from.
struct WeightTable: Sendable {
  typealias Lane = SIMD8<Float>

  let lanes: Int
  private let rows: RowMemory<SIMD8<UInt16>>
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
    self.rows = RowMemory(rows)
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
  func scores(_ features: [TextFeature], into out: inout [Lane]) {
    let rows = rows.elements
    var lane = 0
    // Four sums at a time stay in registers.
    while lane + 4 <= lanes {
      var (first, second, third, fourth) = (bias[lane], bias[lane + 1], bias[lane + 2], bias[lane + 3])
      for feature in features {
        let row = rows + (Int(feature.number) &* lanes &+ lane)
        first += Self.long(row[0]) * feature.value
        second += Self.long(row[1]) * feature.value
        third += Self.long(row[2]) * feature.value
        fourth += Self.long(row[3]) * feature.value
      }
      (out[lane], out[lane + 1], out[lane + 2], out[lane + 3]) = (first, second, third, fourth)
      lane += 4
    }
    while lane < lanes {
      var sum = bias[lane]
      for feature in features { sum += Self.long(rows[Int(feature.number) &* lanes &+ lane]) * feature.value }
      out[lane] = sum
      lane += 1
    }
  }

  /// What each feature adds: the sum of its weights, each times what its unit pulls, times its value.
  func amounts(_ features: [TextFeature], _ pulls: [Lane], into out: inout [Float]) {
    out.removeAll(keepingCapacity: true)
    let (rows, pulls) = (rows.elements, pulls.span)
    out.append(addingCapacity: features.count) { out in
      for feature in features {
        let row = rows + Int(feature.number) &* lanes
        var (sum, lane) = (Lane.zero, 0)
        while lane + 4 <= lanes {
          let first = Self.long(row[lane]) * pulls[unchecked: lane]
          let second = Self.long(row[lane + 1]) * pulls[unchecked: lane + 1]
          let third = Self.long(row[lane + 2]) * pulls[unchecked: lane + 2]
          let fourth = Self.long(row[lane + 3]) * pulls[unchecked: lane + 3]
          sum += (first + second) + (third + fourth)
          lane += 4
        }
        while lane < lanes {
          sum += Self.long(row[lane]) * pulls[unchecked: lane]
          lane += 1
        }
        let half = sum.lowHalf + sum.highHalf
        let quarter = half.lowHalf + half.highHalf
        out.append((quarter.x + quarter.y) * feature.value)
      }
    }
  }
}
