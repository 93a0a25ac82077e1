import Conversations
import Synchronization

/// What all connections of a pretend mail server share: its rules, and whom it has turned away before.
final class MailBook: Sendable {
  private struct State {
    var rules: MailRules
    var greylisted: Set<String> = []
    var lastNumber = 0
    var connections = 0
    var stalls = 0
  }

  private let state: Mutex<State>
  let clock: @Sendable () -> Instant

  init(rules: MailRules, clock: @escaping @Sendable () -> Instant) {
    state = Mutex(State(rules: rules))
    self.clock = clock
  }

  var rules: MailRules { state.withLock { $0.rules } }
  var stalls: Int { state.withLock { $0.stalls } }
  func noteStall() { state.withLock { $0.stalls += 1 } }
  var connections: Int { state.withLock { $0.connections } }

  func change(_ change: @Sendable (inout MailRules) -> Void) { state.withLock { change(&$0.rules) } }
  func nextFault() -> MailRules.Fault { state.withLock { $0.rules.nextFault() } }

  func nextNumber() -> Int {
    state.withLock {
      $0.lastNumber += 1
      return $0.lastNumber
    }
  }

  func newConnection() -> Int {
    state.withLock {
      $0.connections += 1
      return $0.connections
    }
  }

  func refusal(of recipient: String, from sender: String) -> MailRules.Reply? {
    state.withLock { state in
      if let reply = state.rules.refusedRecipients[recipient.lowercased()] { return reply }
      guard state.rules.isGreylisting, state.greylisted.insert("\(sender) \(recipient.lowercased())").inserted else {
        return nil
      }
      return MailRules.Reply(451, "4.7.1 greylisted, come back later")
    }
  }
}
