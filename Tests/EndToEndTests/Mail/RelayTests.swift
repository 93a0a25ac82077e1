import Conversations
import Foundation
import Rehearsal
import Storage
import Testing

extension LongTests {
  /// The built program and a real Postfix, in both directions.
  @Suite("Mail through a relay", .enabled(if: Postfix.isAvailable)) struct RelayTests {
    private func withRelay(_ body: (Postfix, Running, Router) async throws -> Void) async throws {
      let router = try await Router()
      // The relay must know our door before our door knows the relay: a port is chosen for it beforehand.
      let lmtp = try freePort()
      let relay = try await Postfix.start(lmtp: lmtp, world: router.post.port)
      let result: Result<Void, any Error>
      do {
        try router.write(
          "support-mail",
          """
          kind: email
          title: Support
          settings:
            address: support@example.com
            smtp_host: 127.0.0.1
            smtp_port: \(relay.port)
            smtp_encryption: none

          """)
        let running = try await Running.start(router, lmtp: lmtp)
        do { result = .success(try await body(relay, running, router)) } catch { result = .failure(error) }
        #expect(await running.end() == 0)
      } catch {
        result = .failure(error)
      }
      relay.stop()
      await router.stop()
      try result.get()
    }

    private func sent(_ router: Router, to address: String) -> [ReceivedMail] {
      router.post.received.filter { $0.recipients == [address] }
    }

    @Test("a mail comes in by LMTP, the answer leaves by SMTP, and a bounce finds the message it speaks of")
    func roundTrip() async throws {
      try await withRelay { (relay, running, router) async throws in
        let token = try await router.token("wei")
        router.post.change {
          $0.refusedRecipients = ["li-gone@customer.example": .init(550, "5.1.1 no such user here")]
        }
        for id in ["here", "gone"] {
          let talk = await relay.take(
            Array(letter(id).utf8), from: "li-\(id)@customer.example", to: ["support@example.com"])
          #expect(talk.contains("queued as"), "\(talk)")
        }
        let count = "SELECT COUNT(*) FROM conversations"
        #expect(await eventually(30) { (try? await router.count(count)) == 2 }, "\(relay.log)")
        let ids = try await router.query { tx in
          try ["here", "gone"].map { id in
            try tx.first("SELECT conversation_id FROM messages WHERE external_id = $1", [.text("<\(id)@c>")])?.int(0)
              ?? 0
          }
        }
        for id in ids {
          let reply: JSON = ["text": "退款已经在路上了。", "anyway": true]
          #expect(await running.api("POST", "conversations/\(id)/reply", token, reply).status == 200)
        }
        // The one answer arrives, with a sender that bounces will find the way back to.
        let isThere = await eventually(30) {
          sent(router, to: "li-here@customer.example").contains { $0.sender.hasPrefix("support+c\(ids[0])-") }
        }
        #expect(isThere, "\(router.post.received.map { "\($0.sender) \($0.recipients)" }) \(relay.log)")
        // The other one bounces, and only that one.
        let failed = "SELECT COUNT(*) FROM messages WHERE direction = 'out' AND delivery_state = 'failed'"
        let hasFailed = await eventually(40) { (try? await router.count(failed)) == 1 }
        let states = try await router.query { tx in
          try tx.rows(
            "SELECT conversation_id, delivery_state, delivery_detail FROM messages WHERE direction = 'out' ORDER BY id"
          ).map { ($0.int(0), $0.optionalText(1) ?? "", $0.optionalText(2) ?? "") }
        }
        #expect(hasFailed, "\(states) \(relay.log)")
        let bounced = try #require(states.first { $0.1 == "failed" })
        #expect(bounced.0 == ids[1])
        #expect(bounced.2.contains("5.1.1"), "the server's word: \(bounced.2)")
        #expect(states.contains { $0.0 == ids[0] && $0.1 == "accepted" })
        // Nothing of ours answers a bounce.
        #expect(try await router.count("SELECT COUNT(*) FROM conversations") == 2)
      }
    }

    @Test("the relay keeps what our door will not take, and a mail for two of ours is one")
    func kept() async throws {
      try await withRelay { (relay, running, router) async throws in
        let talk = await relay.take(
          Array(letter("twice").utf8), from: "li@customer.example",
          to: ["support@example.com", "support+any@example.com", "nobody@example.com"])
        #expect(talk.contains("queued as"), "\(talk)")
        let count = "SELECT COUNT(*) FROM messages WHERE direction = 'in'"
        #expect(await eventually(30) { (try? await router.count(count)) == 1 }, "\(relay.log)")
        // For the third, the relay writes a bounce to its sender.
        let isTold = await eventually(30) {
          !sent(router, to: "li@customer.example").filter { $0.sender.isEmpty }.isEmpty
        }
        #expect(isTold, "\(relay.log)")
        let bounce = sent(router, to: "li@customer.example").filter { $0.sender.isEmpty }
          .map { String(decoding: $0.message, as: UTF8.self) }
        #expect(bounce.contains { $0.contains("no channel has this address") }, "\(bounce)")
        #expect(running.isAlive)
      }
    }
  }
}
