import Synchronization

/// Lets a few tests at a time have a store. All of a run's tests begin at once, and a thousand open stores are four
/// thousand threads, nine gigabytes, and neighbours that wait until they give up.
final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  static let stores = Turnstile(width: 8)
  @TaskLocal private static var isInside = false

  private let state: Mutex<State>

  init(width: Int) { state = Mutex(State(free: width)) }

  /// Runs `body` in its turn. Whoever is inside already goes on at once.
  func pass<T>(_ body: () async throws -> T) async rethrows -> T {
    if Self.isInside { return try await body() }
    await enter()
    defer { leave() }
    return try await Self.$isInside.withValue(true) { try await body() }
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}

/// Runs a test that has a store, or what a store stands with, in its turn: a few at a time.
package func withTurn<T>(_ body: () async throws -> T) async rethrows -> T {
  try await Turnstile.stores.pass(body)
}
