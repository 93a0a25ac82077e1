/// A net with one hidden layer, trained text by text with cross entropy: what several features say together is more than
/// what each of them says, and words that are used alike come to lie alike, which a weight per word and label cannot.
///
/// Each row of weights (one feature's, one hidden unit's) has a step size of its own that shrinks with what the row has
/// already been moved (Adagrad, Duchi et al. 2011, with one sum per row). Features and hidden units are left out at random
/// while training (dropout, Srivastava et al. 2014). How sure to be is left to `Calibration`.
struct NetTrainer {
  struct Options: Sendable, Hashable {
    /// Hidden units, a multiple of 8.
    var hidden = 64
    var epochs = 25
    /// Size of the first steps; they shrink to nothing over the epochs.
    var rate: Float = 0.05
    /// Shares of features and hidden units that are left out of each step.
    var featureDropout: Float = 0.4
    var hiddenDropout: Float = 0.3
    /// Bounds of the weights before the first step, features' and hidden units': what nothing moves should say little.
    var firstStart: Float = 0.08
    var secondStart: Float = 0.06
    /// What each row counts as moved already; more of it makes its first steps smaller.
    var startSum: Float = 1e-2
    var seed: UInt64 = 1
  }

  typealias Lane = SIMD8<Float>

  let options: Options
  let hiddenLanes: Int
  let labelLanes: Int
  let labels: Int
  /// By feature, a row of hidden units.
  private(set) var first: [Lane]
  private(set) var firstBias: [Lane]
  /// By hidden unit, a row of labels.
  private(set) var second: [Lane]
  private(set) var secondBias: [Lane]
  private var firstSums: [Float]
  private var secondSums: [Float]
  private var biasSums: (first: Float, second: Float)
  private var random: SplitMix

  init(_ set: VectorSet, features: Int, labels: Int, options: Options) {
    (self.options, self.labels) = (options, labels)
    (hiddenLanes, labelLanes) = (options.hidden / 8, (labels + 7) / 8)
    random = SplitMix(seed: options.seed)
    let masks = (0..<labelLanes).map { Self.mask($0, labels) }
    first = []
    first.reserveCapacity(features * hiddenLanes)
    for _ in 0..<features * hiddenLanes { first.append(random.lane(options.firstStart)) }
    firstBias = [Lane](repeating: .zero, count: hiddenLanes)
    second = []
    for _ in 0..<options.hidden {
      for lane in 0..<labelLanes { second.append(random.lane(options.secondStart) * masks[lane]) }
    }
    secondBias = masks.map { (1 - $0) * -1e30 }
    firstSums = [Float](repeating: options.startSum, count: features)
    secondSums = [Float](repeating: options.startSum, count: options.hidden)
    biasSums = (options.startSum, options.startSum)
    train(set)
  }

  /// 1 where a label is, 0 beyond the last one.
  private static func mask(_ lane: Int, _ labels: Int) -> Lane {
    Lane((0..<8).map { lane * 8 + $0 < labels ? 1 : 0 })
  }

  private mutating func train(_ set: VectorSet) {
    var order = Array(0..<set.count)
    var buffers = Buffers(hidden: options.hidden, hiddenLanes: hiddenLanes, labelLanes: labelLanes)
    let steps = Float(max(set.count * options.epochs, 1))
    var done: Float = 0
    for _ in 0..<options.epochs {
      random.shuffle(&order)
      for row in order {
        step(set, row, rate: options.rate * (1 - done / steps), &buffers)
        done += 1
      }
    }
  }

  private struct Buffers {
    var features: [Int] = []
    var values: [Float] = []
    var hidden: [Lane]
    var hiddenErrors: [Lane]
    var errors: [Lane]
    /// Hidden units that are at work, with what they say.
    var units: [Int] = []
    var outputs: [Float] = []

    init(hidden: Int, hiddenLanes: Int, labelLanes: Int) {
      self.hidden = [Lane](repeating: .zero, count: hiddenLanes)
      hiddenErrors = self.hidden
      errors = [Lane](repeating: .zero, count: labelLanes)
    }
  }

  private mutating func step(_ set: VectorSet, _ row: Int, rate: Float, _ buffers: inout Buffers) {
    choose(set, row, &buffers)
    readHidden(&buffers)
    readErrors(label: set.labels[row], &buffers)
    moveSecond(rate, &buffers)
    moveFirst(rate, &buffers)
  }

  private mutating func choose(_ set: VectorSet, _ row: Int, _ buffers: inout Buffers) {
    buffers.features.removeAll(keepingCapacity: true)
    buffers.values.removeAll(keepingCapacity: true)
    let (kept, factor) = (1 - options.featureDropout, 1 / (1 - options.featureDropout))
    for item in set.starts[row]..<set.starts[row + 1] where random.share() < kept {
      buffers.features.append(Int(set.features[item]))
      buffers.values.append(set.values[item] * factor)
    }
  }

  private mutating func readHidden(_ buffers: inout Buffers) {
    let (lanes, features, values) = (hiddenLanes, buffers.features, buffers.values)
    for lane in 0..<lanes { buffers.hidden[lane] = firstBias[lane] }
    first.withUnsafeBufferPointer { first in
      buffers.hidden.withUnsafeMutableBufferPointer { hidden in
        for (feature, value) in zip(features, values) {
          let base = feature * lanes
          for lane in 0..<lanes { hidden[lane] += first[base + lane] * value }
        }
      }
    }
    buffers.units.removeAll(keepingCapacity: true)
    buffers.outputs.removeAll(keepingCapacity: true)
    let (kept, factor) = (1 - options.hiddenDropout, 1 / (1 - options.hiddenDropout))
    for unit in 0..<options.hidden {
      let value = buffers.hidden[unit / 8][unit % 8]
      guard value > 0, random.share() < kept else { continue }
      buffers.units.append(unit)
      buffers.outputs.append(value * factor)
    }
  }

  /// Probabilities less what they should be.
  private func readErrors(label: Int, _ buffers: inout Buffers) {
    for lane in 0..<labelLanes { buffers.errors[lane] = secondBias[lane] }
    for (unit, value) in zip(buffers.units, buffers.outputs) {
      for lane in 0..<labelLanes { buffers.errors[lane] += second[unit * labelLanes + lane] * value }
    }
    let top = buffers.errors.reduce(-Float.greatestFiniteMagnitude) { max($0, $1.max()) }
    var total: Float = 0
    for lane in 0..<labelLanes {
      buffers.errors[lane] = SoftMax.exponential(buffers.errors[lane] - top)
      total += buffers.errors[lane].sum()
    }
    for lane in 0..<labelLanes { buffers.errors[lane] /= total }
    buffers.errors[label / 8][label % 8] -= 1
  }

  private mutating func moveSecond(_ rate: Float, _ buffers: inout Buffers) {
    let lanes = labelLanes
    let square = buffers.errors.reduce(Float(0)) { $0 + ($1 * $1).sum() } / Float(labels)
    for lane in 0..<hiddenLanes { buffers.hiddenErrors[lane] = .zero }
    for (unit, value) in zip(buffers.units, buffers.outputs) {
      var back = Lane.zero
      for lane in 0..<lanes { back += second[unit * lanes + lane] * buffers.errors[lane] }
      buffers.hiddenErrors[unit / 8][unit % 8] = back.sum() / (1 - options.hiddenDropout)
      secondSums[unit] += value * value * square
      let pace = rate * value / secondSums[unit].squareRoot()
      for lane in 0..<lanes { second[unit * lanes + lane] -= buffers.errors[lane] * pace }
    }
    biasSums.second += square
    let pace = rate / biasSums.second.squareRoot()
    for lane in 0..<lanes { secondBias[lane] -= buffers.errors[lane] * pace }
  }

  private mutating func moveFirst(_ rate: Float, _ buffers: inout Buffers) {
    let (lanes, features, values) = (hiddenLanes, buffers.features, buffers.values)
    let square = buffers.hiddenErrors.reduce(Float(0)) { $0 + ($1 * $1).sum() } / Float(options.hidden)
    guard square > 0 else { return }
    first.withUnsafeMutableBufferPointer { first in
      firstSums.withUnsafeMutableBufferPointer { sums in
        buffers.hiddenErrors.withUnsafeBufferPointer { errors in
          for (feature, value) in zip(features, values) {
            sums[feature] += value * value * square
            let (base, pace) = (feature * lanes, rate * value / sums[feature].squareRoot())
            for lane in 0..<lanes { first[base + lane] -= errors[lane] * pace }
          }
        }
      }
    }
    biasSums.first += square
    let pace = rate / biasSums.first.squareRoot()
    for lane in 0..<lanes { firstBias[lane] -= buffers.hiddenErrors[lane] * pace }
  }

  /// What speaks for each label; beyond the last label hugely negative.
  func scores(_ features: [TextFeature]) -> [Float] {
    var hidden = firstBias
    for feature in features {
      let row = Int(feature.number) * hiddenLanes
      for lane in 0..<hiddenLanes { hidden[lane] += first[row + lane] * feature.value }
    }
    var sums = secondBias
    for unit in 0..<options.hidden {
      let value = hidden[unit / 8][unit % 8]
      guard value > 0 else { continue }
      for lane in 0..<labelLanes { sums[lane] += second[unit * labelLanes + lane] * value }
    }
    return sums.flatMap { lane in (0..<8).map { lane[$0] } }
  }

  /// The mean of what several nets say.
  static func scores(_ features: [TextFeature], by nets: [NetTrainer]) -> [Float] {
    var sums = nets[0].scores(features)
    for net in nets.dropFirst() {
      for (label, score) in net.scores(features).enumerated() { sums[label] += score }
    }
    return sums.map { $0 / Float(nets.count) }
  }
}
