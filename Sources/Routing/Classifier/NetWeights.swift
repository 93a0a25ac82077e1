/// A trained net as it stands in the file.
struct NetWeights: Sendable {
  let hidden: Int
  /// A row of hidden units for each feature in whole steps, and the size of each row's steps.
  let steps: [Int8]
  let stepSizes: [Float]
  let hiddenBias: [Float]
  /// A row of labels for each hidden unit.
  let labelWeights: [Float]
  let labelBias: [Float]

  init(
    hidden: Int, steps: [Int8], stepSizes: [Float], hiddenBias: [Float], labelWeights: [Float], labelBias: [Float]
  ) {
    (self.hidden, self.steps, self.stepSizes) = (hidden, steps, stepSizes)
    (self.hiddenBias, self.labelWeights, self.labelBias) = (hiddenBias, labelWeights, labelBias)
  }

  /// Several nets side by side as one, whose scores are the mean of theirs: nets that began differently err differently,
  /// and what they err in evens out.
  init(_ nets: [NetTrainer], features: Int) {
    let (lanes, labels) = (nets[0].hiddenLanes, nets[0].labels)
    var (steps, sizes) = ([Int8](), [Float]())
    steps.reserveCapacity(features * lanes * 8 * nets.count)
    sizes.reserveCapacity(features)
    for feature in 0..<features {
      let row = nets.flatMap { $0.first[feature * lanes..<(feature + 1) * lanes] }
      let largest = row.reduce(Float(0)) { most, lane in max(most, lane.max(), -lane.min()) }
      let size = max(largest / 127, 1e-9)
      sizes.append(size)
      for lane in row { for place in 0..<8 { steps.append(Int8((lane[place] / size).rounded())) } }
    }
    let share = 1 / Float(nets.count)
    let bias = nets.dropFirst().reduce(nets[0].secondBias) { sum, net in zip(sum, net.secondBias).map { $0 + $1 } }
    self.init(
      hidden: lanes * 8 * nets.count, steps: steps, stepSizes: sizes,
      hiddenBias: nets.flatMap { net in (0..<lanes * 8).map { net.firstBias[$0 / 8][$0 % 8] } },
      labelWeights: nets.flatMap { net in
        (0..<lanes * 8).flatMap { unit in
          (0..<labels).map { net.second[unit * net.labelLanes + $0 / 8][$0 % 8] * share }
        }
      },
      labelBias: (0..<labels).map { bias[$0 / 8][$0 % 8] * share })
  }
}

/// Weights from hidden units to labels, eight labels at a time, in pairs of eight.
struct LabelTable: Sendable {
  typealias Lane = SIMD8<Float>

  let lanes: Int
  private let rows: [Lane]
  private let bias: [Lane]
  /// By label, a row of hidden units: their weights less those in the mean of all labels.
  private let pulls: [Lane]

  init(_ net: NetWeights) {
    let labels = net.labelBias.count
    let means = (0..<net.hidden).map { unit in
      net.labelWeights[unit * labels..<(unit + 1) * labels].reduce(0, +) / Float(labels)
    }
    pulls = (0..<labels * net.hidden / 8).map { row in
      let (label, lane) = (row / (net.hidden / 8), row % (net.hidden / 8))
      return Lane((0..<8).map { net.labelWeights[(lane * 8 + $0) * labels + label] - means[lane * 8 + $0] })
    }
    lanes = (labels + 15) / 16 * 2
    var rows = [Lane](repeating: .zero, count: net.hidden * lanes)
    for unit in 0..<net.hidden {
      for label in 0..<labels { rows[unit * lanes + label / 8][label % 8] = net.labelWeights[unit * labels + label] }
    }
    self.rows = rows
    bias = (0..<lanes).map { lane in
      Lane((0..<8).map { lane * 8 + $0 < labels ? net.labelBias[lane * 8 + $0] : -1e30 })
    }
  }

  /// Scores of all labels from what hidden units sum up to; what is below zero is silent.
  func scores(_ hidden: [Lane], into out: inout [Lane]) {
    withUnsafeTemporaryAllocation(of: (unit: Int, value: Float).self, capacity: hidden.count * 8) { speaking in
      var count = 0
      for lane in hidden.indices {
        for place in 0..<8 {
          speaking[count] = (lane * 8 + place, hidden[lane][place])
          count += hidden[lane][place] > 0 ? 1 : 0
        }
      }
      let rows = rows.span
      for lane in stride(from: 0, to: lanes, by: 2) {
        var (first, second) = (bias[lane], bias[lane + 1])
        for (unit, value) in speaking[..<count] {
          let place = unit &* lanes &+ lane
          first += rows[place] * value
          second += rows[place + 1] * value
        }
        (out[lane], out[lane + 1]) = (first, second)
      }
    }
  }

  /// By hidden unit: how much it pulls towards the label rather than towards the others; 0 for those that are silent.
  func pulls(_ hidden: [Lane], on label: Int, into out: inout [Lane]) {
    for lane in hidden.indices {
      out[lane] = pulls[label * hidden.count + lane].replacing(with: 0, where: hidden[lane] .<= 0)
    }
  }
}
