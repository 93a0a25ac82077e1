package import Conversations

extension ConversationStory {
  /// Another promise came to be asked of a clock that was not decided yet.
  package struct Retarget: Sendable, Hashable {
    /// Which of the conversation's clocks, in their order.
    package var clock: Int
    package var at: Instant
    /// The line of the log that brought it.
    package var line: Int64
    package var before: ClockState
    /// What came of it: a broken promise may stay what it was.
    package var after: ClockState
  }
}

extension Telling {
  /// What is promised from now on, by the line `entry`.
  mutating func retarget(to target: ServiceTarget?, by entry: LogEntry) {
    let before = clocks.clocks
    apply(.target(target), at: entry.at)
    for (index, (old, new)) in zip(before, clocks.clocks).enumerated() where !old.status.isDecided {
      story.retargets.append(.init(clock: index, at: entry.at, line: entry.id, before: old, after: new))
    }
  }
}
