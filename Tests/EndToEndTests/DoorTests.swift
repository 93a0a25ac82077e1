import Conversations
import Foundation
import Storage
import Testing

/// Runs `body` with a running router and ends it gracefully.
func withRouter(_ body: (Running, Router) async throws -> Void) async throws {
  let router = try await Router()
  let running = try await Running.start(router)
  let result: Result<Void, any Error>
  do { result = .success(try await body(running, router)) } catch { result = .failure(error) }
  #expect(await running.end() == 0, "SIGTERM ends it gracefully")
  await router.stop()
  try result.get()
}

func letter(_ id: String, subject: String = "Question", text: String = "我要申请退款") -> String {
  "From: Li <li-\(id)@customer.example>\r\nTo: support@example.com\r\nSubject: \(subject)\r\nMessage-ID: <\(id)@c>\r\n"
    + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\(text)\r\n"
}

extension LongTests {
  @Suite("Doors") struct DoorTests {
    @Test("fifty deliveries sent three times by eight clients are fifty messages, and every answer is 2xx")
    func replays() async throws {
      try await withRouter { (running, router) async throws in
        let all = (0..<150).map { ($0 * 37) % 50 }
        let statuses = await withTaskGroup(of: [Int].self) { group in
          for client in 0..<8 {
            group.addTask {
              var statuses: [Int] = []
              for number in stride(from: client, to: all.count, by: 8) {
                let id = all[number]
                statuses.append(await running.hook([("m\(id)", "c\(id % 10)", "词 \(id)")]).status)
              }
              return statuses
            }
          }
          return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(statuses.count == 150)
        #expect(statuses.allSatisfy { (200..<300).contains($0) }, "\(Set(statuses))")
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 50)
        #expect(try await router.count("SELECT COUNT(DISTINCT external_id) FROM messages WHERE direction = 'in'") == 50)
        #expect(try await router.count("SELECT COUNT(*) FROM conversations") == 10)
        #expect(try await router.count("SELECT COUNT(*) FROM events WHERE kind = 'in'") == 50)
      }
    }

    @Test("ten first messages at once are one contact and one conversation")
    func burst() async throws {
      try await withRouter { (running, router) async throws in
        await withDiscardingTaskGroup { group in
          for number in 0..<10 {
            group.addTask { #expect(await running.hook([("m\(number)", "new", "词 \(number)")]).status == 200) }
          }
        }
        #expect(try await router.count("SELECT COUNT(*) FROM contacts") == 1)
        #expect(try await router.count("SELECT COUNT(*) FROM conversations") == 1)
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 10)
      }
    }

    @Test("an LMTP session pipelines, answers each recipient, and survives what it refuses")
    func lmtp() async throws {
      try await withRouter { (running, router) async throws in
        let port = running.lmtp
        let talk = await onThread { () -> [[String]] in
          guard let wire = Wire(port: port, seconds: 60) else { return [] }
          var talk = [wire.answers(1)]
          talk.append(wire.say("EHLO test\r\n"))
          talk.append(wire.say("LHLO test\r\n"))
          let start =
            "MAIL FROM:<li@customer.example>\r\nRCPT TO:<support@example.com>\r\nRCPT TO:<nobody@elsewhere.example>\r\n"
          talk.append(wire.say(start + "RCPT TO:<support+vip@example.com>\r\nDATA\r\n", answers: 5))
          talk.append(wire.say(letter("first", text: "退款\r\n..eine Zeile") + ".\r\n", answers: 2))
          // Again, the whole of it in one piece: known already.
          let rest =
            "RCPT TO:<support@example.com>\r\nDATA\r\n" + letter("first", text: "退款\r\n..eine Zeile") + ".\r\nNOOP\r\n"
          talk.append(wire.say("MAIL FROM:<li@customer.example>\r\n" + rest, answers: 5))
          talk.append(wire.say("MAIL FROM:<a@b.example> SIZE=99999999\r\nDATA\r\nRSET\r\n", answers: 3))
          talk.append(wire.say("MAIL FROM:<>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n", answers: 3))
          let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [13, 10]
          wire.send(Array("Subject: large\r\n\r\n".utf8))
          for _ in 0..<51 { wire.send(line) }
          talk.append(wire.say(".\r\n"))
          talk.append(wire.say("MAIL FROM:<>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n", answers: 3))
          talk.append(wire.say(letter("second") + ".\r\n"))
          talk.append(wire.say("QUIT\r\n"))
          return talk
        }
        let codes = talk.map { $0.map { String($0.prefix(3)) } }
        #expect(
          codes == [
            ["220"], ["500"], ["250"], ["250", "250", "550", "250", "354"], ["250", "250"],
            ["250", "250", "354", "250", "250"], ["552", "503", "250"], ["250", "250", "354"], ["552"],
            ["250", "250", "354"], ["250"], ["221"],
          ], "\(talk)")
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 2)
        let texts = try await router.query {
          try $0.rows("SELECT text FROM messages WHERE direction = 'in' ORDER BY id").map { $0.text(0) }
        }
        #expect(texts.first?.contains("\n.eine Zeile") == true, "\(texts)")
      }
    }

    @Test("one mail by LMTP, over HTTP and through `deliver` is one message; each refusal has its exit code")
    func mail() async throws {
      try await withRouter { (running, router) async throws in
        let (admin, agent) = (try await router.token("postmaster"), try await router.token("wei", role: "agent"))
        let mail = Array(letter("same").utf8)
        let headers = [("Authorization", "Bearer \(admin)"), ("Content-Type", "message/rfc822")]
        let first = await running.request("POST", "/mail/support-mail", headers: headers, body: mail)
        #expect((first.status, first.json["filed"]) == (200, 1))
        func deliver(_ input: [UInt8], channel: String = "support-mail", token: String? = nil, url: String? = nil)
          async throws -> Router.Ended
        {
          try await router.run(
            ["deliver", "--channel", channel, "--sender", "li@customer.example", "--recipient", "support@example.com"],
            input: input, environment: ["PATCHBAY_URL": url ?? running.url, "PATCHBAY_TOKEN": token ?? admin])
        }
        let again = try await deliver(mail)
        #expect(again.status == 0 && again.out.contains("\"known\":1"), "\(again)")
        #expect(try await deliver(Array(letter("other").utf8)).status == 0)
        let empty = try await deliver([])
        #expect(empty.status == 0 && empty.out.contains("\"parked\":1"), "kept for the operator: \(empty)")
        #expect(try await deliver(mail, channel: "nowhere").status == 75, "our own mistake bounces no mail")
        #expect(try await deliver(mail, token: "pb_0123456789abcdef0123456789").status == 75)
        #expect(try await deliver(mail, token: agent).status == 75)
        #expect(try await deliver(mail, url: "http://127.0.0.1:1").status == 75)
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 2)
        #expect(try await router.run(["deliveries", "list", "--json"]).out.split(separator: "\n").count == 1)
      }
    }

    @Test("beside the same embedded store there is no second router")
    func second() async throws {
      try await withRouter { (running, router) async throws in
        let other = try await router.run(["serve", "--port", "0"])
        #expect(other.status == 75 && other.talk.contains("another `patchbay serve` is at work"), "\(other.talk)")
        #expect(await running.request("GET", "/readyz").status == 200)
        // Operators' commands go on beside it.
        #expect(try await router.run(["tokens", "list", "--json"]).status == 0)
      }
    }

    @Test("it says that it lives, is ready, and what it has done")
    func health() async throws {
      try await withRouter { (running, _) async throws in
        _ = await running.hook([("m1", "c1", "退款")])
        #expect(await running.request("GET", "/healthz").status == 200)
        #expect(await running.request("GET", "/readyz").status == 200)
        let metrics = String(decoding: await running.request("GET", "/metrics").body, as: UTF8.self)
        #expect(metrics.contains("patchbay_deliveries_total{channel=\"facebook\",outcome=\"filed\"} 1"))
      }
    }
  }
}

/// Everything that starts the program: one at a time, since each test wants the machine to itself.
@Suite("From end to end", .serialized) struct LongTests {
  static let isLong = ProcessInfo.processInfo.environment["PATCHBAY_LONG_TESTS"] == "1"
}
