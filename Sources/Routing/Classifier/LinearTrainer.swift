/// Vectors of all training texts, one after the other.
struct VectorSet: Sendable {
  var starts: [Int] = [0]
  var features: [Int32] = []
  var values: [Float] = []
  var labels: [Int] = []

  var count: Int { labels.count }

  init(_ vocabulary: Vocabulary, folded texts: [[UInt8]], labels: [Int]) {
    var vectorizer = Vectorizer(vocabulary)
    for text in texts {
      vectorizer.read(text)
      features += vectorizer.features
      values += vectorizer.values
      starts.append(features.count)
    }
    self.labels = labels
  }
}

/// One-against-rest classifiers for all labels at once by dual coordinate descent on the squared hinge
/// (Hsieh et al. 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM"): text by text, every label's step
/// is taken together, so that a feature's weights for all labels lie side by side and vectorise.
struct LinearTrainer {
  struct Options: Sendable {
    /// Cost of an error; larger = closer fit.
    var cost: Float = 1
    /// How much more an error on a label's own texts costs.
    var ownCost: Float = 1
    var epochs = 15
    /// Steps may go below zero: squared error instead of squared hinge.
    var isLeastSquares = false
    var seed: UInt64 = 1
  }

  typealias Lane = SIMD8<Float>

  let options: Options
  let lanes: Int
  private(set) var weights: [Lane]
  private(set) var bias: [Lane]

  init(_ set: VectorSet, features: Int, labels: Int, options: Options) {
    self.options = options
    lanes = (labels + 7) / 8
    weights = [Lane](repeating: .zero, count: features * lanes)
    bias = [Lane](repeating: .zero, count: lanes)
    train(set)
  }

  private mutating func train(_ set: VectorSet) {
    var random = SplitMix(seed: options.seed)
    var order = Array(0..<set.count)
    var alphas = [Lane](repeating: .zero, count: set.count * lanes)
    let diagonals = (0..<set.count).map { row in
      set.values[set.starts[row]..<set.starts[row + 1]].reduce(Float(1)) { $0 + $1 * $1 }
    }
    for _ in 0..<options.epochs {
      random.shuffle(&order)
      for row in order { step(set, row, diagonals[row], &alphas) }
    }
  }

  private mutating func step(_ set: VectorSet, _ row: Int, _ diagonal: Float, _ alphas: inout [Lane]) {
    let (range, lanes, options) = (set.starts[row]..<set.starts[row + 1], lanes, options)
    let (home, place) = (set.labels[row] / 8, set.labels[row] % 8)
    weights.withUnsafeMutableBufferPointer { weights in
      bias.withUnsafeMutableBufferPointer { bias in
        alphas.withUnsafeMutableBufferPointer { alphas in
          withUnsafeTemporaryAllocation(of: Lane.self, capacity: lanes) { sums in
            for lane in 0..<lanes { sums[lane] = bias[lane] }
            for item in range {
              let (base, value) = (Int(set.features[item]) * lanes, set.values[item])
              for lane in 0..<lanes { sums[lane] += weights[base + lane] * value }
            }
            var isMoved = false
            for lane in 0..<lanes {
              var (sign, smooth) = (Lane(repeating: -1), Lane(repeating: 0.5 / options.cost))
              if lane == home {
                sign[place] = 1
                smooth[place] = 0.5 / (options.cost * options.ownCost)
              }
              let old = alphas[row * lanes + lane]
              var new = old - (sign * sums[lane] - 1 + smooth * old) / (smooth + diagonal)
              if !options.isLeastSquares { new = new.replacing(with: 0, where: new .< 0) }
              alphas[row * lanes + lane] = new
              let change = (new - old) * sign
              sums[lane] = change
              bias[lane] += change
              if change != .zero { isMoved = true }
            }
            guard isMoved else { return }
            for item in range {
              let (base, value) = (Int(set.features[item]) * lanes, set.values[item])
              for lane in 0..<lanes { weights[base + lane] += sums[lane] * value }
            }
          }
        }
      }
    }
  }

  /// What speaks for each label.
  func scores(_ features: some Sequence<Int32>, _ values: some Sequence<Float>) -> [Float] {
    var sums = bias
    for (feature, value) in zip(features, values) {
      let base = Int(feature) * lanes
      for lane in 0..<lanes { sums[lane] += weights[base + lane] * value }
    }
    return sums.flatMap { lane in (0..<8).map { lane[$0] } }
  }
}

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
