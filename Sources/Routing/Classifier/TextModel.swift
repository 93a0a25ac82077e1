import Conversations

/// A trained classifier of short texts: what each feature says for each label, in whole numbers of 16 bits.
package struct TextModel: Sendable {
  package let labels: [String]
  /// How many texts it was trained from.
  package let examples: Int
  /// 32 hex digits of its file's content.
  package let version: String
  let vocabulary: Vocabulary
  let calibration: Calibration
  /// Quantised as in the file: a row of labels for each feature, and the size of each row's steps.
  let steps: [Int8]
  let stepSizes: [Float]
  let bias: [Float]
  let table: WeightTable

  /// Answers less sure than this are none; from texts that the model had not seen.
  package var suggestedThreshold: Double { Double(calibration.threshold) }
  package var featureCount: Int { vocabulary.hashes.count }

  init(
    labels: [String], examples: Int, vocabulary: Vocabulary, calibration: Calibration, steps: [Int8],
    stepSizes: [Float], bias: [Float], version: String? = nil
  ) {
    (self.labels, self.examples, self.vocabulary, self.calibration) = (labels, examples, vocabulary, calibration)
    (self.steps, self.stepSizes, self.bias) = (steps, stepSizes, bias)
    table = WeightTable(steps: steps, stepSizes: stepSizes, bias: bias)
    self.version = version ?? ""
  }

  init(
    labels: [String], vocabulary: Vocabulary, trainer: LinearTrainer, calibration: Calibration, examples: Int
  ) {
    var (steps, sizes) = ([Int8](), [Float]())
    steps.reserveCapacity(vocabulary.hashes.count * labels.count)
    for feature in vocabulary.hashes.indices {
      let row = labels.indices.map { trainer.weights[feature * trainer.lanes + $0 / 8][$0 % 8] }
      let size = max(row.reduce(0) { max($0, abs($1)) } / 127, 1e-9)
      sizes.append(size)
      for weight in row { steps.append(Int8((weight / size).rounded())) }
    }
    let unnamed = TextModel(
      labels: labels, examples: examples, vocabulary: vocabulary, calibration: calibration, steps: steps,
      stepSizes: sizes, bias: labels.indices.map { trainer.bias[$0 / 8][$0 % 8] })
    self = TextModel(
      labels: labels, examples: examples, vocabulary: vocabulary, calibration: calibration, steps: steps,
      stepSizes: sizes, bias: unnamed.bias, version: unnamed.contentHash)
  }

  /// What a label is given.
  package struct Score: Sendable, Hashable {
    /// Place in `labels`.
    package var label: Int
    /// 0…1; over all labels 1 in sum.
    package var confidence: Double
  }

  /// A feature that spoke for a decision.
  package struct Influence: Sendable, Hashable {
    /// A word, several words, or a run of letters between `|`, folded.
    package var feature: String
    /// What it added to the score; negative = spoke against it.
    package var amount: Double
  }
}

extension TextModel: Classifying {
  package func classify(_ input: RoutingInput) -> Classification {
    let text = input.subject.map { "\($0)\n\(input.text)" } ?? input.text
    var session = TextModelSession(self)
    let scores = session.scores(text, most: 5)
    let evidence = scores.first.map { influences(text, on: $0.label, most: 5) } ?? []
    return Classification(
      scores: scores.map { .init(category: labels[$0.label], confidence: $0.confidence) },
      evidence: evidence.map { influence in
        ["feature": .string(influence.feature), "amount": .number("\((influence.amount * 1000).rounded() / 1000)")]
      })
  }
}
