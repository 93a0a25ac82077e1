/// Weights of all features for fast sums: eight labels of 16 bits at a time, one multiplication and one addition each.
///
/// A product is cut to its upper 16 bits. The scale is chosen so that no sum can overflow: by Cauchy–Schwarz a score is at
/// most the length of a text's vector times the length of the label's weights.
struct WeightTable: Sendable {
  typealias Lane = SIMD8<Int16>

  let lanes: Int
  private let rows: [Lane]
  private let bias: [SIMD8<Float>]
  private let unit: Float
  /// Values of a text are below 2: in 1/2¹⁴.
  private static let valueOne: Float = 16_384

  init(steps: [Int8], stepSizes: [Float], bias: [Float], lettersWeight: Float) {
    let labels = bias.count
    lanes = (labels + 7) / 8
    var (squares, largest) = ([Float](repeating: 0, count: labels), Float(1e-9))
    for feature in stepSizes.indices {
      for label in 0..<labels {
        let weight = Float(steps[feature * labels + label]) * stepSizes[feature]
        squares[label] += weight * weight
        largest = max(largest, abs(weight))
      }
    }
    let length = (squares.max() ?? 0).squareRoot() * (1 + lettersWeight * lettersWeight).squareRoot()
    let scale = min(30_000 / max(length, 1e-6), 8_000 / largest)
    unit = 1 / scale
    var rows = [Lane](repeating: .zero, count: stepSizes.count * lanes)
    for feature in stepSizes.indices {
      for label in 0..<labels {
        let weight = Float(steps[feature * labels + label]) * stepSizes[feature]
        rows[feature * lanes + label / 8][label % 8] = Int16((weight * scale * 4).rounded())
      }
    }
    self.rows = rows
    self.bias = (0..<lanes).map { lane in
      SIMD8((0..<8).map { lane * 8 + $0 < labels ? bias[lane * 8 + $0] : -.greatestFiniteMagnitude })
    }
  }

  /// Scores of all labels, eight at a time; what is beyond the last label is hugely negative.
  func scores(_ features: [Int32], _ values: [Float], into out: inout [SIMD8<Float>], sums: inout [Lane]) {
    for lane in 0..<lanes { sums[lane] = .zero }
    rows.withUnsafeBufferPointer { rows in
      sums.withUnsafeMutableBufferPointer { sums in
        for place in features.indices {
          let value = SIMD8<Int32>(repeating: Int32(values[place] * Self.valueOne))
          let base = Int(features[place]) * lanes
          for lane in 0..<lanes {
            let product = SIMD8<Int32>(truncatingIfNeeded: rows[base + lane]) &* value
            sums[lane] &+= Lane(truncatingIfNeeded: product &>> 16)
          }
        }
      }
    }
    for lane in 0..<lanes { out[lane] = SIMD8<Float>(sums[lane]) * unit + bias[lane] }
  }
}
