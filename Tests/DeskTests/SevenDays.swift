import Channels
import Conversations
import Desk
import Outbound
import Rehearsal
import Storage
import Synchronization
import Testing

/// Days of a desk between providers that misbehave both ways, agents who come and go, and a store that fails now and then.
/// All from a seed but for the order of what is sent at once.
final class SevenDays {
  /// A tick, in seconds: what providers have to tell comes at its moment, everything else at the end of a tick.
  static let tick: Int64 = 600
  static let days = 7
  static let share = 0.05

  /// A reply as an agent wrote it.
  struct Written: Hashable {
    var text: String
    var conversation: ConversationID
    var channel: String
  }

  let bench: Bench
  let gremlin: Gremlin
  private(set) var desk: Desk
  private(set) var callers: [String: PretendCaller] = [:]
  /// What happened at the providers, but for what they told of our messages.
  private(set) var told: [String: [ProviderEvent]] = [:]
  private(set) var written: [Written] = []
  private(set) var forgeriesRefused = 0
  private(set) var known = 0
  private(set) var calls = 0
  /// Those of each channel that our store could not take.
  private(set) var unavailable = 0
  /// Messages that died with the first process and were sent by the second.
  private(set) var orphaned = 0
  private var dice: SeededNumbers
  private var agents: [Agent] = []
  private var seenOfWeb = 0

  init(_ bench: Bench, _ gremlin: Gremlin, seed: UInt64, customers: Int) async throws {
    (self.bench, self.gremlin, desk, dice) = (bench, gremlin, bench.desk, SeededNumbers(seed: seed))
    try connect()
    for name in ["wei", "tom", "mei", "ana"] { agents.append(try await bench.agent(name)) }
    for (number, (channel, account)) in accounts.enumerated() {
      let own = seed &+ UInt64(number) &* 1_000_003
      var caller = PretendCaller(account, seed: own, share: Self.share)
      let talk = CustomerTalk(
        at: account.product, customers: customers, messagesMax: account.product == .calls ? 3 : 8, from: bench.time.now,
        days: Self.days, seed: own &+ 17)
      for event in talk.events { caller.add(event) }
      (callers[channel], told[channel]) = (caller, talk.events)
    }
    bench.web.change {
      $0 = WebFaults(seed: seed, share: Self.share, kinds: WebFaults.everything, expirySeconds: 21_600)
    }
    bench.post.change { $0 = MailRules(seed: seed, share: Self.share) }
    gremlin.set(0.001)
  }

  private var accounts: [(String, ProviderAccount)] {
    let meta = HookSigning.meta(appSecret: Bench.appSecret)
    return [
      ("facebook", ProviderAccount(.messenger, address: Bench.page, signing: meta)),
      ("whatsapp", ProviderAccount(.whatsApp, address: "400", signing: meta)),
      (
        "telegram",
        ProviderAccount(.telegram, address: "7012345678", signing: .telegram(secretToken: Secret("the secret")))
      ),
      ("line", ProviderAccount(.line, address: "U0", signing: .line(channelSecret: Secret("a channel secret")))),
      (
        "sms",
        ProviderAccount(
          .texting, address: "+12025550100",
          signing: .twilio(authToken: Secret("the token"), url: "https://desk.example/hooks/sms"))
      ),
      ("shop", ProviderAccount(.generic, address: "shop", signing: .timed(secret: Secret("between us")))),
      ("exchange", ProviderAccount(.calls, address: "02219999999", signing: .placetel(sharedSecret: Secret("shared")))),
      ("support-mail", ProviderAccount(.mail, address: "support@example.com", signing: .nothing)),
    ]
  }

  private func connect() throws {
    let web = JSON.string(bench.web.url)
    try bench.connectWhatsApp()
    try bench.connectTelegram()
    try bench.connect(
      "line", Line.self,
      [
        "channel_secret": "a channel secret", "destination": "U0", "channel_access_token": "a token", "api_base": web,
        "data_api_base": web,
      ], repliesAutomatically: true)
    try bench.connect(
      "sms", TwilioSMS.self,
      [
        "account_sid": "AC1", "auth_token": "the token", "public_url": "https://desk.example/hooks/sms",
        "our_numbers": ["+12025550100"], "api_base": web,
      ])
    try bench.connect(
      "shop", GenericWebhook.self,
      [
        "secret": "between us", "signature_prefix": "sha256=", "timestamp_header": "X-Timestamp",
        "signed": "{timestamp}.{body}", "events_at": "events", "reply_url": .string(bench.web.url + "/answers"),
        "fields": [
          "id": "message.id", "type": "event", "contact_id": "sender.id", "text": "message.text",
          "sent_at": "message.created_at",
        ],
        "kinds": ["message.created": "message", "message.changed": "edit", "message.removed": "delete"],
      ])
    try bench.connect(
      "exchange", Placetel.self,
      ["shared_secret": "shared", "default_country_code": "49", "our_numbers": ["+492219999999"]])
  }

  // MARK: - Time

  /// A week, with a restart in the middle.
  func run() async throws {
    let ticks = Int64(Self.days) * 86_400 / Self.tick
    for number in 0..<ticks {
      try await step(restarts: number == ticks / 2)
    }
  }

  /// The roads are good again and the agents stay until everybody is answered: whatever can leave leaves, the rest is given
  /// up, in at most so many days.
  func drain(days: Int64) async throws {
    gremlin.set(0)
    bench.web.change { $0 = WebFaults() }
    bench.post.change { $0 = MailRules() }
    let end = bench.time.now.adding(seconds: days * 86_400)
    while bench.time.now < end {
      try await step()
      let open = try await bench.count("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')")
      if open == 0, callers.values.allSatisfy(\.isDone), try await waiting() == 0 { return }
    }
  }

  private func waiting() async throws -> Int {
    try await bench.count("SELECT COUNT(*) FROM conversations WHERE status IN ('new', 'open')")
  }

  private func step(restarts: Bool = false) async throws {
    let end = bench.time.now.adding(seconds: Self.tick)
    await takeIn(until: end)
    if bench.time.now < end { bench.time.move(to: end) }
    await sweep()
    await work()
    if restarts { try await restart() }
    await send()
    _ = try? await desk.doErrands()
  }

  /// The process dies with messages in its hands; another one takes over.
  private func restart() async throws {
    let now = bench.time.now
    let claimed = try? await bench.store.write {
      try $0.claimOutbox(now: now, leaseUntil: now.adding(seconds: 300), limit: 32)
    }
    orphaned = claimed?.count ?? 0
    desk = try bench.colleague(node: 2)
  }

  func close() { if desk !== bench.desk { desk.courier.close() } }

  /// As `Desk.runClockSweep` does.
  private func sweep() async {
    _ = try? await desk.sweepClocks()
    _ = try? await desk.escalate()
    _ = try? await desk.returnFromAfterHours()
    _ = try? await desk.sweepDepartures()
    _ = try? await desk.sweepPresences()
    _ = try? await desk.moveOn()
  }

  // MARK: - Inward

  /// Every call that falls due until `end`, whichever provider makes it.
  private func takeIn(until end: Instant) async {
    while let (channel, due) = callers.compactMap({ name, caller in caller.nextDue.map { (name, $0) } })
      .min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), due <= end
    {
      guard let call = callers[channel]?.next(until: end) else { return }
      if bench.time.now < call.due { bench.time.move(to: call.due) }
      await make(call, on: channel)
    }
  }

  private func make(_ call: PretendCaller.Call, on channel: String) async {
    guard let caller = callers[channel] else { return }
    // No two arrive at the same moment.
    let now = bench.time.now.adding(microseconds: 1000)
    bench.time.move(to: now)
    if call.isForgedFirst {
      let result = await desk.receive(caller.delivery(call, at: now, isForged: true), on: channel)
      if [401, 403].contains(result.answer.status), result.filed == 0 { forgeriesRefused += 1 }
    }
    calls += 1
    guard call.arrives else { return callers[channel]?.hear(call, status: nil, at: now) ?? () }
    let result = await desk.receive(caller.delivery(call, at: now), on: channel)
    known += result.known
    if result.isTemporary { unavailable += 1 }
    callers[channel]?.hear(call, status: call.answerArrives ? result.answer.status : nil, at: now)
  }

  // MARK: - Outward

  /// As the delivery loop does; then the providers tell what they have taken.
  private func send() async {
    while let count = try? await desk.deliverDue(), count > 0 { continue }
    let taken = bench.web.received.dropFirst(seenOfWeb)
    seenOfWeb += taken.count
    for message in taken.compactMap(TakenMessage.init) {
      let channel = accounts.first { $0.1.product == message.product }?.0 ?? ""
      callers[channel]?.took(message, at: bench.time.now)
    }
  }

  /// Most work on working days from nine to six; now and then somebody looks in at night, so that windows close meanwhile.
  private func work() async {
    let wall = bench.time.now.adding(seconds: 8 * 3600)
    let (day, hour) = (wall.seconds / 86_400, wall.seconds % 86_400 / 3600)
    // 1970-01-01 was a Thursday.
    let isOpen = (day + 3) % 7 < 5 && (9..<18).contains(hour)
    for agent in agents {
      guard Int.random(in: 0..<100, using: &dice) < (isOpen ? 60 : 1) else { continue }
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        guard let id = try? await desk.takeNext(for: agent, queue: nil) else { break }
        await answer(id, agent)
      }
    }
  }

  private func answer(_ id: ConversationID, _ agent: Agent) async {
    guard
      let (conversation, newest) = try? await bench.store.read({ tx in
        (try tx.conversation(id), try tx.messages(of: id).max { $0.seq < $1.seq })
      }), let conversation
    else { return }
    let chance = Int.random(in: 0..<100, using: &dice)
    if chance < 8 {
      try? await desk.release(id, by: agent)
      return
    }
    // Nothing can be written to a caller, nor to whom the last answer could not be sent.
    let isHopeless = newest?.direction == .outbound && [.dead, .failed].contains(newest?.deliveryState)
    guard conversation.channel != "exchange", !isHopeless else {
      try? await desk.note("called back", on: id, by: agent)
      try? await desk.resolve(id, by: agent)
      return
    }
    for _ in 0..<(chance < 20 ? 2 : 1) {
      let draft = ReplyDraft(
        text: "答 R\(written.count).", seq: conversation.lastSeq, anyway: true, status: chance < 50 ? .resolved : nil)
      guard (try? await desk.reply(draft, to: id, by: agent)) != nil else { return }
      written.append(Written(text: draft.text, conversation: id, channel: conversation.channel))
    }
  }
}

/// Lets statements fail now and then, once it is switched on.
final class Gremlin: Sendable {
  private struct State {
    var numbers = SeededNumbers(seed: 5)
    var share = 0.0
  }
  private let state = Mutex(State())
  func set(_ share: Double) { state.withLock { $0.share = share } }
  var observer: StoreOptions.Observer {
    { statement throws(StoreError) in
      guard !statement.isControl else { return }
      let fails = self.state.withLock { state in Double.random(in: 0..<1, using: &state.numbers) < state.share }
      if fails { throw StoreError(.full, "injected") }
    }
  }
}
