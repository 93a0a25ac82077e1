/// Weights of all features for fast sums: a feature's weights for all labels lie side by side, eight at a time.
struct WeightTable: Sendable {
  typealias Lane = SIMD8<Float>

  let lanes: Int
  private let rows: [Lane]
  private let bias: [Lane]

  init(steps: [Int8], stepSizes: [Float], bias: [Float]) {
    let labels = bias.count
    lanes = (labels + 7) / 8
    var rows = [Lane](repeating: .zero, count: stepSizes.count * lanes)
    for feature in stepSizes.indices {
      for label in 0..<labels {
        let weight = Float(steps[feature * labels + label]) * stepSizes[feature]
        rows[feature * lanes + label / 8][label % 8] = weight
      }
    }
    self.rows = rows
    self.bias = (0..<lanes).map { lane in
      SIMD8((0..<8).map { lane * 8 + $0 < labels ? bias[lane * 8 + $0] : -1e30 })
    }
  }

  /// Scores of all labels, eight at a time; what is beyond the last label is hugely negative.
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
              first += rows[base] * value
              second += rows[base + 1] * value
              third += rows[base + 2] * value
              fourth += rows[base + 3] * value
            }
            (out[lane], out[lane + 1], out[lane + 2], out[lane + 3]) = (first, second, third, fourth)
            lane += 4
          }
          while lane < lanes {
            var sum = bias[lane]
            for place in 0..<features.count {
              sum += rows[Int(features[place]) * lanes + lane] * Lane(repeating: values[place])
            }
            out[lane] = sum
            lane += 1
          }
        }
      }
    }
  }

  /// The sum of a feature's weights, each times what its label pulls.
  func product(_ feature: Int32, _ pulls: [Lane]) -> Float {
    let base = Int(feature) * lanes
    var sum = Lane.zero
    for lane in 0..<lanes { sum += rows[base + lane] * pulls[lane] }
    return sum.sum()
  }
}
