import Conversations
import Synchronization

/// Buffers for one text after another: one session per thread of work.
package struct TextModelSession {
  package let model: TextModel
  private var vectorizer: Vectorizer
  private var hidden: [SIMD8<Float>]
  private var scores: [SIMD8<Float>]

  /// Whether the last text held nothing that the model knows.
  package var isBlank: Bool { vectorizer.features.isEmpty }

  package init(_ model: TextModel) {
    self.model = model
    vectorizer = Vectorizer(model.vocabulary)
    hidden = [SIMD8<Float>](repeating: .zero, count: model.first.lanes)
    scores = [SIMD8<Float>](repeating: .zero, count: model.second.lanes)
  }

  /// The likeliest labels, best first; a text without any known feature has them all alike by their frequency.
  package mutating func scores(_ text: String, most: Int) -> [TextModel.Score] {
    vectorizer.read(TextFolding.foldedBytes(text))
    model.first.scores(vectorizer.features, vectorizer.values, into: &hidden)
    model.second.scores(hidden, into: &scores)
    let sharpness = model.calibration.sharpness(spacedShare: vectorizer.spacedShare)
    let top = scores.reduce(-Float.greatestFiniteMagnitude) { max($0, $1.max()) }
    var total: Float = 0
    for lane in scores.indices {
      scores[lane] = SoftMax.exponential((scores[lane] - top) * sharpness)
      total += scores[lane].sum()
    }
    return best(min(most, model.labels.count), total)
  }

  private func best(_ count: Int, _ total: Float) -> [TextModel.Score] {
    var best: [TextModel.Score] = []
    best.reserveCapacity(count + 1)
    for lane in scores.indices {
      if best.count == count, let last = best.last, Double(scores[lane].max() / total) <= last.confidence { continue }
      for place in 0..<8 where lane * 8 + place < model.labels.count {
        let confidence = Double(scores[lane][place] / total)
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
    let pulls = model.second.pulls(hidden, on: label)
    var strongest: [(hash: UInt32, amount: Float)] = []
    strongest.reserveCapacity(most + 1)
    for (feature, value) in zip(vectorizer.features, vectorizer.values) {
      let amount = model.first.product(feature, pulls) * value
      if strongest.count == most, let last = strongest.last, abs(amount) < abs(last.amount) { continue }
      let hash = model.vocabulary.hashes[Int(feature)]
      let place = strongest.firstIndex {
        abs($0.amount) == abs(amount) ? hash < $0.hash : abs($0.amount) < abs(amount)
      }
      strongest.insert((hash, amount), at: place ?? strongest.count)
      if strongest.count > most { strongest.removeLast() }
    }
    let names = vectorizer.names(of: strongest.map(\.hash))
    return zip(strongest, names).map { Classification.Evidence(feature: $1, amount: Double($0.amount)) }
  }
}

/// Sessions that are not at work: their buffers, as large as the vocabulary, are made once and not for each message.
final class TextModelSessions: Sendable {
  private let idle = Mutex<[TextModelSession]>([])
  private static let idleMax = 16

  func take() -> TextModelSession? { idle.withLock { $0.popLast() } }

  func giveBack(_ session: TextModelSession) {
    idle.withLock { if $0.count < Self.idleMax { $0.append(session) } }
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
