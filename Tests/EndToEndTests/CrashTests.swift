import Conversations
import Foundation
import Rehearsal
import Storage
import Synchronization
import Testing

/// What the router has promised: ids of deliveries that were answered with 2xx.
final class Promises: Sendable {
  private let kept = Mutex<Set<String>>([])
  private let strange = Mutex<Set<Int>>([])

  func record(_ id: String, _ status: Int) {
    if (200..<300).contains(status) {
      kept.withLock { _ = $0.insert(id) }
    }
    // 0 = the process died before its answer; 503 = it said that it could not.
    else if status != 0, status != 503 {
      strange.withLock { _ = $0.insert(status) }
    }
  }
  var ids: Set<String> { kept.withLock { $0 } }
  var odd: Set<Int> { strange.withLock { $0 } }
}

extension LongTests {
  @Suite("Crashes") struct CrashTests {
    /// Posts until the router is gone, and answers what an agent gets.
    private func load(_ running: Running, round: Int, _ promises: Promises, agent token: String) async {
      await withDiscardingTaskGroup { group in
        for client in 0..<6 {
          group.addTask {
            for number in 0..<100_000 {
              let id = "r\(round).\(client).\(number)"
              let status = await running.hook([(id, "c\(client).\(number % 7)", "退款 \(number)")]).status
              promises.record(id, status)
              if status == 0 { return }
            }
          }
        }
        group.addTask {
          while true {
            let next = await running.api("POST", "next", token, [:])
            if next.status == 0 { return }
            guard let id = next.json["id"]?.int64 else { continue }
            let reply: JSON = ["text": .string("答 \(round)"), "anyway": true]
            if await running.api("POST", "conversations/\(id)/reply", token, reply).status == 0 { return }
          }
        }
      }
    }

    private func examine(_ router: Router, _ promises: Promises, round: Int) async throws {
      let ids = try await router.query {
        try $0.rows("SELECT external_id FROM messages WHERE direction = 'in'").map { $0.text(0) }
      }
      let missing = promises.ids.subtracting(ids)
      #expect(missing.isEmpty, "round \(round): \(missing.count) of \(promises.ids.count) lost")
      #expect(ids.count == Set(ids).count, "round \(round): some twice")
      let states = try await router.query { try $0.rows("SELECT DISTINCT state FROM outbox").map { $0.text(0) } }
      #expect(Set(states).isSubset(of: ["queued", "sending", "accepted"]), "\(states)")
      let stray =
        "SELECT COUNT(*) FROM messages m WHERE m.direction IN ('out', 'bot') AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id)"
      #expect(try await router.count(stray) == 0)
    }

    @Test("killed at any moment under load, it has every delivery that it said yes to, once")
    func killed() async throws {
      let router = try await Router()
      let promises = Promises()
      let token = try await router.token("wei")
      var numbers = SeededNumbers(seed: 20_260_101)
      for round in 1...(LongTests.isLong ? 20 : 5) {
        let running = try await Running.start(router)
        let work = Task { await load(running, round: round, promises, agent: token) }
        let before = promises.ids.count
        #expect(await eventually(30) { promises.ids.count > before }, "round \(round) never got an answer")
        try await Task.sleep(for: .milliseconds(Int.random(in: 10...900, using: &numbers)))
        #expect(await running.end(SIGKILL) == -SIGKILL)
        await work.value
        let check = try await router.run(["database", "check"])
        #expect(check.status == 0 && check.out == "sound\n", "round \(round): \(check)")
        try await examine(router, promises, round: round)
      }
      #expect(promises.odd.isEmpty, "answers \(promises.odd)")
      // The last start finds the work and goes on with it; what a dead process was sending waits for its lease to end.
      let running = try await Running.start(router)
      let free = """
        SELECT COUNT(*) FROM outbox o WHERE o.state = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox p
          WHERE p.conversation_id = o.conversation_id AND p.id < o.id AND p.state = 'sending')
        """
      let isSent = try await eventually(60) { try await router.count(free) == 0 }
      #expect(isSent)
      #expect(await running.end() == 0)
      try await examine(router, promises, round: 0)
      let accepted = try await router.query {
        try $0.rows("SELECT provider_id FROM outbox WHERE state = 'accepted'").map { $0.text(0) }
      }
      #expect(accepted.count == Set(accepted).count)
      #expect(Set(accepted).isSubset(of: router.web.taken.compactMap(\.messageID)))
      await router.stop()
    }

    @Test("asked to end under load, it finishes what it has begun and ends with 0")
    func graceful() async throws {
      let router = try await Router()
      let promises = Promises()
      let token = try await router.token("wei")
      let running = try await Running.start(router)
      // A mail server keeps its connection for the next mail, and must not keep the router from its end.
      let idle = Wire(port: running.lmtp)
      #expect(idle?.answers(1).first?.hasPrefix("220") == true)
      let work = Task { await load(running, round: 1, promises, agent: token) }
      #expect(await eventually(30) { promises.ids.count > 50 })
      let began = ContinuousClock.now
      #expect(await running.end(SIGTERM) == 0)
      #expect(ContinuousClock.now - began < .seconds(20))
      withExtendedLifetime(idle) {}
      await work.value
      #expect(promises.odd.isEmpty, "answers \(promises.odd)")
      try await examine(router, promises, round: 1)
      await router.stop()
    }
  }
}
