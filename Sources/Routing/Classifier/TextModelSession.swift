import Conversations
import Synchronization

/// Buffers for one text after another: one session per thread of work.
package struct TextModelSession {
  package let model: TextModel
  private var buffers: TextModelBuffers

  /// Whether the last text held nothing that the model knows.
  package var isBlank: Bool { buffers.isBlank }

  package init(_ model: TextModel) { (self.model, buffers) = (model, TextModelBuffers(model)) }

  /// The likeliest labels, best first; a text without any known feature has them all alike by their frequency.
  package mutating func scores(_ text: String, most: Int) -> [TextModel.Score] {
    buffers.read(text, by: model, most: most)
    return buffers.scores
  }
}

/// What one text after another is worked out in, as large as the vocabulary. The model is told each time and not held:
/// to hold it costs a count up and down for each of its parts at every text.
struct TextModelBuffers {
  private var folded: [UInt8] = []
  private var vectorizer: Vectorizer
  private var hidden: [SIMD8<Float>]
  private var sums: [SIMD8<Float>]
  private var pulls: [SIMD8<Float>]
  private var amounts: [Float] = []
  private var best = Largest()
  private var strongest = Largest()
  /// What the values of `best` are shares of.
  private var total: Float = 1

  /// Whether the last text held nothing that the model knows.
  var isBlank: Bool { vectorizer.features.isEmpty }
  /// Of the last text, best first.
  var scores: [TextModel.Score] { best.items.map { .init(label: $0.place, confidence: Double($0.value / total)) } }

  init(_ model: TextModel) {
    vectorizer = Vectorizer(model.vocabulary)
    hidden = [SIMD8<Float>](repeating: .zero, count: model.first.lanes)
    sums = [SIMD8<Float>](repeating: .zero, count: model.second.lanes)
    pulls = hidden
  }

  /// Fills `scores` with the likeliest labels.
  mutating func read(_ text: String, by model: borrowing TextModel, most: Int) {
    TextFolding.fold(text, into: &folded)
    vectorizer.read(folded)
    model.first.scores(vectorizer.features, into: &hidden)
    model.second.scores(hidden, into: &sums)
    let sharpness = model.calibration.sharpness(spacedShare: vectorizer.spacedShare)
    let top = sums.reduce(SIMD8(repeating: -.greatestFiniteMagnitude)) { pointwiseMax($0, $1) }.max()
    var totals = SIMD8<Float>.zero
    for lane in sums.indices {
      sums[lane] = SoftMax.exponential((sums[lane] - top) * sharpness)
      totals += sums[lane]
    }
    total = totals.sum()
    best.begin(min(most, model.labels.count))
    for lane in sums.indices where any(sums[lane] .> best.bar) {
      for place in 0..<min(8, model.labels.count - lane * 8) { best.offer(lane * 8 + place, sums[lane][place]) }
    }
  }

  /// The features of the last text that spoke loudest for or against a label, strongest first: what each adds to the
  /// label's score over the mean of all labels, through the hidden units that are at work in this text.
  mutating func influences(on label: Int, by model: borrowing TextModel, most: Int) -> [Classification.Evidence] {
    guard model.labels.indices.contains(label) else { return [] }
    model.second.pulls(hidden, on: label, into: &pulls)
    model.first.amounts(vectorizer.features, pulls, into: &amounts)
    strongest.begin(most)
    for (place, amount) in amounts.enumerated() { strongest.offer(place, abs(amount)) }
    return strongest.items.map { item in
      Classification.Evidence(feature: vectorizer.name(of: item.place), amount: Double(amounts[item.place]))
    }
  }
}

/// Buffers that are not at work: made once and not for each message. Never a whole session: its model holds this pool,
/// and neither would ever be let go.
final class IdleBuffers: Sendable {
  private let idle = Mutex<[TextModelBuffers]>([])
  private static let idleMax = 16

  func take() -> TextModelBuffers? { idle.withLock { $0.popLast() } }

  /// Takes them away, so that nothing of them is counted up and down.
  func giveBack(_ buffers: inout TextModelBuffers?) {
    idle.withLock { idle in
      if idle.count < Self.idleMax, let buffers = buffers.take() { idle.append(buffers) }
    }
  }
}

enum SoftMax {
  /// eˣ of eight values ≤ 0, to 7 digits; 0 below −80. 2ˣ = 2ⁿ · 2ᶠ with a polynomial for 2ᶠ, |f| ≤ ½.
  static func exponential(_ values: SIMD8<Float>) -> SIMD8<Float> {
    let powers = values.replacing(with: -80, where: values .< -80) * 1.442_695_04
    // Above 2²³ a number has no places behind the point: the sum is rounded to the nearest whole one, in its last bits.
    let shifted = powers + 0x1.8p23
    let rest = (powers - (shifted - 0x1.8p23)) * 0.693_147_18
    var sum = SIMD8<Float>(repeating: 1.0 / 720)
    sum = sum * rest + 1.0 / 120
    sum = sum * rest + 1.0 / 24
    sum = sum * rest + 1.0 / 6
    sum = sum * rest + 0.5
    sum = sum * rest + 1
    sum = sum * rest + 1
    let bits = (unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &+ 127) &<< 23
    let scaled = sum * unsafeBitCast(bits, to: SIMD8<Float>.self)
    return scaled.replacing(with: 0, where: values .< -80)
  }
}
