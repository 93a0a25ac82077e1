import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// Takes the rungs that are due, each once whichever process comes first; what came due while no process ran is made up
  /// for, in the clock's hours. Returns how many clocks it looked at.
  @discardableResult
  package func escalate(limit: Int = 100) async throws -> Int {
    let (configuration, now) = (configuration.value, now())
    let keeper = clocks(configuration, now: now)
    let (count, changes, hasNotices) = try await store.write { [self] tx in
      var (changes, hasNotices) = ([LiveChange](), false)
      let due = try tx.clocksToEscalate(now: now, limit: limit)
      for clock in due {
        let climbing = Climbing(desk: self, keeper: keeper, clock: clock, now: now)
        let done = try climbing.climb(tx)
        changes += done.changes
        hasNotices = hasNotices || done.hasNotices
      }
      return (due.count, changes, hasNotices)
    }
    if hasNotices { outboxBell.ring() }
    feed.publish(changes)
    counters.add("patchbay_escalations_total", by: changes.count)
    return count
  }
}

/// One clock on its ladder.
private struct Climbing {
  let desk: Desk
  let keeper: ClockKeeper
  let clock: ClockRecord
  let now: Instant

  struct Done {
    var changes: [LiveChange] = []
    var hasNotices = false
  }

  func climb(_ tx: Transaction) throws -> Done {
    var (done, taken) = (Done(), try tx.stepsTaken(clock.id))
    let state = ClockState(clock)
    let steps = keeper.ladder(state).compactMap { step in
      keeper.machine.moment(of: step, state).map { (step: step, at: $0) }
    }.filter { $0.step.isDue(at: $0.at, now: now) && !taken.contains($0.step.key) }.sorted { $0.at < $1.at }
    var (waits, notices) = (Instant?.none, [Notified]())
    for (step, at) in steps {
      guard keeper.machine.mayTell(state, of: at, now: now) else {
        // It came due while nobody ran; the lead is not woken at night for it.
        waits = keeper.machine.nextOpen(state.calendar, at: now)
        break
      }
      guard var conversation = try tx.lockedConversation(clock.conversation), conversation.mergedInto == nil else {
        break
      }
      taken.insert(step.key)
      guard try tx.takeStep(clock, step.key, at: at, now: now, detail: words(step)) else { continue }
      try take(step, at: at, &conversation, &done, tx)
      notices += step.notices.map { Notified(notice: $0, step: step) }
    }
    try tell(notices, &done, tx)
    // Retargeting by a rung may have written the clock meanwhile: the rest of it stands.
    guard var present = try tx.clocks(of: clock.conversation).first(where: { $0.id == clock.id }) else { return done }
    present.escalateAt = waits ?? keeper.nextStep(ClockState(present), taken: taken)
    try tx.save(present)
    return done
  }

  private func words(_ step: EscalationStep) -> String {
    [
      step.priority.map { "priority \($0.rawValue)" }, step.queue.map { "queue \($0)" },
      step.notices.isEmpty ? nil : "told " + step.notices.map(\.through.rawValue).joined(separator: " "),
    ].compactMap(\.self).joined(separator: ", ")
  }

  private func take(
    _ step: EscalationStep, at: Instant, _ conversation: inout ConversationRecord, _ done: inout Done, _ tx: Transaction
  ) throws {
    let (priority, queue) = (conversation.priority, conversation.homeQueue)
    if let wanted = step.priority { conversation.priority = max(conversation.priority, wanted) }
    if let wanted = step.queue, wanted != queue {
      (conversation.queue, conversation.homeQueue, conversation.assignee) = (wanted, wanted, nil)
      conversation.lineUp(keeper.configuration, now: now)
      conversation.reason = "escalated from \(queue): \(clock.kind) of target \(clock.target)"
      try tx.dropLease(conversation.id)
    }
    let hasMoved = conversation.priority != priority || conversation.homeQueue != queue
    try tx.log(
      id: desk.newID(now), conversation.id, "escalated", at: at, actor: nil, queue: conversation.queue,
      data: [
        "clock": JSON(clock.kind), "target": JSON(clock.target), "step": JSON(step.key), "due_at": JSON(clock.dueAt),
        "did": JSON(words(step)), "done_at": JSON(now), "pins": JSON(hasMoved),
      ])
    if hasMoved {
      try pinClocks(tx)
      try desk.retarget(&conversation, configuration: keeper.configuration, now: now, tx)
      conversation.updatedAt = now
      try tx.save(conversation)
    }
    done.changes.append(LiveChange("escalated", conversation))
  }

  /// What the ladder itself changes makes no other promise of those that run, or its next rungs would be another's.
  private func pinClocks(_ tx: Transaction) throws {
    for var record in try tx.clocks(of: clock.conversation) where !ClockState(record).status.isDecided {
      record.isPinned = true
      try tx.save(record)
    }
  }

  private struct Notified {
    var notice: EscalationStep.Notice
    var step: EscalationStep
  }

  /// Of several rungs that are taken at once (after a stop, or with a new ladder) everybody is told the highest.
  private func tell(_ notices: [Notified], _ done: inout Done, _ tx: Transaction) throws {
    guard !notices.isEmpty, let conversation = try tx.conversation(clock.conversation) else { return }
    var told: Set<[String]> = []
    for one in notices.reversed() {
      let fresh = one.notice.recipients.filter { told.insert([one.notice.through.rawValue, $0]).inserted }
      try tell(one.notice, to: fresh, one.step, conversation, tx)
    }
    done.hasNotices = true
  }

  /// Facts for colleagues, none of the customer's words.
  private func tell(
    _ notice: EscalationStep.Notice, to recipients: [String], _ step: EscalationStep,
    _ conversation: ConversationRecord, _ tx: Transaction
  ) throws {
    let text = EscalationWords(language: notice.language, configuration: keeper.configuration)
    let (subject, body) = text.letter(clock, step, conversation, now: now)
    for recipient in recipients {
      let letter = AutomaticLetter(
        channel: notice.through.rawValue, recipient: recipient, purpose: "escalation", subject: subject, text: body)
      if let refusal = try desk.gate(keeper.configuration, now: now).post(letter, tx) {
        desk.couldNotTell(recipient, refusal)
      }
    }
  }
}

/// What a notice says, in both languages.
struct EscalationWords {
  let isChinese: Bool
  let configuration: DeskConfiguration

  init(language: String, configuration: DeskConfiguration) {
    (isChinese, self.configuration) = (language.hasPrefix("zh"), configuration)
  }

  func letter(_ clock: ClockRecord, _ step: EscalationStep, _ conversation: ConversationRecord, now: Instant) -> (
    subject: String, text: String
  ) {
    let language = isChinese ? "zh" : "en"
    let kind = ReportWords(language).label(clock.kind)
    let due = (clock.breachedAt ?? clock.dueAt).map { time($0) } ?? "–"
    let queue = configuration.table.queue(conversation.queue)?.titles[language] ?? conversation.queue
    let category = AfterHours.title(of: conversation.category, language: language, configuration)
    let urgency = conversation.priority.rawValue
    let priority = ReportWords(language).title(urgency, in: .priority) ?? urgency
    let isLate = clock.breachedAt != nil || clock.dueAt.map { $0 < now } ?? false
    let (state, left) = isLate ? ("overdue", "已超时") : ("due", "即将到期")
    let subject =
      isChinese
      ? "#\(conversation.id) \(kind)\(left)（\(due)，\(queue)）" : "#\(conversation.id) \(kind) \(state) \(due) (\(queue))"
    let rows =
      isChinese
      ? [
        "会话：#\(conversation.id)", "队列：\(queue)", "优先级：\(priority)", "类别：\(category)", "目标：\(clock.target)（\(kind)）",
        "到期：\(due)",
        "负责人：\(conversation.assignee ?? "–")",
      ]
      : [
        "Conversation: #\(conversation.id)", "Queue: \(queue)", "Priority: \(priority)", "Category: \(category)",
        "Target: \(clock.target) (\(kind))", "Due: \(due)",
        "Assigned to: \(conversation.assignee ?? "–")",
      ]
    return (subject, (rows + ["", "patchbay explain \(conversation.id) due"]).joined(separator: "\n"))
  }

  private func time(_ instant: Instant) -> String {
    let wall = configuration.settings.zone.wallClock(of: instant)
    return "\(wall.date) \(wall.time)"
  }
}
