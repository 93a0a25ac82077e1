import Desk

/// What an agent was refused with, in a word.
enum Refusal {
  static func word(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "done"
    } catch let error as DeskError {
      return switch error {
      case .notFound: "not found"
      case .nothingWaiting: "nothing waiting"
      case .full(let load, let capacity): "full: \(load) of \(capacity)"
      case .denied: "denied"
      case .movedOn(let messages, _): "moved on by \(messages.count)"
      case .held(let agent, _): "held by \(agent)"
      case .invalid: "invalid"
      }
    } catch {
      return "\(error)"
    }
  }
}
