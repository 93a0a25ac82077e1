/// Makes probabilities of scores: softmax with one temperature, chosen on texts the scoring model had not seen
/// (Guo et al. 2017, "On Calibration of Modern Neural Networks").
struct Calibration: Sendable, Hashable {
  struct Judged: Sendable {
    var label: Int
    var scores: [Float]
  }

  /// Factor of the scores before the softmax.
  var sharpness: Float = 4
  /// The lowest confidence at which the texts above it are right often enough.
  var threshold: Float = 0.5

  /// How often answers above the threshold must be right on unseen texts.
  static let wantedAccuracy = 0.92

  init(sharpness: Float, threshold: Float) { (self.sharpness, self.threshold) = (sharpness, threshold) }

  init(_ judged: [Judged]) {
    guard !judged.isEmpty else { return }
    sharpness = Self.best(judged)
    threshold = Self.threshold(judged, sharpness)
  }

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

  private static func threshold(_ judged: [Judged], _ sharpness: Float) -> Float {
    let answers = judged.map { item in
      let best = item.scores.indices.max { item.scores[$0] < item.scores[$1] } ?? 0
      let top = item.scores[best]
      let total = item.scores.reduce(0.0) { $0 + Logarithm.exponential(Double(sharpness * ($1 - top))) }
      return (confidence: Float(1 / total), isRight: best == item.label)
    }.sorted { $0.confidence > $1.confidence }
    var (right, lowest) = (0, Float(0.9))
    for (place, answer) in answers.enumerated() {
      right += answer.isRight ? 1 : 0
      if Double(right) >= wantedAccuracy * Double(place + 1) { lowest = answer.confidence }
    }
    return min(max(lowest, 0.05), 0.9)
  }
}
