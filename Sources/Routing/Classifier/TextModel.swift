import Conversations

/// A trained classifier of short texts: features → hidden units → labels.
package struct TextModel: Sendable {
  package let labels: [String]
  /// How many texts it was trained from.
  package let examples: Int
  /// `ClassifierTraining.fingerprint` of those texts.
  package let source: String
  /// 32 hex digits of its file's content.
  package let version: String
  let vocabulary: Vocabulary
  let calibration: Calibration
  let net: NetWeights
  let first: WeightTable
  let second: LabelTable
  private let idle: IdleBuffers

  /// Answers less sure than this are none; from texts that the model had not seen.
  package var suggestedThreshold: Double { Double(calibration.threshold) }
  package var featureCount: Int { vocabulary.hashes.count }

  init(
    labels: [String], examples: Int, source: String, vocabulary: Vocabulary, calibration: Calibration,
    net: NetWeights, version: String? = nil
  ) {
    (self.labels, self.examples, self.source) = (labels, examples, source)
    (self.vocabulary, self.calibration, self.net) = (vocabulary, calibration, net)
    first = WeightTable(steps: net.steps, stepSizes: net.stepSizes, bias: net.hiddenBias)
    second = LabelTable(net)
    idle = IdleBuffers()
    self.version = version ?? ""
  }

  init(
    labels: [String], source: String, vocabulary: Vocabulary, nets: [NetTrainer], calibration: Calibration,
    examples: Int
  ) {
    let unnamed = TextModel(
      labels: labels, examples: examples, source: source, vocabulary: vocabulary, calibration: calibration,
      net: NetWeights(nets, features: vocabulary.hashes.count))
    self = TextModel(
      labels: labels, examples: examples, source: source, vocabulary: vocabulary, calibration: calibration,
      net: unnamed.net, version: unnamed.contentHash)
  }

  /// What a label is given.
  package struct Score: Sendable, Hashable {
    /// Place in `labels`.
    package var label: Int
    /// 0…1; over all labels 1 in sum.
    package var confidence: Double
  }
}

extension TextModel: Classifying {
  package func classify(_ input: RoutingInput) -> Classification {
    let text = input.subject.map { "\($0)\n\(input.text)" } ?? input.text
    return withBuffers { buffers in
      buffers.read(text, by: self, most: labels.count)
      // Of a text without a single known word it knows nothing but what is frequent.
      guard !buffers.isBlank else { return Classification(scores: []) }
      let scores = buffers.scores
      let evidence = scores.first.map { buffers.influences(on: $0.label, by: self, most: 5) } ?? []
      return Classification(
        scores: scores.map { .init(category: labels[$0.label], confidence: $0.confidence) },
        evidence: evidence)
    }
  }

  /// The features of a text that spoke loudest for or against a label, strongest first.
  package func influences(_ text: String, on label: Int, most: Int) -> [Classification.Evidence] {
    withBuffers { buffers in
      buffers.read(text, by: self, most: 1)
      return buffers.influences(on: label, by: self, most: most)
    }
  }

  private func withBuffers<Value>(_ body: (inout TextModelBuffers) -> Value) -> Value {
    var buffers = idle.take() ?? TextModelBuffers(self)
    let value = body(&buffers)
    var given = Optional(consume buffers)
    idle.giveBack(&given)
    return value
  }
}
