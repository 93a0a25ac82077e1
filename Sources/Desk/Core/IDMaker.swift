package import Conversations
import Synchronization

/// Makes 64-bit ids that grow with time: microseconds since 2024 in the upper 53 bits, the process's node in the lower 10.
/// Two ids of one process never agree; of two processes only if they share a node and a microsecond, and then the
/// store's primary key refuses the second.
package final class IDMaker: Sendable {
  private static let base: Int64 = 1_704_067_200_000_000
  private let node: Int64
  private let last = Mutex<Int64>(0)

  /// `node`: 0…1023, chosen by chance where several processes share a store.
  package init(node: Int) { self.node = Int64(node & 1023) }

  package func next(at now: Instant) -> Int64 {
    let wanted = max(now.microseconds - Self.base, 1)
    let tick = last.withLock { last in
      last = max(last + 1, wanted)
      return last
    }
    return tick << 10 | node
  }

  /// The smallest id that `next(at: instant)` could have given: for reading what was made since.
  package static func floor(at instant: Instant) -> Int64 { max(instant.microseconds - base, 0) << 10 }
}
