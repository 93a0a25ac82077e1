import Conversations
import Foundation
import Storage
import TestSupport
import Testing

extension LongTests {
  @Suite("The line, by commands") struct LineCommandTests {
    private static func withOffers(_ body: (Running, Router) async throws -> Void) async throws {
      let router = try await Router()
      let path = router.config + "/channels/routing/queues.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      // Open day and night: the tests are run at any hour.
      let queue = "\n  refunds:\n    title: {zh: 退款, en: Refunds}\n    hours: hotline\n"
      try #require(text.contains(queue))
      let offered = "\n  refunds:\n    title: {zh: 退款, en: Refunds}\n    offers: 20s\n"
      try Data(text.replacing(queue, with: offered).utf8).write(to: URL(fileURLWithPath: path))
      let running = try await Running.start(router)
      try await body(running, router)
      #expect(await running.end() == 0)
      await router.stop()
    }

    @Test("an agent watches, is offered work, takes it, is full, goes and gives it back")
    func day() async throws {
      try await Self.withOffers { (running, router) async throws in
        let made = try await router.run(["agents", "add", "wei", "--language", "zh", "--capacity", "1", "--token"])
        try #require(made.status == 0, "\(made.talk)")
        let token = made.out.trimmingCharacters(in: .whitespacesAndNewlines)
        let access = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": token, "PATCHBAY_LANG": "en"]
        let listed = try await router.run(["agents", "list"])
        #expect(listed.out.contains("wei  agent  all queues  speaks zh  capacity 1"), "\(listed.out)")

        let watching = Process()
        let said = router.folder.path + "/watch.out"
        try Data().write(to: URL(fileURLWithPath: said))
        watching.executableURL = Router.program
        watching.arguments = ["watch"]
        watching.environment = router.environment.merging(access) { $1 }
        watching.standardInput = FileHandle.nullDevice
        watching.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: said))
        watching.standardError = FileHandle.nullDevice
        try watching.run()
        defer { watching.terminate() }
        #expect(
          await eventually(20) { await running.api("GET", "me", token).json["presence"]?["state"] == "online" },
          "whoever watches is online")

        for number in 1...2 {
          #expect(await running.hook([("m\(number)", "c\(number)", "我要申请退款")]).status == 200)
        }
        let isTold = await eventually(20) {
          let text = String(decoding: FileManager.default.contents(atPath: said) ?? Data(), as: UTF8.self)
          return text.contains("#1 is offered to you for")
        }
        #expect(isTold)
        let strange = try await router.run(["decline", "2"], environment: access)
        #expect(strange.status == 1 && strange.talk.contains("not offered to you"), "\(strange.talk)")
        let taken = try await router.run(["accept", "1"], environment: access)
        #expect(taken.status == 0 && taken.out == "#1 is yours.\n", "\(taken.talk)")

        let full = try await router.run(["next", "--json"], environment: access)
        #expect(full.status == 3 && full.talk.contains("You hold 1 of 1"), "\(full.talk)")
        #expect(try JSON(parsing: full.out)["error"] == "at_capacity")
        #expect(try await router.count("SELECT COUNT(*) FROM leases") == 1)

        let gone = try await router.run(["offline"], environment: access)
        #expect(gone.status == 0 && gone.out.contains("offline"), "\(gone.talk)")
        #expect(try await router.count("SELECT COUNT(*) FROM leases") == 0)
        watching.terminate()
        let back = try await router.run(["available", "-q"], environment: access)
        #expect(back.status == 0 && back.out == "online\n")
        let isOffered = try await eventually(20) {
          try await router.count("SELECT COUNT(*) FROM leases WHERE offered = 1 AND conversation_id = 1") == 1
        }
        #expect(isOffered, "in its old place")
        let next = try await router.run(["next", "-q"], environment: access)
        #expect(next.status == 0 && next.out == "1\n", "\(next.talk)")
      }
    }

    @Test("agents are changed by name, and a wrong word changes nothing")
    func changes() async throws {
      let router = try await Router()
      #expect(try await router.run(["agents", "add", "wei", "--queue", "refunds"]).status == 0)
      let changed = try await router.run([
        "agents", "set", "wei", "--language", "zh", "--language", "en", "--capacity", "4",
      ])
      #expect(changed.status == 0 && changed.out == "wei  refunds  speaks zh en  capacity 4\n", "\(changed.talk)")
      for wrong in [["--language", "xx"], ["--skill", "juggling"], ["--capacity", "many"], ["--queue", "nowhere"]] {
        let refused = try await router.run(["agents", "set", "wei"] + wrong)
        #expect(refused.status != 0 && !refused.talk.isEmpty, "\(wrong)")
      }
      let emptied = try await router.run(["agents", "set", "wei", "--language", "none", "--capacity", "none"])
      #expect(emptied.status == 0 && emptied.out == "wei  refunds\n", "\(emptied.talk)")
      await router.stop()
    }
  }
}
