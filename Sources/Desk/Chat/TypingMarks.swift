package import Conversations
import Synchronization

/// Who is typing in which chat. Kept for a few seconds in this process and nowhere else.
package final class TypingMarks: Sendable {
  package enum Side: String, Sendable, Hashable { case customer, agent }

  private struct Key: Hashable {
    var thread: String
    var side: Side
  }
  private let until = Mutex<[Key: Instant]>([:])

  /// A sign of typing is good for so long; whoever goes on gives another.
  package static let seconds: Int64 = 6
  /// Beyond this many, those that have run out are forgotten.
  private static let keysMax = 10_000

  package func note(_ side: Side, in thread: String, isTyping: Bool, now: Instant) {
    until.withLock { marks in
      if marks.count >= Self.keysMax { marks = marks.filter { $0.value > now } }
      marks[Key(thread: thread, side: side)] = isTyping ? now.adding(seconds: Self.seconds) : nil
    }
  }

  package func isTyping(_ side: Side, in thread: String, now: Instant) -> Bool {
    until.withLock { $0[Key(thread: thread, side: side)].map { $0 > now } ?? false }
  }
}
