package import Conversations

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
  /// Best first.
  package var scores: [Score]
  /// For `explain`: keyword hits or the strongest features, one object each.
  package var evidence: [JSON]
  package init(scores: [Score], evidence: [JSON] = []) { (self.scores, self.evidence) = (scores, evidence) }
}
