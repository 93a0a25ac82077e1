import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("A channel's health") struct ChannelHealthTests {
  private func state(_ bench: Bench) async throws -> ChannelState {
    try #require(try await bench.desk.channelStates().first { $0.name == "support-mail" })
  }

  private func metrics(_ bench: Bench) async -> [String] { await bench.desk.gauges().flatMap(\.rows) }

  @Test("is told after the third failure, once, and is good again after one success", arguments: TestEngine.all)
  func threeFailures(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      #expect(try await state(bench).status == .quiet)
      await bench.desk.noteSuccess("support-mail", .inward)
      #expect(try await state(bench).status == .ok)
      for number in 1...4 {
        bench.time.advance(60)
        await bench.desk.noteFailure("support-mail", .inward, "NO [AUTHENTICATIONFAILED] wrong")
        #expect(try await state(bench).status == (number < 3 ? .failing : .down), "\(number)")
      }
      let health = try #require(try await state(bench).inward)
      #expect(health.failures == 4 && health.failure == "NO [AUTHENTICATIONFAILED] wrong")
      #expect(health.lagSeconds(now: bench.time.now) == 240)
      #expect(health.alertedAt == Bench.monday.adding(seconds: 180))
      let rows = await metrics(bench)
      #expect(rows.contains("patchbay_channel_up{channel=\"support-mail\",direction=\"in\"} 0"), "\(rows)")
      #expect(rows.contains("patchbay_channel_consecutive_failures{channel=\"support-mail\",direction=\"in\"} 4"))
      #expect(rows.contains("patchbay_channel_last_success_seconds{channel=\"support-mail\",direction=\"in\"} 240"))
      #expect(rows.contains("patchbay_channel_lag_seconds{channel=\"support-mail\",direction=\"in\"} 240"))
      bench.time.advance(60)
      await bench.desk.noteSuccess("support-mail", .inward)
      #expect(try await state(bench).status == .ok)
      #expect(try await state(bench).inward?.lagSeconds(now: bench.time.now) == 0)
    }
  }

  @Test("is told after ten minutes of opening time, however few the tries")
  func tenMinutes() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      await bench.desk.noteFailure("support-mail", .inward, "no answer")
      bench.time.advance(599)
      await bench.desk.noteFailure("support-mail", .inward, "no answer")
      #expect(try await state(bench).status == .failing)
      await bench.desk.noteSuccess("support-mail", .inward)
      await bench.desk.noteFailure("support-mail", .inward, "no answer")
      bench.time.advance(600)
      await bench.desk.noteFailure("support-mail", .inward, "no answer")
      #expect(try await state(bench).status == .down)
    }
  }

  @Test(
    "knows of sending: answers of any kind are good, none is not, and people are told once", arguments: TestEngine.all)
  func sending(engine: TestEngine) async throws {
    try await withBench(engine, files: Bench.alerting()) { (bench) async throws in
      func state() async throws -> ChannelState {
        try #require(try await bench.desk.channelStates().first { $0.name == "facebook" })
      }
      let wei = try await bench.agent("wei", role: .lead)
      func say(_ text: String) async throws {
        _ = try await bench.desk.reply(ReplyDraft(text: text, seq: nil, anyway: true), to: ConversationID(1), by: wei)
        try await bench.sendAll()
      }
      #expect(await bench.message("my card was declined", id: "m1").filed == 1)
      try await bench.sendAll()
      let first = try await state()
      #expect(first.status == .ok && first.outward?.lastSuccessAt == bench.time.now)
      // Within a minute another success is no news, and costs no statement.
      bench.time.advance(30)
      try await say("one moment")
      #expect(try await state().outward?.lastSuccessAt == first.outward?.lastSuccessAt)
      // A no to one message is an answer all the same.
      bench.time.advance(60)
      bench.web.change { $0 = WebFaults([.status(400)]) }
      try await say("this one is refused")
      #expect(try await state().outward?.lastSuccessAt == bench.time.now)
      bench.web.change { $0 = WebFaults(always: .status(503)) }
      let alerts = "SELECT COUNT(*) FROM outbox WHERE purpose = 'alert'"
      let before = try await bench.count(alerts)
      for number in 1...3 {
        bench.time.advance(250)
        if number == 1 { try await say("are you there?") } else { try await bench.sendAll() }
        #expect(try await state().outward?.failures == Int64(number))
        #expect(try await state().status == (number < 3 ? .failing : .down), "\(number)")
      }
      let details = try await bench.texts("SELECT detail FROM outbox WHERE channel = 'facebook' AND detail IS NOT NULL")
      let failure = try #require(try await state().outward?.failure)
      #expect(details.contains(failure), "\(failure) \(details)")
      let told = try await bench.count(alerts) - before
      #expect(told == 1)
      bench.web.change { $0 = WebFaults() }
      bench.time.advance(3600)
      try await bench.sendAll()
      #expect(try await state().status == .ok)
    }
  }

  @Test("is for leads and admins: it may name accounts and machines")
  func roles() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      func agent(_ role: Agent.Role) -> Agent {
        Agent(name: "wei", display: "Wei", email: nil, role: role, queues: [], createdAt: bench.time.now)
      }
      await #expect(throws: DeskError.self) { try await bench.desk.channels(for: agent(.agent)) }
      let shown = try await bench.desk.channels(for: agent(.lead))
      #expect(shown["channels"]?.array?.contains { $0["name"] == "support-mail" && $0["status"] == "quiet" } == true)
    }
  }

  @Test("one process at a time visits a mailbox, and another after the lease has run out", arguments: TestEngine.all)
  func lease(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let now = bench.time.now
      func claim(_ holder: Int64, at seconds: Int64) async throws -> MailboxRecord? {
        try await bench.store.write {
          try $0.claimMailbox(
            "box", place: "p", holder: holder, now: now.adding(seconds: seconds),
            until: now.adding(seconds: seconds + 300))
        }
      }
      #expect(try await claim(1, at: 0) == MailboxRecord(place: "p", uidValidity: nil, lastUID: 0))
      #expect(try await claim(2, at: 10) == nil)
      let read = MailboxRecord(place: "p", uidValidity: 4_000_000_000, lastUID: 4_100_000_000)
      #expect(try await bench.store.write { try $0.save(read, of: "box", holder: 1, until: now.adding(seconds: 300)) })
      #expect(try await claim(2, at: 301) == read)
      #expect(
        try await bench.store.write { try $0.save(read, of: "box", holder: 1, until: now.adding(seconds: 900)) }
          == false)
      try await bench.store.write { try $0.releaseMailbox("box", holder: 2) }
      #expect(try await claim(3, at: 302) == read)
    }
  }

  @Test("a mail's envelope is what the server that kept it wrote on top")
  func envelopes() {
    func envelope(_ text: String) -> RawDelivery.Envelope? { EnvelopeTrace(Array(text.utf8)).envelope }
    #expect(envelope("Subject: x\r\n\r\nReturn-Path: <a@b>\r\n") == nil)
    #expect(
      envelope("Return-Path: <a@b>\r\nDelivered-To: desk+c1-x@d\r\nReceived: x\r\n y\r\nReturn-Path: <z@z>\r\n\r\n")
        == .init(sender: "a@b", recipients: ["desk+c1-x@d"]))
    #expect(
      envelope("Return-Path: <>\nX-Original-To: a@d\nDelivered-To: b@d\n\n")
        == .init(sender: "", recipients: ["a@d", "b@d"]))
    #expect(envelope("Return-Path: two words\r\nDelivered-To: \u{7}\r\n\r\n") == .init(sender: "two", recipients: []))
  }
}
