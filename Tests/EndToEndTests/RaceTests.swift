import Conversations
import Foundation
import Testing

extension LongTests {
  @Suite("Agents at once") struct RaceTests {
    @Test("two agents who pull a thousand conversations never get the same one, and none is left")
    func thousand() async throws {
      try await withRouter { (running, router) async throws in
        let tokens = [try await router.token("wei", role: "agent"), try await router.token("mei", role: "agent")]
        for batch in 0..<20 {
          let items = (0..<50).map { (id: "m\(batch).\($0)", customer: "c\(batch).\($0)", text: "退款 \($0)") }
          #expect(await running.hook(items).status == 200)
        }
        #expect(try await router.count("SELECT COUNT(*) FROM conversations") == 1000)
        let pulled = await withTaskGroup(of: [Int64].self) { group in
          for token in tokens {
            group.addTask {
              var mine: [Int64] = []
              while let id = await running.api("POST", "next", token, [:]).json["id"]?.int64 { mine.append(id) }
              return mine
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let all = pulled.flatMap(\.self)
        #expect(all.count == 1000)
        #expect(Set(all).count == 1000)
        #expect(pulled.allSatisfy { $0.count > 100 }, "both of them worked: \(pulled.map(\.count))")
        #expect(try await router.count("SELECT COUNT(*) FROM leases") == 1000)
        #expect(await running.api("POST", "next", tokens[0], [:]).status == 404)
      }
    }
  }
}
