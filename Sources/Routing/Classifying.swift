/// Something that says what a message is about: the keywords of the table, or a trained model.
package protocol Classifying: Sendable {
  /// Names the model in traces, so that a decision can be made again.
  var version: String { get }
  /// What speaks for each category, best first; categories without evidence may be missing.
  func classify(_ input: RoutingInput) -> Classification
}

/// What a message seems to be about.
package struct Classification: Sendable, Hashable {
  package struct Score: Sendable, Hashable {
    package var category: String
    /// 0…1; over all categories at most 1 in sum.
    package var confidence: Double
    package init(category: String, confidence: Double) { (self.category, self.confidence) = (category, confidence) }
  }
  /// A feature that spoke for a decision.
  package struct Evidence: Sendable, Hashable {
    /// A word, several words, or a run of letters between `|`, folded.
    package var feature: String
    /// What it added to the score; negative = spoke against it.
    package var amount: Double
    package init(feature: String, amount: Double) { (self.feature, self.amount) = (feature, amount) }
  }
  /// Best first.
  package var scores: [Score]
  /// For `explain`: what spoke loudest for the best one, or against it.
  package var evidence: [Evidence]
  package init(scores: [Score], evidence: [Evidence] = []) { (self.scores, self.evidence) = (scores, evidence) }
}
