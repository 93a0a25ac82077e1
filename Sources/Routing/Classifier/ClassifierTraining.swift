import Conversations

/// Makes a model from labelled texts: seconds on one core, and the same bits from the same texts and seed everywhere.
package struct ClassifierTraining: Sendable {
  /// Why no model can be made.
  package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
    case noTexts, oneLabel, emptyLabel(row: Int), tooManyLabels(Int), labelTooLong(row: Int)

    package var description: String {
      switch self {
      case .noTexts: "there is no text to learn from"
      case .oneLabel: "all texts have the same label; a choice needs at least two"
      case .emptyLabel(let row): "text \(row) has no label"
      case .tooManyLabels(let count): "\(count) labels; at most \(ClassifierTraining.labelsMax) can be told apart"
      case .labelTooLong(let row): "the label of text \(row) is longer than 256 bytes"
      }
    }
  }

  package static let labelsMax = 2000
  /// Size of the weights that a model file is kept under; the rarest features go first.
  private let weightBytesMax: Int
  static let quickWeightBytes = 6_000_000
  static let weightBytes = 19_000_000
  /// Nets of different seeds, whose mean decides: each more costs its time of training, and helps less than the one before.
  let nets: Int
  static let quickNets = 2
  static let usualNets = 4
  /// With thousands of texts per label nets differ little, and features count more.
  static let manyNets = 2
  /// Shows each text in a neutral frame as well: for messages as people write them, Chinese or English. Texts that are
  /// bare by nature lose a little by it.
  package var isFramed = false
  static let folds = 4
  /// From so many texts on those of one fold say enough of how sure to be.
  static let oneFoldMin = 4000

  var features = FeatureOptions()
  var weighting = FeatureWeights()
  /// With few texts per label what a word says is known less well, but counts more; and a label's own texts are rare.
  var fewWeighting = FeatureWeights(focusPower: 1)
  static let fewPerLabel = 25
  /// Few texts are read more often, and with more left out.
  var fewNet = NetTrainer.Options(
    epochs: 80, rate: 0.04, featureDropout: 0.6, hiddenDropout: 0.2, startSum: 1e-3)
  /// With thousands of texts per label fewer rounds and smaller steps do, more features are known well enough, and
  /// characters that stand far apart say nothing more. In so few rounds weights must begin larger to get anywhere.
  static let manyPerLabel = 2000
  static let manyHanGapMax = 5
  var manyWeighting = FeatureWeights(focusPower: 1)
  static let manyStarts: (first: Float, second: Float, sum: Float) = (0.15, 0.25, 1e-3)
  static let manyEpochs = 8
  static let manyRate: Float = 0.03
  var net = NetTrainer.Options()
  /// Very many labels need more hidden units, and these more restraint.
  static let manyLabels = 100
  var manyLabelsNet = NetTrainer.Options(hidden: 128, epochs: 40, featureDropout: 0.5, hiddenDropout: 0.4)
  var countMin = 2
  /// With few texts per label a feature seen once may be all there is.
  static let fewCountMin = 1

  /// `isQuick`: half the hidden units, two nets instead of four, and weights of at most 6 MB: a row of weights is two lines
  /// of the cache, and more of them stay there. Otherwise up to 19 MB.
  package init(seed: UInt64 = 1, isQuick: Bool = false) {
    weightBytesMax = isQuick ? Self.quickWeightBytes : Self.weightBytes
    nets = isQuick ? Self.quickNets : Self.usualNets
    if isQuick { net.hidden = 32 }
    net.seed = seed
  }

  /// Learns from `(label, text)` pairs; labels in order of first appearance.
  package func train(_ examples: [(label: String, text: String)]) throws(Problem) -> TextModel {
    let (names, labels) = try Self.numbered(examples)
    let texts = examples.map { TextFolding.foldedBytes($0.text) }
    let fit = fit(texts, labels, count: names.count)
    let calibration = Calibration(judged(texts, labels, count: names.count))
    return TextModel(
      labels: names, source: Self.fingerprint(examples), vocabulary: fit.vocabulary, nets: fit.nets,
      calibration: calibration, examples: examples.count)
  }

  /// 32 hex digits over the texts and labels that a model is made of, in their order: tells whether a model is theirs.
  package static func fingerprint(_ examples: [(label: String, text: String)]) -> String {
    var fingerprint = Fingerprint()
    for example in examples {
      fingerprint.add("\(example.label.utf8.count):\(example.label)\(example.text.utf8.count):".utf8)
      fingerprint.add(example.text.utf8)
    }
    return fingerprint.hex
  }

  private static func numbered(_ examples: [(label: String, text: String)]) throws(Problem) -> ([String], [Int]) {
    var (numbers, names, labels) = ([String: Int](), [String](), [Int]())
    for (row, example) in examples.enumerated() {
      guard !example.label.isEmpty else { throw .emptyLabel(row: row + 1) }
      guard example.label.utf8.count <= 256 else { throw .labelTooLong(row: row + 1) }
      let number = numbers[example.label] ?? names.count
      if number == names.count {
        numbers[example.label] = number
        names.append(example.label)
      }
      labels.append(number)
    }
    guard !names.isEmpty else { throw .noTexts }
    guard names.count > 1 else { throw .oneLabel }
    guard names.count <= labelsMax else { throw .tooManyLabels(names.count) }
    return (names, labels)
  }

  func fit(_ texts: [[UInt8]], _ labels: [Int], count: Int) -> (vocabulary: Vocabulary, nets: [NetTrainer]) {
    let (isSparse, isDense) = (texts.count < Self.fewPerLabel * count, texts.count > Self.manyPerLabel * count)
    var options = isSparse ? fewNet : count > Self.manyLabels ? manyLabelsNet : net
    if isDense {
      (options.epochs, options.rate) = (Self.manyEpochs, Self.manyRate)
      (options.firstStart, options.secondStart, options.startSum) = Self.manyStarts
    }
    var features = features
    if isDense { features.hanGapMax = min(features.hanGapMax, Self.manyHanGapMax) }
    let nets = isDense ? min(nets, Self.manyNets) : nets
    // Words that stand in frames only are left out of the vocabulary.
    let shown = texts + (isFramed ? framed(texts, salt: 1) : [])
    let shownLabels = labels + (isFramed ? labels : [])
    let bare = Vocabulary(
      options: features, folded: texts, countMin: isSparse ? Self.fewCountMin : countMin,
      featuresMax: weightBytesMax / (options.hidden * nets + 12))
    let weights = (isSparse ? fewWeighting : isDense ? manyWeighting : weighting).weights(
      VectorSet(bare, folded: shown, labels: shownLabels), features: bare.hashes.count, labels: count)
    let vocabulary = Vocabulary(options: features, hashes: bare.hashes, weights: weights)
    let set = VectorSet(vocabulary, folded: shown, labels: shownLabels)
    let trained = (0..<nets).map { member in
      options.seed = net.seed &+ 1_000_003 &* UInt64(member)
      return NetTrainer(set, features: weights.count, labels: count, options: options)
    }
    return (vocabulary, trained)
  }

  /// Each text in a frame; another `salt` gives other frames.
  private func framed(_ texts: [[UInt8]], salt: UInt64) -> [[UInt8]] {
    var random = SplitMix(seed: net.seed &+ 4711 &* salt)
    return texts.map { NeutralFrames.framed($0, &random) }
  }

  /// Scores of every text, and of the same in a frame, by a model that has seen neither.
  private func judged(_ texts: [[UInt8]], _ labels: [Int], count: Int) -> [Calibration.Judged] {
    var (order, random) = (Array(texts.indices), SplitMix(seed: net.seed &+ 77))
    random.shuffle(&order)
    var judged: [Calibration.Judged] = []
    for fold in 0..<(texts.count >= Self.oneFoldMin ? 1 : min(Self.folds, texts.count)) {
      let seen = order.indices.filter { $0 % Self.folds != fold }.map { order[$0] }
      let held = order.indices.filter { $0 % Self.folds == fold }.map { order[$0] }
      let fit = fit(seen.map { texts[$0] }, seen.map { labels[$0] }, count: count)
      var vectorizer = Vectorizer(fit.vocabulary)
      let unseen = held.map { texts[$0] }
      let answers = held.map { labels[$0] }
      for (text, label) in zip(unseen + (isFramed ? framed(unseen, salt: 2) : []), answers + answers) {
        vectorizer.read(text)
        let scores = NetTrainer.scores(vectorizer.features, by: fit.nets)
        judged.append(
          Calibration.Judged(label: label, scores: Array(scores.prefix(count)), spacedShare: vectorizer.spacedShare))
      }
    }
    return judged
  }
}
