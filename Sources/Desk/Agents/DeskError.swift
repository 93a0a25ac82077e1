package import Conversations

/// Why the desk did not do what an agent asked.
package enum DeskError: Error, Sendable {
  case notFound(String)
  case nothingWaiting
  /// The agent holds as much as they may: weights of the channels, and their capacity.
  case full(load: Int, of: Int)
  /// The role or the queues of this agent do not reach there.
  case denied(String)
  /// Somebody wrote since the agent last looked; the new messages as the API shows them.
  case movedOn(messages: [JSON], seq: Int64)
  /// Another agent holds the conversation.
  case held(by: String, until: Instant)
  /// The request makes no sense as it stands.
  case invalid(String)
}
