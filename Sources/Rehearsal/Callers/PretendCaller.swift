package import Conversations

/// A provider that has things to tell, at the other end of a bad road. It repeats itself, is late, changes the order, tells
/// several things at once, and tells again what it heard no answer to. Pure: all chance comes from its seed.
package struct PretendCaller: Sendable {
  /// What went wrong, for counting.
  package enum Mishap: String, Sendable, CaseIterable {
    case late, overtaken, repeated, batched, shuffled, forged
    /// The connection was cut before we had it all.
    case neverArrived
    /// We had it all, and our answer got lost.
    case answerLost
    /// We answered with something else than 2xx.
    case refused
    /// After the last try: the provider's loss.
    case givenUp
  }

  /// One call that is to be made now.
  package struct Call: Sendable {
    package let events: [ProviderEvent]
    package let due: Instant
    /// 0 for the first.
    package let tries: Int
    /// Told before, as far as the provider knows.
    package let isAgain: Bool
    /// The same by somebody else, who comes first.
    package let isForgedFirst: Bool
    package let arrives: Bool
    package let answerArrives: Bool
  }

  package let account: ProviderAccount
  private let habits: CallingHabits
  private let share: Double
  private var numbers: SeededNumbers
  private var waiting: [Waiting] = []
  package private(set) var lastNumber = 0
  package private(set) var tally: [Mishap: Int] = [:]

  private struct Waiting {
    var events: [ProviderEvent]
    var due: Instant
    var tries = 0
    var isAgain = false
  }

  /// `share` (0…1) of events and calls meet each kind of mishap.
  package init(_ account: ProviderAccount, seed: UInt64, share: Double) {
    (self.account, habits, self.share) = (account, .of(account.product), share)
    numbers = SeededNumbers(seed: seed)
  }

  package var isDone: Bool { waiting.isEmpty }

  /// When the next call is due; `nil` = there is nothing to tell.
  package var nextDue: Instant? { nextIndex.map { waiting[$0].due } }

  /// Something happened; it is told when the road lets it.
  package mutating func add(_ event: ProviderEvent) {
    lastNumber = max(lastNumber, event.number)
    var due = event.at.adding(microseconds: Int64.random(in: 50_000..<900_000, using: &numbers))
    if !habits.keepsOrder, happens(.overtaken) { due = due.adding(seconds: Int64.random(in: 1...120, using: &numbers)) }
    if habits.delaySecondsMax > 0, happens(.late) { due = due.adding(seconds: delay()) }
    waiting.append(Waiting(events: [event], due: due))
    guard happens(.repeated) else { return }
    let again = due.adding(seconds: Int64.random(in: 0...7200, using: &numbers))
    waiting.append(Waiting(events: [event], due: again, isAgain: true))
  }

  /// The same, numbered here.
  package mutating func add(_ content: ProviderEvent.Content, id: String, customer: String, at: Instant) {
    add(ProviderEvent(number: lastNumber + 1, id: id, customer: customer, at: at, content: content))
  }

  /// The next call up to `end`; `nil` when nothing is due.
  package mutating func next(until end: Instant) -> Call? {
    guard let index = nextIndex, waiting[index].due <= end else { return nil }
    var told = waiting.remove(at: index)
    if habits.batchMax > 1, told.tries == 0 { gather(into: &told) }
    let road = Double.random(in: 0..<1, using: &numbers)
    let call = Call(
      events: told.events, due: told.due, tries: told.tries, isAgain: told.isAgain || told.tries > 0,
      isForgedFirst: account.product != .mail && happens(.forged), arrives: road >= share,
      answerArrives: road >= share * 2)
    if !call.arrives { count(.neverArrived) } else if !call.answerArrives { count(.answerLost) }
    return call
  }

  /// The bytes of `call`; those of a stranger's who does not know the secret, when `isForged`.
  package func delivery(_ call: Call, at now: Instant, isForged: Bool = false) -> RawDelivery {
    var account = account
    if isForged { account.signing = account.signing.guessed }
    return account.delivery(of: call.events, at: now, isAgain: call.isAgain)
  }

  /// What the provider heard of it: our status, 2xx or not, or nothing at all.
  package mutating func hear(_ call: Call, status: Int?, at now: Instant) {
    if let status, (200..<300).contains(status) { return }
    if status != nil { count(.refused) }
    guard call.tries < habits.retrySeconds.count else { return count(.givenUp) }
    waiting.append(
      Waiting(
        events: call.events, due: now.adding(seconds: habits.retrySeconds[call.tries]), tries: call.tries + 1,
        isAgain: call.isAgain))
  }

  // MARK: - The road

  /// The earliest that does not have to wait for something before it.
  private var nextIndex: Int? {
    var best: Int?
    for (index, one) in waiting.enumerated() where best.map({ isBefore(one, waiting[$0]) }) ?? true {
      if !habits.keepsOrder || !isBehind(one) { best = index }
    }
    return best
  }

  private func isBefore(_ one: Waiting, _ other: Waiting) -> Bool {
    (one.due, one.events[0].number) < (other.due, other.events[0].number)
  }

  private func isBehind(_ one: Waiting) -> Bool {
    let first = one.events[0]
    return waiting.contains { $0.events[0].customer == first.customer && $0.events[0].number < first.number }
  }

  /// Now and then a provider waits a moment, so that more goes into one call.
  private mutating func gather(into told: inout Waiting) {
    let patience = Int64.random(in: 0..<5, using: &numbers) == 0 ? Int64(90) : 1
    let limit = told.due.adding(seconds: patience)
    while told.events.count < habits.batchMax,
      let index = waiting.firstIndex(where: { $0.tries == 0 && $0.isAgain == told.isAgain && $0.due <= limit })
    {
      let other = waiting.remove(at: index)
      told.events += other.events
      told.due = max(told.due, other.due)
    }
    guard told.events.count > 1 else { return }
    count(.batched)
    if happens(.shuffled) { told.events.shuffle(using: &numbers) } else { told.events.sort { $0.number < $1.number } }
  }

  /// Short delays are more frequent than long ones.
  private mutating func delay() -> Int64 {
    var longest: Int64 = 60
    while longest < habits.delaySecondsMax, Bool.random(using: &numbers) { longest *= 3 }
    return Int64.random(in: 30...min(longest, habits.delaySecondsMax), using: &numbers)
  }

  private mutating func happens(_ mishap: Mishap) -> Bool {
    guard Double.random(in: 0..<1, using: &numbers) < share else { return false }
    count(mishap)
    return true
  }

  private mutating func count(_ mishap: Mishap) { tally[mishap, default: 0] += 1 }
}
