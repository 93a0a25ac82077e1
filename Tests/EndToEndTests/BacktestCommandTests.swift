import Conversations
import Foundation
import Storage
import TestSupport
import Testing

extension LongTests {
  @Suite("Backtests by the program") struct BacktestCommandTests {
    private static let planted = """
        - name: planted
          when: {any_words: [zebra]}
          then: {queue: complaints}

      """

    /// A copy of the router's configuration with one more rule in front.
    private func plantedConfiguration(_ router: Router) throws -> String {
      let copy = router.folder.path + "/planted"
      try FileManager.default.copyItem(atPath: router.config, toPath: copy)
      let path = copy + "/channels/routing/categories.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let head = try #require(text.range(of: "rules:\n"))
      try Data(text.replacingCharacters(in: head, with: "rules:\n" + Self.planted).utf8).write(
        to: URL(fileURLWithPath: path))
      return copy
    }

    private func takeIn(_ running: Running) async {
      let messages = (0..<90).map { number in
        (id: "m\(number)", customer: "c\(number)", text: number < 37 ? "refund my zebra \(number)" : "refund \(number)")
      }
      #expect(await running.hook(messages).status == 200)
      #expect(await running.hook([("m90", "c0", "and another zebra")]).status == 200)
    }

    private func backtest(_ router: Router, _ arguments: [String]) async throws -> JSON {
      let ended = try await router.run(["backtest", "--json"] + arguments)
      #expect(ended.status == 0, "\(ended.talk)")
      return try JSON(parsing: ended.out)
    }

    @Test("37 planted ones are found, the configuration in force differs in nothing", arguments: TestEngine.all)
    func planted(engine: TestEngine) async throws {
      let router = try await Router(database: engine == .postgres ? try ThrowawayPostgres.makeDatabase() : nil)
      let running = try await Running.start(router)
      await takeIn(running)
      let same = try await backtest(router, [])
      #expect(same["conversations"] == 90 && same["moved"] == 0 && same["moves"]?.array == [])
      #expect(same["categories"]?.array == [] && same["priorities"]?.array == [])
      #expect(same["later_messages"] == ["looked_at": 1, "moved": 0])
      #expect(same["not_compared"] == ["changed_since": 0, "unknown_inputs": 0])
      let planted = try plantedConfiguration(router)
      let moved = try await backtest(router, ["--config", planted, "--examples", "2"])
      #expect(moved["moved"] == 37)
      let first = moved["examples"]?[0]
      #expect(moved["examples"]?.array?.count == 2 && first?["conversation"] == 1)
      #expect(first?["now"]?["reason"] == "rule planted" && first?["now"]?["queue"] == "complaints")
      #expect(try await backtest(router, ["--config", planted, "--until", "2026-01-01"])["conversations"] == 0)
      let text = try await router.run(["backtest", "--config", planted])
      #expect(text.out.contains("37 conversations would have gone elsewhere"), "\(text.out)")
      #expect(text.out.contains("would be: complaints"))
      #expect(await running.end() == 0)
      await router.stop()
    }

    @Test("not a byte of the database changes, with a router at work and without")
    func readsOnly() async throws {
      let router = try await Router()
      let file = URL(fileURLWithPath: router.data + "/patchbay.sqlite")
      let running = try await Running.start(router)
      await takeIn(running)
      // Killed: what it wrote last lies in the log only, which the last one to close the file would fold into it.
      #expect(await running.end(SIGKILL) == -SIGKILL)
      let before = try Data(contentsOf: file)
      #expect(try await backtest(router, [])["conversations"] == 90)
      #expect(try Data(contentsOf: file) == before)
      let again = try await Running.start(router)
      #expect(await again.end() == 0)
      let folded = try Data(contentsOf: file)
      #expect(folded != before)
      #expect(try await backtest(router, [])["conversations"] == 90)
      #expect(try Data(contentsOf: file) == folded)
      await router.stop()
    }

    @Test("what cannot be is said, with the exit code that belongs to it")
    func misuse() async throws {
      let router = try await Router()
      let empty = try await router.run(["backtest"])
      #expect(empty.status == 3 && empty.talk.contains("there is no store in"), "\(empty.talk)")
      #expect(!FileManager.default.fileExists(atPath: router.data), "nothing is made by looking")
      #expect(try await router.run(["backtest", "--since", "yesterday"]).status == 2)
      #expect(try await router.run(["backtest", "--since", "2026-03-02", "--until", "2026-03-01"]).status == 2)
      #expect(try await router.run(["backtest", "--config", "/nowhere"]).status == 78)
      await router.stop()
    }
  }
}
