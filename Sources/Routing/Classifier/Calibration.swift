/// Makes probabilities of scores: softmax with one temperature, chosen on texts the scoring model had not seen
/// (Guo et al. 2017, "On Calibration of Modern Neural Networks").
struct Calibration: Sendable, Hashable {
  struct Judged: Sendable {
    var label: Int
    var scores: [Float]
    /// `FeatureReader.spacedShare` of the text.
    var spacedShare: Float
  }

  /// Factors of the scores before the softmax, for texts of spaced words and for texts of Han characters: a model that
  /// knows one language better may not be as sure of itself in the other.
  var spaced: Float = 1
  var unspaced: Float = 1
  /// The lowest confidence at which the texts above it are right often enough.
  var threshold: Float = 0.5

  /// How often answers above the threshold must be right on unseen texts.
  static let wantedAccuracy = 0.92

  /// Fewer texts than this say too little of a language by itself.
  static let languageMin = 200

  init(spaced: Float, unspaced: Float, threshold: Float) {
    (self.spaced, self.unspaced, self.threshold) = (spaced, unspaced, threshold)
  }

  init(_ judged: [Judged]) {
    guard !judged.isEmpty else { return }
    let (words, characters) = (judged.filter { $0.spacedShare > 0.5 }, judged.filter { $0.spacedShare <= 0.5 })
    let all = Self.best(judged)
    spaced = words.count < Self.languageMin || characters.isEmpty ? all : Self.best(words)
    unspaced = characters.count < Self.languageMin || words.isEmpty ? all : Self.best(characters)
    threshold = lowestConfidence(judged)
  }

  var all: [Float] { [spaced, unspaced, threshold] }

  func sharpness(spacedShare: Float) -> Float { spacedShare > 0.5 ? spaced : unspaced }

  /// Golden-section search for the least surprise; it has one minimum in the factor. Bounded: a few texts without a single
  /// error would make every answer certain.
  private static func best(_ judged: [Judged]) -> Float {
    let ratio = 0.6180339887498949
    var (low, high) = (0.2, 10.0)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (surprise(judged, left), surprise(judged, right))
    for _ in 0..<24 {
      if atLeft < atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = surprise(judged, left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = surprise(judged, right)
      }
    }
    return Float((low + high) / 2)
  }

  /// Mean negative log probability of the true label, over at most 5,000 texts.
  private static func surprise(_ judged: [Judged], _ sharpness: Double) -> Double {
    let part = judged.prefix(5000)
    let sum = part.reduce(0.0) { sum, item in
      let top = Double(item.scores.max() ?? 0)
      let total = item.scores.reduce(0.0) { $0 + Logarithm.exponential(sharpness * (Double($1) - top)) }
      return sum + Logarithm.natural(total) - sharpness * (Double(item.scores[item.label]) - top)
    }
    return sum / Double(part.count)
  }

  private func lowestConfidence(_ judged: [Judged]) -> Float {
    let answers = judged.map { item in
      let sharpness = sharpness(spacedShare: item.spacedShare)
      let best = item.scores.indices.max { item.scores[$0] < item.scores[$1] } ?? 0
      let top = item.scores[best]
      let total = item.scores.reduce(0.0) { $0 + Logarithm.exponential(Double(sharpness * ($1 - top))) }
      return (confidence: Float(1 / total), isRight: best == item.label)
    }.sorted { $0.confidence > $1.confidence }
    var (right, lowest) = (0, Float(0.9))
    for (place, answer) in answers.enumerated() {
      right += answer.isRight ? 1 : 0
      if Double(right) >= Self.wantedAccuracy * Double(place + 1) { lowest = answer.confidence }
    }
    return min(max(lowest, 0.05), 0.9)
  }
}
