import Channels
import Conversations
import Logging
import Outbound
import Routing
import Storage

extension Desk {
  /// How long a claimed entry is ours before another process may take it: longer than the longest exchange.
  static let sendLeaseSeconds: Int64 = 300
  /// How many entries are on their way at once.
  static let sendsAtOnce = 32

  /// Sends what is due until cancelled; wakes at the bell or when the next entry falls due.
  package func runDeliveryLoop() async {
    while !Task.isCancelled {
      var pause = Duration.seconds(5)
      do {
        while try await deliverDue() > 0 {}
        if let next = try await store.read({ try $0.nextOutboxTime() }) {
          pause = .milliseconds(max(20, min(5000, (next.microseconds - now().microseconds) / 1000)))
        }
      } catch {
        log.error("delivery loop failed", metadata: ["error": "\(error)"])
      }
      await outboxBell.wait(timeout: pause)
    }
  }

  /// Claims what is due and carries it out; returns how many entries it claimed.
  @discardableResult
  package func deliverDue() async throws -> Int {
    let now = now()
    let claimed = try await store.write {
      try $0.claimOutbox(now: now, leaseUntil: now.adding(seconds: Desk.sendLeaseSeconds), limit: Desk.sendsAtOnce)
    }
    guard !claimed.isEmpty else { return 0 }
    await withDiscardingTaskGroup { group in
      for entry in claimed { group.addTask { await self.deliver(entry) } }
    }
    return claimed.count
  }

  private func deliver(_ entry: OutboxRecord) async {
    let (configuration, startedAt) = (configuration.value, now())
    var sent = entry
    do {
      switch await carry(&sent, configuration, now: startedAt) {
      case .outcome(let outcome): try await settle(sent, outcome, configuration, startedAt: startedAt)
      case .tooSoon(let microseconds): try await postpone(entry, until: startedAt.adding(microseconds: microseconds))
      }
    } catch {
      // The lease runs out and the entry is tried again: at least once, never lost.
      log.error("could not record a delivery", metadata: ["outbox": "\(entry.id)", "error": "\(error)"])
    }
  }

  private enum Carried {
    case outcome(Outcome)
    /// The channel's pace does not allow it yet; nothing was sent.
    case tooSoon(microseconds: Int64)
  }

  private func carry(_ entry: inout OutboxRecord, _ configuration: DeskConfiguration, now: Instant) async -> Carried {
    if let id = entry.echoID {
      entry.noteSent(part: entry.partsSent, id: id)
      return .outcome(.accepted(providerID: id))
    }
    guard let sender = configuration.channels[entry.channel], let adapter = sender.adapter else {
      return .outcome(.retry(afterSeconds: 60, reason: "channel \(entry.channel) is not enabled"))
    }
    do {
      var message = try await outboundMessage(for: entry, configuration, now: now)
      let (pace, recipient) = (sender.pace, message.paceKey)
      let wait = paces.admit(entry.channel, to: recipient, pace: pace, now: now)
      guard wait == 0 else { return .tooSoon(microseconds: wait) }
      let before = entry.partsSent
      let outcome = try await carry(&message, of: &entry, sender, adapter)
      paces.charge(entry.channel, to: recipient, pace: pace, count: entry.partsSent - before - 1)
      return .outcome(outcome)
    } catch let problem as Unrenderable {
      return .outcome(.rejected(reason: await explained(problem, entry, configuration, now: now), code: nil))
    } catch let error as DeskError {
      return .outcome(.rejected(reason: "\(error)", code: nil))
    } catch {
      return .outcome(.retry(afterSeconds: nil, reason: "\(error)"))
    }
  }

  /// Renders and carries one message; the last request's answer counts, and the first that is not accepted ends it.
  /// Parts that were accepted at an earlier attempt are not sent again. A fetched access token that is refused is
  /// replaced once.
  private func carry(
    _ message: inout OutboundMessage, of entry: inout OutboxRecord, _ sender: Connection, _ adapter: any Adapter
  ) async throws -> Outcome {
    var refused: Secret?
    while true {
      switch await accessToken(for: sender, adapter, insteadOf: refused) {
      case .fromSettings: break
      case .token(let token): message.accessToken = token
      case .unavailable(let seconds, let reason): return .retry(afterSeconds: seconds, reason: reason)
      case .refused(let reason): return .unauthorized(reason: reason, code: nil)
      }
      let outcome = try await send(message, of: &entry, adapter)
      guard case .unauthorized = outcome, let token = message.accessToken, refused == nil else { return outcome }
      refused = token
    }
  }

  /// A copy that the mail server will not take must not keep the customer's answer back: it goes without.
  private func send(_ message: OutboundMessage, of entry: inout OutboxRecord, _ adapter: any Adapter) async throws
    -> Outcome
  {
    var last = Outcome.accepted(providerID: nil)
    for (part, request) in try adapter.requests(for: message).enumerated() where part >= entry.partsSent {
      let response = await courier.carry(request)
      if let copy = Self.refusedCopy(response, request, message) {
        entry.leaveOut(copy, why: adapter.interpret(response).detail ?? "refused")
        var others = message
        others.cc.removeAll { $0 == copy }
        return try await send(others, of: &entry, adapter)
      }
      last = adapter.interpret(response)
      await noteReach(entry.channel, response, last)
      guard case .accepted(let id) = last else { return last }
      // A mail has the id that we gave it: replies and bounces will name it.
      if id == nil, case .mail(let mail) = request { last = .accepted(providerID: mail.messageID) }
      if case .accepted(let id) = last { entry.noteSent(part: part, id: id) }
    }
    return last
  }

  /// Which of the copies a mail server's no is about; `nil` when it is about the mail or the customer.
  private static func refusedCopy(_ response: OutboundResponse, _ request: OutboundRequest, _ message: OutboundMessage)
    -> String?
  {
    guard let refused = response.refusedRecipient, case .mail(let mail) = request,
      mail.recipients.count == message.cc.count + 1, let place = mail.recipients.lastIndex(of: refused), place > 0
    else { return nil }
    return message.cc[place - 1]
  }

  /// Why it cannot be sent, and how else the customer can be reached.
  private func explained(
    _ problem: Unrenderable, _ entry: OutboxRecord, _ configuration: DeskConfiguration, now: Instant
  ) async -> String {
    guard problem.isWindowClosed, entry.message != nil,
      let open = try? await openChannels(
        for: entry.conversation, besides: entry.channel, configuration, now: now)
    else { return problem.reason }
    let others =
      open.isEmpty
      ? "no other channel is open for this customer" : "open for this customer: \(open.joined(separator: ", "))"
    return "\(problem.reason); \(others)"
  }

  /// Back into the outbox as if it had not been claimed.
  private func postpone(_ entry: OutboxRecord, until: Instant) async throws {
    try await store.write { tx in
      guard var present = try tx.outboxEntry(entry.id), present.state == .sending, present.attempts == entry.attempts
      else { return }
      (present.state, present.leaseUntil, present.notBefore) = (.queued, nil, until)
      present.attempts -= 1
      try tx.save(present)
    }
  }

  /// Records the attempt and what follows from it, in one transaction.
  private func settle(
    _ entry: OutboxRecord, _ outcome: Outcome, _ configuration: DeskConfiguration, startedAt: Instant
  ) async throws {
    let (now, chance) = (now(), Double.random(in: 0..<1))
    let change = try await store.write { [self] tx in
      try Settling(
        desk: self, configuration: configuration, entry: entry, startedAt: startedAt, now: now, chance: chance
      ).settle(outcome, tx)
    }
    counters.add("patchbay_sends_total", ["channel": entry.channel, "outcome": outcome.word])
    if let change { feed.publish([change]) }
  }
}

extension Outcome {
  var word: String {
    switch self {
    case .accepted: "accepted"
    case .retry: "retry"
    case .rejected: "rejected"
    case .unauthorized: "unauthorized"
    }
  }

  var detail: String? {
    switch self {
    case .accepted: nil
    case .retry(_, let reason): reason
    case .rejected(let reason, let code), .unauthorized(let reason, let code):
      code.map { "\(reason) (\($0))" } ?? reason
    }
  }
}

/// What follows from one attempt.
private struct Settling {
  let desk: Desk
  let configuration: DeskConfiguration
  var entry: OutboxRecord
  let startedAt: Instant
  let now: Instant
  /// 0..<1, for the jitter.
  let chance: Double

  func settle(_ outcome: Outcome, _ tx: Transaction) throws -> LiveChange? {
    // Somebody cancelled it, or another process took over after our lease ran out: their word stands.
    guard let present = try tx.outboxEntry(entry.id), present.state == .sending, present.attempts == entry.attempts
    else { return nil }
    try tx.insertAttempt(
      id: desk.newID(now), outbox: entry.id, number: entry.attempts, startedAt: startedAt, finishedAt: now,
      outcome: outcome.word, detail: outcome.detail)
    var settled = present
    (settled.leaseUntil, settled.payloadJSON) = (nil, entry.payloadJSON)
    if let id = present.echoID { settled.noteEcho(id) }
    settled.detail = outcome.detail
    if let id = entry.message {
      // An echo that is being filed now holds the conversation: it finds what we store, or we find it.
      _ = try tx.lockedConversation(entry.conversation)
      let isWhole = if case .accepted = outcome { true } else { false }
      try desk.noteParts(entry, of: id, isWhole: isWhole, now: now, tx)
    }
    switch outcome {
    case .accepted(let providerID): try accepted(&settled, providerID, tx)
    case .retry(let after, let reason): try again(&settled, after: after, reason, tx)
    case .rejected(let reason, let code):
      try tx.probeChannels(entry.channel, at: now)
      try dead(&settled, tx)
      try suppressIfGone(reason, code, tx)
    case .unauthorized(let reason, _): try stop(&settled, reason, tx)
    }
    try tx.save(settled)
    guard entry.message != nil, let conversation = try tx.conversation(entry.conversation) else { return nil }
    return LiveChange("delivery", conversation)
  }

  /// Kept as it is until the channel's credentials work again, however long that takes.
  private func stop(_ settled: inout OutboxRecord, _ reason: String, _ tx: Transaction) throws {
    let probeAt = try desk.stop(
      entry.channel, reason: reason, startedAt: startedAt, configuration, now: now, tx)
    (settled.state, settled.notBefore) = (.queued, probeAt)
    if let id = entry.message { try tx.setDelivery(id, .queued, detail: "the channel stands still: \(reason)") }
  }

  private func accepted(_ settled: inout OutboxRecord, _ providerID: String?, _ tx: Transaction) throws {
    try desk.resume(entry.channel, now: now, tx)
    (settled.state, settled.providerID, settled.finishedAt) = (.accepted, providerID, now)
    guard let id = entry.message, let message = try tx.message(id) else { return }
    try tx.setDelivery(id, .accepted, detail: entry.leftOutWords, externalID: providerID)
    let state = try desk.adoptReceipts(entry, of: id, tx)
    if state != .accepted, state != .failed { try tx.setDelivery(id, state, detail: nil) }
    if settled.purpose == "survey", let survey = try tx.survey(carriedBy: id) {
      try desk.noteDelivered(survey, now: now, tx)
    }
    try answered(message, tx)
    if state == .failed, let sent = try tx.message(id) {
      try desk.sendFailed(sent, detail: "failed at the provider", configuration: configuration, now: now, tx)
    }
  }

  /// METRICS §2: an answer counts from its acceptance by the provider.
  private func answered(_ message: MessageRecord, _ tx: Transaction) throws {
    // Where the message is by now: it may have moved with a merge or a split while it was on its way.
    guard message.direction == .outbound, var conversation = try tx.lockedConversation(message.conversation) else {
      return
    }
    try desk.clocks(configuration, now: now).apply(.outbound, at: now, to: &conversation, tx)
    conversation.firstResponseAt = conversation.firstResponseAt ?? now
    if conversation.customerSeq > message.seq {
      conversation.waitingSince = try tx.lastInbound(in: conversation.id) ?? conversation.lastInboundAt
    }
    try tx.save(conversation)
    try tx.log(
      id: desk.newID(now), conversation.id, "accepted", at: now, actor: message.author, queue: conversation.queue,
      data: ["seq": JSON(message.seq)])
  }

  private func again(_ settled: inout OutboxRecord, after: Int?, _ reason: String, _ tx: Transaction) throws {
    if settled.echoID != nil {
      // Its echo came while we waited for the answer: it has arrived.
      (settled.state, settled.notBefore) = (.queued, now)
      return
    }
    let age = now.seconds(since: settled.createdAt)
    guard
      let delay = RetryPolicy.standard.delaySeconds(
        attempt: Int(entry.attempts), ageSeconds: age, retryAfterSeconds: after, chance: chance)
    else {
      settled.detail = "given up after \(entry.attempts) attempts: \(reason)"
      try dead(&settled, tx)
      return
    }
    (settled.state, settled.notBefore) = (.queued, now.adding(microseconds: Int64(delay * 1_000_000)))
    if let id = entry.message { try tx.setDelivery(id, .queued, detail: reason) }
  }

  /// The server said at once that nobody is there; of several recipients nobody knows whom it meant.
  private func suppressIfGone(_ reason: String, _ code: String?, _ tx: Transaction) throws {
    guard Suppressing.isGone(code), configuration.channels[entry.channel]?.adapter is any MailAdapter,
      let message = try entry.message.flatMap({ try tx.message($0) })
    else { return }
    let recipients = try Suppressing.recipients(of: message, tx)
    guard recipients.count == 1, !configuration.owns(recipients[0]) else { return }
    let words = "refused: \(reason.prefix(200)) (#\(message.conversation))"
    try Suppressing.suppress(recipients[0], reason: words, in: message.conversation, desk, at: now, tx)
  }

  private func dead(_ settled: inout OutboxRecord, _ tx: Transaction) throws {
    (settled.state, settled.finishedAt) = (.dead, now)
    guard let id = entry.message, let message = try tx.message(id) else { return }
    try desk.sendFailed(message, detail: settled.detail ?? "refused", configuration: configuration, now: now, tx)
    try tx.setDelivery(id, .dead, detail: settled.detail)
  }
}
