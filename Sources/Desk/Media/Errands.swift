import Channels
import Conversations
import Logging
import Routing
import Storage

/// What came of one try at an errand.
enum ErrandOutcome: Sendable {
  /// `record` writes down what was got, in the transaction that ends the errand.
  case done(record: @Sendable (Transaction) throws -> LiveChange?)
  case retry(afterSeconds: Int?, reason: String)
  /// The channel's credentials are not accepted: tried again, but no sooner than an operator could have acted.
  case unauthorized(reason: String)
  case failed(reason: String)

  static let finished = ErrandOutcome.done { _ in nil }

  init(_ problem: Unfetchable) {
    switch problem {
    case .never(let reason): self = .failed(reason: reason)
    case .later(let seconds, let reason): self = .retry(afterSeconds: seconds, reason: reason)
    case .unauthorized(let reason): self = .unauthorized(reason: reason)
    }
  }

  var word: String {
    switch self {
    case .done: "done"
    case .retry: "retry"
    case .unauthorized: "unauthorized"
    case .failed: "failed"
    }
  }
}

extension Desk {
  /// How long a claimed errand is ours before another process may take it: longer than its exchanges may take together.
  static let errandLeaseSeconds: Int64 = 900
  /// How many are under way at once: each may hold a whole file.
  static let errandsAtOnce = 4
  /// Bounded: providers keep files for days at most, and most addresses die within the hour.
  static let errandPolicy = RetryPolicy(
    firstDelaySeconds: 5, factor: 3, delaySecondsMax: 3600, giveUpAfterSeconds: 2 * 86_400)
  static let unauthorizedPauseSeconds = 900

  /// Does what is due until cancelled; wakes at the bell or when the next errand falls due.
  package func runErrands() async {
    while !Task.isCancelled {
      var pause = Duration.seconds(5)
      do {
        while try await doErrands() > 0 {}
        if let next = try await store.read({ try $0.nextErrandTime() }) {
          pause = .milliseconds(max(20, min(5000, (next.microseconds - now().microseconds) / 1000)))
        }
      } catch {
        log.error("errands failed", metadata: ["error": "\(error)"])
      }
      await errandBell.wait(timeout: pause)
    }
  }

  /// Claims what is due and does it; returns how many errands it claimed.
  @discardableResult
  package func doErrands() async throws -> Int {
    let now = now()
    let claimed = try await store.write {
      try $0.claimErrands(
        now: now, leaseUntil: now.adding(seconds: Desk.errandLeaseSeconds), limit: Desk.errandsAtOnce)
    }
    guard !claimed.isEmpty else { return 0 }
    await withDiscardingTaskGroup { group in
      for errand in claimed { group.addTask { await self.carryOut(errand) } }
    }
    return claimed.count
  }

  private func carryOut(_ errand: ErrandRecord) async {
    let outcome = await attempt(errand)
    counters.add("patchbay_errands_total", ["channel": errand.channel, "outcome": outcome.word])
    do {
      let (now, chance) = (now(), Double.random(in: 0..<1))
      let change = try await store.write { try Desk.settle(errand, outcome, now: now, chance: chance, $0) }
      if let change { feed.publish([change]) }
    } catch {
      // The lease runs out and it is done again: nothing that was got is written down twice.
      log.error("could not record an errand", metadata: ["errand": "\(errand.id)", "error": "\(error)"])
    }
  }

  private func attempt(_ errand: ErrandRecord) async -> ErrandOutcome {
    guard let channel = configuration.value.channels[errand.channel], let adapter = channel.adapter else {
      return .retry(afterSeconds: 300, reason: "channel \(errand.channel) is not enabled")
    }
    do {
      return try await errand.kind == "media"
        ? fetchMedia(errand, channel, adapter) : followUp(errand, channel, adapter)
    } catch let problem as Unfetchable {
      return ErrandOutcome(problem)
    } catch {
      return .retry(afterSeconds: nil, reason: "\(error)")
    }
  }

  private static func settle(
    _ errand: ErrandRecord, _ outcome: ErrandOutcome, now: Instant, chance: Double, _ tx: Transaction
  ) throws -> LiveChange? {
    // Another process took over after our lease had run out: its word stands.
    guard var present = try tx.errand(errand.id), present.state == .working, present.attempts == errand.attempts else {
      return nil
    }
    present.leaseUntil = nil
    let wish: Int?
    switch outcome {
    case .done(let record):
      let change = try record(tx)
      if present.again {
        (present.state, present.again, present.attempts, present.notBefore) = (.waiting, false, 0, now)
        try tx.save(present)
      } else {
        try tx.removeErrand(present.id)
      }
      return change
    case .failed(let reason): return try giveUp(&present, reason, tx)
    case .retry(let seconds, let reason): (wish, present.detail) = (seconds, reason)
    case .unauthorized(let reason): (wish, present.detail) = (unauthorizedPauseSeconds, reason)
    }
    let delay = errandPolicy.delaySeconds(
      attempt: Int(present.attempts), ageSeconds: now.seconds(since: present.createdAt), retryAfterSeconds: wish,
      chance: chance)
    guard let delay else {
      return try giveUp(&present, "given up after \(present.attempts) attempts: \(present.detail ?? "")", tx)
    }
    (present.state, present.notBefore) = (.waiting, now.adding(microseconds: Int64(delay * 1_000_000)))
    try tx.save(present)
    return nil
  }

  private static func giveUp(_ errand: inout ErrandRecord, _ reason: String, _ tx: Transaction) throws -> LiveChange? {
    (errand.state, errand.detail) = (.failed, reason)
    try tx.save(errand)
    guard errand.kind == "media", let id = errand.subject else { return nil }
    try tx.setAttachment(id, state: "failed", sha256: nil, size: nil, contentType: nil, detail: reason)
    return try tx.attachment(id).flatMap { try tx.conversation($0.1) }.map { LiveChange("attachment", $0) }
  }
}
