import Conversations
import Synchronization

/// Buffers for one text after another: one session per thread of work.
package struct TextModelSession {
  package let model: TextModel
  private(set) var buffers: TextModelBuffers

  /// Whether the last text held nothing that the model knows.
  package var isBlank: Bool { buffers.vectorizer.features.isEmpty }

  package init(_ model: TextModel) { self.init(model, buffers: TextModelBuffers(model)) }

  init(_ model: TextModel, buffers: TextModelBuffers) { (self.model, self.buffers) = (model, buffers) }

  /// The likeliest labels, best first; a text without any known feature has them all alike by their frequency.
  package mutating func scores(_ text: String, most: Int) -> [TextModel.Score] {
    buffers.vectorizer.read(TextFolding.foldedBytes(text))
    model.first.scores(buffers.vectorizer.features, buffers.vectorizer.values, into: &buffers.hidden)
    model.second.scores(buffers.hidden, into: &buffers.scores)
    let sharpness = model.calibration.sharpness(spacedShare: buffers.vectorizer.spacedShare)
    let top = buffers.scores.reduce(-Float.greatestFiniteMagnitude) { max($0, $1.max()) }
    var total: Float = 0
    for lane in buffers.scores.indices {
      buffers.scores[lane] = SoftMax.exponential((buffers.scores[lane] - top) * sharpness)
      total += buffers.scores[lane].sum()
    }
    return best(min(most, model.labels.count), total)
  }

  private func best(_ count: Int, _ total: Float) -> [TextModel.Score] {
    var best: [TextModel.Score] = []
    best.reserveCapacity(count + 1)
    for lane in buffers.scores.indices {
      if best.count == count, let last = best.last, Double(buffers.scores[lane].max() / total) <= last.confidence {
        continue
      }
      for place in 0..<8 where lane * 8 + place < model.labels.count {
        let confidence = Double(buffers.scores[lane][place] / total)
        if best.count == count, let last = best.last, confidence <= last.confidence { continue }
        let at = best.firstIndex { $0.confidence < confidence } ?? best.count
        best.insert(TextModel.Score(label: lane * 8 + place, confidence: confidence), at: at)
        if best.count > count { best.removeLast() }
      }
    }
    return best
  }
}

extension TextModelSession {
  /// The features of the last text that spoke loudest for or against a label, strongest first: what each adds to the
  /// label's score over the mean of all labels, through the hidden units that are at work in this text.
  package func influences(on label: Int, most: Int) -> [Classification.Evidence] {
    guard model.labels.indices.contains(label), most > 0 else { return [] }
    let pulls = model.second.pulls(buffers.hidden, on: label)
    var strongest: [(hash: UInt32, amount: Float)] = []
    strongest.reserveCapacity(most + 1)
    for (feature, value) in zip(buffers.vectorizer.features, buffers.vectorizer.values) {
      let amount = model.first.product(feature, pulls) * value
      if strongest.count == most, let last = strongest.last, abs(amount) < abs(last.amount) { continue }
      let hash = model.vocabulary.hashes[Int(feature)]
      let place = strongest.firstIndex {
        abs($0.amount) == abs(amount) ? hash < $0.hash : abs($0.amount) < abs(amount)
      }
      strongest.insert((hash, amount), at: place ?? strongest.count)
      if strongest.count > most { strongest.removeLast() }
    }
    let names = buffers.vectorizer.names(of: strongest.map(\.hash))
    return zip(strongest, names).map { Classification.Evidence(feature: $1, amount: Double($0.amount)) }
  }
}

/// What one text after another is worked out in, as large as the vocabulary.
struct TextModelBuffers {
  var vectorizer: Vectorizer
  var hidden: [SIMD8<Float>]
  var scores: [SIMD8<Float>]

  init(_ model: TextModel) {
    vectorizer = Vectorizer(model.vocabulary)
    hidden = [SIMD8<Float>](repeating: .zero, count: model.first.lanes)
    scores = [SIMD8<Float>](repeating: .zero, count: model.second.lanes)
  }
}

/// Buffers that are not at work: made once and not for each message. Never a whole session: its model holds this pool,
/// and neither would ever be let go.
final class IdleBuffers: Sendable {
  private let idle = Mutex<[TextModelBuffers]>([])
  private static let idleMax = 16

  func take() -> TextModelBuffers? { idle.withLock { $0.popLast() } }

  func giveBack(_ buffers: TextModelBuffers) {
    idle.withLock { if $0.count < Self.idleMax { $0.append(buffers) } }
  }
}

enum SoftMax {
  /// eˣ of eight values ≤ 0, to 7 digits; 0 below −80. 2ˣ = 2ⁿ · 2ᶠ with a polynomial for 2ᶠ, |f| ≤ ½.
  static func exponential(_ values: SIMD8<Float>) -> SIMD8<Float> {
    let bounded = values.replacing(with: -80, where: values .< -80)
    let powers = bounded * 1.442_695_04
    let whole = powers.rounded(.toNearestOrEven)
    let rest = (powers - whole) * 0.693_147_18
    var sum = SIMD8<Float>(repeating: 1.0 / 720)
    for factor: Float in [1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1] { sum = sum * rest + factor }
    let bits = (SIMD8<Int32>(whole) &+ 127) &<< 23
    let scaled = sum * unsafeBitCast(bits, to: SIMD8<Float>.self)
    return scaled.replacing(with: 0, where: values .< -80)
  }
}
