import Conversations
import Foundation
import Rehearsal
import Testing

extension LongTests {
  @Suite("Providers that fail") struct ProviderTests {
    private func texts(_ requests: [ReceivedRequest]) -> [String] {
      requests.compactMap { (try? JSON(parsing: $0.body))?["message"]?["text"]?.string }.filter { $0.hasPrefix("答") }
    }

    /// The texts of one conversation in the order in which each came first.
    private func order(_ texts: [String], of conversation: Int) -> [String] {
      var seen = Set<String>()
      return texts.filter { $0.hasPrefix("答 \(conversation).") && seen.insert($0).inserted }
    }

    private func outbox(_ router: Router) async throws -> [JSON] {
      try await router.run(["outbox", "list", "--all", "--json"]).out.split(separator: "\n")
        .map { try JSON(parsing: String($0)) }.filter { $0["purpose"] == "reply" }
    }

    @Test("down, too many, broken, talking nonsense, hanging up: nothing is lost and the order is kept")
    func faults() async throws {
      try await withRouter { (running, router) async throws in
        let token = try await router.token("wei")
        let conversations = 1...5
        for number in conversations { #expect(await running.hook([("m\(number)", "c\(number)", "退款")]).status == 200) }
        #expect(await router.web.waitForCount(5, within: .seconds(20)), "the acknowledgements")
        await router.web.goDown()
        for part in 1...3 {
          for number in conversations {
            let reply: JSON = ["text": .string("答 \(number).\(part)"), "anyway": true]
            #expect(await running.api("POST", "conversations/\(number)/reply", token, reply).status == 200)
          }
        }
        // Each conversation's first has failed once; the others wait behind it.
        let hasTried = try await eventually(20) {
          try await outbox(router).filter { $0["attempts"]?.array?.first?["outcome"] == "retry" }.count == 5
        }
        #expect(hasTried)
        router.web.change {
          $0 = WebFaults([
            .status(500), .tooMany(retryAfterSeconds: 1), .noise, .cutAfterReading, .status(503), .cutDuringAnswer,
            .garbage,
          ])
        }
        try await router.web.comeUp()
        let isDone = try await eventually(150) {
          let entries = try await outbox(router)
          let waiting = entries.filter { $0["state"] == "queued" }.compactMap { $0["id"]?.int64 }
          // An operator need not wait for the next attempt to be due.
          if !waiting.isEmpty { _ = try await router.run(["outbox", "retry"] + waiting.map(String.init)) }
          try? await Task.sleep(for: .milliseconds(500))
          return entries.count == 15 && entries.allSatisfy { $0["state"] == "accepted" }
        }
        let entries = try await outbox(router)
        #expect(isDone, "\(entries)")
        for number in conversations {
          #expect(order(texts(router.web.taken), of: number) == (1...3).map { "答 \(number).\($0)" })
        }
        let outcomes = entries.flatMap { $0["attempts"]?.array ?? [] }.compactMap { $0["outcome"]?.string }
        #expect(outcomes.filter { $0 == "accepted" }.count == 15)
        #expect(outcomes.filter { $0 == "retry" }.count >= 8)
        let details = entries.flatMap { $0["attempts"]?.array ?? [] }.compactMap { $0["detail"]?.string }
        #expect(details.contains { $0.contains("request limit") }, "the provider's words: \(details)")
      }
    }

    @Test("a mail server that is down or says later gets the mail in the end, once")
    func mailServer() async throws {
      try await withRouter { (running, router) async throws in
        let token = try await router.token("wei")
        let headers = [("Authorization", "Bearer \(token)"), ("Content-Type", "message/rfc822")]
        #expect(
          await running.request("POST", "/mail/support-mail", headers: headers, body: Array(letter("q").utf8)).status
            == 200)
        #expect(await router.post.waitForCount(1, within: .seconds(20)))
        router.post.forget()
        router.post.change {
          $0.upcoming = [.refuseMessage(.init(451, "4.3.0 later")), .refuseSender(.init(421, "4.3.2 busy"))]
        }
        let reply: JSON = ["text": "答", "anyway": true]
        #expect(await running.api("POST", "conversations/1/reply", token, reply).status == 200)
        let isDone = try await eventually(90) {
          let entry = try await outbox(router).first
          if entry?["state"] == "queued", let id = entry?["id"]?.int64 {
            _ = try await router.run(["outbox", "retry", String(id)])
          }
          try? await Task.sleep(for: .milliseconds(300))
          return entry?["state"] == "accepted"
        }
        let entry = try #require(try await outbox(router).first)
        #expect(isDone, "\(entry)")
        #expect(router.post.receivedCount == 1)
        let outcomes = (entry["attempts"]?.array ?? []).compactMap { $0["outcome"]?.string }
        #expect(outcomes.first == "retry" && outcomes.last == "accepted", "\(outcomes)")
        #expect("\(entry)".contains("4.3.0 later"))
      }
    }
  }
}
