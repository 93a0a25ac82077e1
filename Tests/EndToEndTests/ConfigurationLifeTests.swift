import Conversations
import Foundation
import Storage
import TestSupport
import Testing

extension LongTests {
  @Suite("The configuration's life") struct ConfigurationLifeTests {
    private func edit(_ router: Router, _ file: String, _ old: String, _ new: String) throws {
      let path = router.config + "/" + file
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try #require(text.contains(old))
      try Data(text.replacing(old, with: new, maxReplacements: 1).utf8).write(to: URL(fileURLWithPath: path))
    }

    private let categories = "channels/routing/categories.yaml"
    private func plant(_ router: Router, queue: String) throws {
      try edit(
        router, categories, "rules:\n",
        "rules:\n  - name: planted\n    when: {any_words: [zebra]}\n    then: {queue: \(queue)}\n")
    }

    /// Where it belongs: the tests are run day and night.
    private func queue(_ router: Router, of message: String) async throws -> String? {
      try await router.query { tx in
        try tx.first(
          "SELECT c.home_queue FROM conversations c JOIN messages m ON m.conversation_id = c.id WHERE m.external_id = $1",
          [.text(message)])?.text(0)
      }
    }

    @Test(
      "a reload takes what is right, refuses what is wrong as a whole, and can be taken back", arguments: TestEngine.all
    )
    func reload(engine: TestEngine) async throws {
      let router = try await Router(database: engine == .postgres ? try ThrowawayPostgres.makeDatabase() : nil)
      let running = try await Running.start(router)
      let access = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("root")]
      let first = try #require(
        await running.api("GET", "configuration", access["PATCHBAY_TOKEN"] ?? "").json["version"]?.string)
      #expect(await running.hook([("m1", "c1", "a zebra asks for a refund")]).status == 200)
      #expect(try await queue(router, of: "m1") == "refunds")

      try plant(router, queue: "complaints")
      let diff = try await router.run(["config", "diff"])
      #expect(diff.status == 0 && diff.out.contains("+  - name: planted") && diff.out.contains("+++ \(categories)"))
      let reloaded = try await router.run(["config", "reload", "--json"], environment: access)
      #expect(reloaded.status == 0, "\(reloaded.talk)")
      #expect(try JSON(parsing: reloaded.out)["files"] == .array([.string(categories)]))
      #expect(try await router.run(["config", "diff"]).out == "")
      #expect(await running.hook([("m2", "c2", "a zebra asks for a refund")]).status == 200)
      #expect(try await queue(router, of: "m2") == "complaints")

      // Two mistakes, both told; nothing of the file counts, the right part neither.
      try edit(router, categories, "queue: complaints}", "queue: nowhere}")
      try edit(router, "channels/routing/queues.yaml", "queues:", "quues:")
      let refused = try await router.run(["config", "reload"], environment: access)
      #expect(
        refused.status == 78 && refused.talk.contains("nowhere") && refused.talk.contains("quues"), "\(refused.talk)")
      #expect(await running.hook([("m3", "c3", "a zebra asks for a refund")]).status == 200)
      #expect(try await queue(router, of: "m3") == "complaints")

      let guarded = try await router.run(["config", "rollback", String(first.prefix(8))])
      #expect(guarded.status == 4 && guarded.talk.contains("--discard"))
      let back = try await router.run(["config", "rollback", String(first.prefix(8)), "--discard"])
      #expect(back.status == 0 && back.out.contains("wrote \(categories)"), "\(back.talk)")
      #expect(try await router.run(["config", "reload", "-q"], environment: access).out == "\(first.prefix(12))\n")
      #expect(await running.hook([("m4", "c4", "a zebra asks for a refund")]).status == 200)
      #expect(try await queue(router, of: "m4") == "refunds")

      let history = try await router.run(["config", "history", "--json"])
      let log = try history.out.split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(log.map { $0["how"]?.string } == ["reload", "reload", "start"])
      #expect(log.map { $0["actor"]?.string }.prefix(2) == ["root", "root"])
      #expect(log.first?["version"] == .string(first) && log.last?["version"] == .string(first))
      #expect(log.first?["files"] == .array([.string(categories)]))
      #expect(await running.end() == 0)
      await router.stop()
    }

    @Test("a check of a store's desk names the queues that no agent serves")
    func unserved() async throws {
      let router = try await Router()
      let place = ["check", "--data", router.data]
      #expect(try await router.run(["agents", "add", "wei", "--queue", "refunds", "--queue", "payments"]).status == 0)
      #expect(try await router.run(["agents", "add", "boss", "--role", "lead"]).status == 0)
      let checked = try await router.run(place)
      #expect(
        checked.status == 0 && checked.out.contains("warning: queue security: no agent serves it"), "\(checked.out)")
      #expect(!checked.out.contains("queue refunds:") && !checked.out.contains("queue payments:"))
      #expect(try await router.run(["agents", "add", "all"]).status == 0)
      #expect(try await !router.run(place).out.contains("no agent serves it"))
      #expect(try await !router.run(["check"]).out.contains("no agent serves it"))
      await router.stop()
    }

    @Test("the classifier comes back with the version that it belonged to")
    func classifier() async throws {
      try await withRouter { (running, router) async throws in
        let access = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("root")]
        let file = URL(fileURLWithPath: router.config + "/channels/routing/sample.model")
        let (first, old) = (
          await running.api("GET", "configuration", access["PATCHBAY_TOKEN"] ?? "").json["version"]?.string ?? "",
          try Data(contentsOf: file)
        )
        #expect(try await router.run(["train", "--seed", "4"]).status == 0)
        #expect(try Data(contentsOf: file) != old)
        #expect(try await router.run(["config", "reload"], environment: access).status == 0)
        let back = try await router.run(["config", "rollback", first])
        #expect(back.status == 0 && back.out == "wrote channels/routing/sample.model\n", "\(back.out) \(back.talk)")
        #expect(try Data(contentsOf: file) == old)
        #expect(try await router.run(["config", "diff", first]).out == "")
      }
    }

    @Test("a configuration that is no longer in force is let go, its classifier with it")
    func memory() async throws {
      try await withRouter { (running, router) async throws in
        let access = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("root")]
        var settled = 0
        try plant(router, queue: "complaints")
        for turn in 0..<15 {
          if turn == 3 { settled = running.resident }
          let (now, next) = turn % 2 == 0 ? ("complaints", "refunds") : ("refunds", "complaints")
          #expect(try await router.run(["config", "reload"], environment: access).status == 0)
          #expect(await running.hook([("m\(turn)", "c\(turn)", "a zebra asks, and is classified")]).status == 200)
          try edit(router, categories, "queue: \(now)}", "queue: \(next)}")
        }
        // Each is the model's 3 MB three times over, in its file, its weights and their short form.
        #expect(running.resident - settled < 12 * 4_000_000, "\(settled) \(running.resident)")
      }
    }

    @Test("SIGHUP reloads; a new channel opens and one that is gone is closed")
    func signal() async throws {
      try await withRouter { (running, router) async throws in
        #expect(await running.request("POST", "/hooks/second", body: Array("{}".utf8)).status == 404)
        let settings = try String(contentsOfFile: router.config + "/channels/facebook.yaml", encoding: .utf8)
        try router.write("second", settings)
        kill(running.pid, SIGHUP)
        let body = Array("{}".utf8)
        #expect(await eventually(20) { await running.request("POST", "/hooks/second", body: body).status == 401 })
        try FileManager.default.removeItem(atPath: router.config + "/channels/second.yaml")
        kill(running.pid, SIGHUP)
        #expect(await eventually(20) { await running.request("POST", "/hooks/second", body: body).status == 404 })
        // A mistake neither ends the router nor closes what was open.
        try router.write("facebook", "kind: messenger\n")
        kill(running.pid, SIGHUP)
        try await Task.sleep(for: .milliseconds(500))
        #expect(running.isAlive)
        #expect(await running.hook([("m1", "c1", "hello")]).status == 200)
      }
    }

    @Test("only admins reload, and while messages come in none is lost and none is half routed")
    func underLoad() async throws {
      try await withRouter { (running, router) async throws in
        let (root, agent) = (try await router.token("root"), try await router.token("wei", role: "agent"))
        #expect(await running.api("POST", "configuration/reload", agent).status == 403)
        #expect(await running.request("POST", "/api/v1/configuration/reload").status == 401)
        async let traffic = withTaskGroup(of: Int.self) { group in
          for client in 0..<4 {
            group.addTask {
              var taken = 0
              for number in 0..<60 {
                let id = "\(client)-\(number)"
                if await running.hook([("m\(id)", "c\(id)", "a zebra asks for a refund")]).status == 200 { taken += 1 }
              }
              return taken
            }
          }
          return await group.reduce(0, +)
        }
        // The queue and the priority of the rule change together, back and forth.
        try plant(router, queue: "complaints, priority: high")
        #expect(await running.api("POST", "configuration/reload", root).status == 200)
        for round in 0..<4 {
          let pair = ["queue: complaints, priority: high}", "queue: security, priority: urgent}"]
          try edit(router, categories, pair[round % 2], pair[(round + 1) % 2])
          #expect(await running.api("POST", "configuration/reload", root).status == 200)
        }
        #expect(await traffic == 240)
        let seen = try await router.query { tx in
          try tx.rows("SELECT home_queue, priority, COUNT(*) FROM conversations GROUP BY home_queue, priority").map {
            ("\($0.text(0)) \(Priority(rank: $0.int(1)).rawValue)", $0.int(2))
          }
        }
        let whole = Set(["refunds normal", "complaints high", "security urgent"])
        #expect(Set(seen.map(\.0)).isSubset(of: whole), "\(seen)")
        #expect(seen.map(\.1).reduce(0, +) == 240)
        // Each decision names a version whose files are kept.
        let kept = "SELECT COUNT(*) FROM decisions d JOIN configurations c ON c.version = d.configuration"
        #expect(try await router.count(kept) == 240)
      }
    }
  }
}
