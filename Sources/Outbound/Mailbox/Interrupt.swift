import Glibc
import Synchronization

/// Tells a thread that waits for a server to stop waiting.
final class Interrupt: Sendable {
  /// Readable from the moment it is raised; -1 when the system had none to give.
  let descriptor: Int32
  private let writer: Int32
  private let raised = Mutex(false)

  init() {
    let ends = closingPipe()
    (descriptor, writer) = (ends?.reader ?? -1, ends?.writer ?? -1)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if writer >= 0 { close(writer) }
  }

  var isRaised: Bool { raised.withLock { $0 } }

  func raise() {
    let wasRaised = raised.withLock { raised in
      defer { raised = true }
      return raised
    }
    guard !wasRaised, writer >= 0 else { return }
    var one: UInt8 = 1
    _ = write(writer, &one, 1)
  }
}

/// A pipe that no program we start inherits; `nil` when the system gives none.
func closingPipe() -> (reader: Int32, writer: Int32)? {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { return nil }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}
