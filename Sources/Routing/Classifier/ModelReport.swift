package import Conversations

/// How well a model does on labelled texts that it has not seen.
package struct ModelReport: Sendable {
  /// Of one label, each 0…1.
  package struct LabelFigures: Sendable, Hashable {
    package var label: String
    package var precision: Double
    package var recall: Double
    package var f1: Double
    /// Texts that have the label.
    package var support: Int
  }
  /// Texts of `label` that were taken for `answer`.
  package struct Confusion: Sendable, Hashable {
    package var label: String
    package var answer: String
    package var count: Int
  }

  package let texts: Int
  package let threshold: Double
  /// Share of right answers, the threshold aside.
  package let accuracy: Double
  /// Mean F1 of the labels that occur.
  package let macroF1: Double
  /// Mean distance between confidence and share of right answers over 15 equal bins of confidence, weighted by texts.
  package let calibrationError: Double
  /// Share of texts answered at the threshold, and of those the share answered right; `nil` = none answered.
  package let coverage: Double
  package let accuracyAtThreshold: Double?
  package let perLabel: [LabelFigures]
  /// Most frequent first.
  package let confusions: [Confusion]

  package init(_ model: TextModel, on examples: [(label: String, text: String)], threshold: Double) {
    var session = TextModelSession(model)
    let answers = examples.map { example in
      let best = session.scores(example.text, most: 1).first
      return Answer(
        label: example.label, given: best.map { model.labels[$0.label] } ?? "", confidence: best?.confidence ?? 0)
    }
    let (total, right) = (Double(max(answers.count, 1)), answers.filter(\.isRight).count)
    (texts, self.threshold, accuracy) = (answers.count, threshold, Double(right) / total)
    perLabel = Self.perLabel(answers)
    let occurring = perLabel.filter { $0.support > 0 }
    macroF1 = occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.f1 } / Double(occurring.count)
    calibrationError = Self.calibrationError(answers)
    let sure = answers.filter { $0.confidence >= threshold }
    coverage = Double(sure.count) / total
    accuracyAtThreshold = sure.isEmpty ? nil : Double(sure.filter(\.isRight).count) / Double(sure.count)
    confusions = Self.confusions(answers)
  }

  private struct Answer {
    var label: String
    var given: String
    var confidence: Double
    var isRight: Bool { label == given }
  }

  private static func perLabel(_ answers: [Answer]) -> [LabelFigures] {
    var (support, given, both) = ([String: Int](), [String: Int](), [String: Int]())
    for answer in answers {
      support[answer.label, default: 0] += 1
      given[answer.given, default: 0] += 1
      if answer.isRight { both[answer.label, default: 0] += 1 }
    }
    return Set(support.keys).union(given.keys).sorted().map { label in
      let (right, own, answered) = (Double(both[label] ?? 0), support[label] ?? 0, given[label] ?? 0)
      return LabelFigures(
        label: label, precision: answered == 0 ? 0 : right / Double(answered),
        recall: own == 0 ? 0 : right / Double(own),
        f1: 2 * right / Double(own + answered), support: own)
    }
  }

  private static func calibrationError(_ answers: [Answer]) -> Double {
    var (counts, sums) = ([Double](repeating: 0, count: 15), [Double](repeating: 0, count: 15))
    for answer in answers {
      let bin = min(Int(answer.confidence * 15), 14)
      counts[bin] += 1
      sums[bin] += answer.confidence - (answer.isRight ? 1 : 0)
    }
    return sums.reduce(0) { $0 + abs($1) } / Double(max(answers.count, 1))
  }

  private static func confusions(_ answers: [Answer]) -> [Confusion] {
    var counts: [[String]: Int] = [:]
    for answer in answers where !answer.isRight { counts[[answer.label, answer.given], default: 0] += 1 }
    let pairs = counts.map { Confusion(label: $0.key[0], answer: $0.key[1], count: $0.value) }
    return pairs.sorted { ($1.count, $0.label, $0.answer) < ($0.count, $1.label, $1.answer) }
  }

  /// Keys: `texts accuracy macro_f1 calibration_error threshold coverage accuracy_at_threshold per_label confusions`.
  package var json: JSON {
    [
      "texts": .number("\(texts)"), "accuracy": Self.number(accuracy), "macro_f1": Self.number(macroF1),
      "calibration_error": Self.number(calibrationError), "threshold": Self.number(threshold),
      "coverage": Self.number(coverage), "accuracy_at_threshold": accuracyAtThreshold.map(Self.number) ?? .null,
      "per_label": .object(perLabel.map { JSON.Member($0.label, Self.json($0)) }),
      "confusions": .array(
        confusions.prefix(200).map { [.string($0.label), .string($0.answer), .number("\($0.count)")] }),
    ]
  }

  private static func json(_ figures: LabelFigures) -> JSON {
    [
      "precision": number(figures.precision), "recall": number(figures.recall), "f1": number(figures.f1),
      "support": .number("\(figures.support)"),
    ]
  }

  /// Four digits after the point.
  private static func number(_ value: Double) -> JSON { .number("\((value * 10_000).rounded() / 10_000)") }
}
