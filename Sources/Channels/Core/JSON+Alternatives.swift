import Conversations

extension JSON {
  /// The first of these members that says something: providers write `null` for what they leave out, or rename a field
  /// and send both for a while.
  func first(_ keys: String...) -> JSON? { keys.lazy.compactMap { self[$0] }.first { !$0.isNull } }
}
