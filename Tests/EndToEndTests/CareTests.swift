import Conversations
import Storage
import TestSupport
import Testing

/// What agents do to conversations as a whole, by the program itself.
extension LongTests {
  @Suite("Care of conversations") struct CareTests {
    @Test("merge, unmerge and split, from the command line")
    func commands() async throws {
      try await withRouter { (running, router) async throws in
        let agent = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("wei"), "LANG": "C"]
        for (id, customer) in [("m1", "li"), ("m2", "wu")] {
          #expect(await running.hook([(id: id, customer: customer, text: "我要申请退款")]).status == 200)
        }
        #expect(await running.hook([(id: "m3", customer: "wu", text: "另外，登录密码忘了")]).status == 200)
        let before = try await shown(router, agent, [1, 2])
        #expect(try await router.run(["merge", "1", "2"], environment: agent).status == 0)
        #expect(try await shown(router, agent, [2]) != Array(before.dropFirst()))
        let undone = try await router.run(["unmerge", "1"], environment: agent)
        #expect(undone.status == 0 && undone.out.contains("#1 stands by itself again"), "\(undone.talk)")
        #expect(try await shown(router, agent, [1, 2]) == before)
        let again = try await router.run(["unmerge", "1"], environment: agent)
        #expect(again.status == 1 && again.talk.contains("has not been merged"))
        let seq = try #require(
          try await router.query { tx in
            try tx.first("SELECT MAX(seq) FROM messages WHERE conversation_id = 2 AND direction = 'in'")?.int64(0)
          })
        let split = try await router.run(["split", "2", "--from", "[\(seq)]", "--json"], environment: agent)
        let new = try JSON(parsing: split.out)
        #expect(new["id"] == 3 && new["related_to"] == 2 && new["status"] == "new", "\(split.talk)")
        #expect(new["messages"]?.array?.first?["text"]?.string == "另外，登录密码忘了")
        #expect(try await router.run(["split", "2", "--from", "x"], environment: agent).status == 2)
        #expect(try await router.run(["split", "2", "--from", "1"], environment: agent).status == 1)
        #expect(try await router.run(["split", "2", "--from", "99"], environment: agent).status == 3)
        let why = try await router.run(["explain", "3"], environment: agent)
        #expect(why.status == 0 && why.out.contains("split"))
      }
    }

    /// What `show --json` prints of each, but for what tells the time.
    private func shown(_ router: Router, _ agent: [String: String], _ ids: [Int]) async throws -> [JSON] {
      var all: [JSON] = []
      for id in ids {
        let out = try await router.run(["show", String(id), "--json"], environment: agent).out
        let members = try JSON(parsing: out).members ?? []
        all.append(.object(members.filter { !["waiting_seconds", "updated_at"].contains($0.key) }))
      }
      return all
    }
  }
}
