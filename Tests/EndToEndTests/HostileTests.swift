import Conversations
import Foundation
import Rehearsal
import Testing

/// Bodies that nobody should send, made from a good one; the same seed gives the same ones.
struct Spoiler {
  private var numbers: SeededNumbers
  private let good: [UInt8]

  init(_ good: [UInt8], seed: UInt64) { (self.good, numbers) = (good, SeededNumbers(seed: seed)) }

  /// `number` chooses the kind of damage.
  mutating func body(_ number: Int) -> [UInt8] {
    switch number % 8 {
    case 0: return Array(good.prefix(Int.random(in: 0...good.count, using: &numbers)))
    case 1: return flipped(1)
    case 2: return flipped(20)
    case 3: return Array(repeating: UInt8(ascii: "["), count: Int.random(in: 1...50_000, using: &numbers))
    case 4:
      return (0..<Int.random(in: 0...2000, using: &numbers)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    case 5: return wrongTypes()
    case 6: return spliced([0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0])
    default: return spliced(Array(repeating: UInt8(ascii: "9"), count: Int.random(in: 1...20_000, using: &numbers)))
    }
  }

  private mutating func flipped(_ count: Int) -> [UInt8] {
    var bytes = good
    for _ in 0..<count {
      bytes[Int.random(in: 0..<bytes.count, using: &numbers)] ^= UInt8.random(in: 1...255, using: &numbers)
    }
    return bytes
  }

  private mutating func spliced(_ piece: [UInt8]) -> [UInt8] {
    let place = Int.random(in: 0...good.count, using: &numbers)
    return good[..<place] + piece + good[place...]
  }

  private mutating func wrongTypes() -> [UInt8] {
    let all = [
      "null", "true", "-1e999", "\"x\"", "[]", "{}", "[[null]]", "{\"object\":1,\"entry\":{}}", "{\"entry\":[[[]]]}",
      "{\"text\":{},\"session\":7}",
    ]
    return Array(all[Int.random(in: 0..<all.count, using: &numbers)].utf8)
  }
}

extension LongTests {
  @Suite("Bad input") struct HostileTests {
    static let perDoor = 1000
    /// In the second round, which only asks whether memory goes on growing.
    static let perDoorAgain = 250
    /// What a door may take of memory for good, having seen a thousand of them twice: caches of parsers and of the store.
    static let growthMax = 48 << 20

    /// Sends `count` bodies one by one and counts the answers by status.
    private func storm(
      _ running: Running, _ door: String, _ good: [UInt8], count: Int, seed: UInt64,
      _ headers: @Sendable (Int, [UInt8]) -> [(String, String)] = { _, _ in [] }
    ) async -> [Int: Int] {
      var spoiler = Spoiler(good, seed: seed)
      var statuses: [Int: Int] = [:]
      for number in 0..<count {
        let body = spoiler.body(number)
        let status = await post(
          running, door, body, headers(number, body), from: "127.0.\(number / 250 + 1).\(number % 250 + 1)")
        statuses[status, default: 0] += 1
      }
      return statuses
    }

    /// From an address of its own, so that no limit per address hides the parser.
    private func post(
      _ running: Running, _ path: String, _ body: [UInt8], _ headers: [(String, String)], from source: String
    ) async -> Int {
      let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
      let head =
        "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\(lines)\r\n"
      let port = running.http
      let answer = await onThread { () -> String in
        guard let wire = Wire(port: port, source: source) else { return "" }
        wire.send(Array(head.utf8) + body)
        return wire.receive { $0.contains("\r\n") }
      }
      return Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    /// Each door: path, a good body, and what stands above the body.
    private func doors(_ running: Running, _ router: Router, name: String) async throws -> [(
      String, [UInt8], @Sendable (Int, [UInt8]) -> [(String, String)]
    )] {
      let admin = try await router.token(name)
      let session = await running.request("POST", "/chat/webchat/session").json["session"]?.string ?? ""
      let phone = (try? String(contentsOfFile: router.data + "/secrets/phone", encoding: .utf8)) ?? ""
      let hook =
        #"{"object":"page","entry":[{"id":"\#(Router.page)","messaging":[{"sender":{"id":"c"},"recipient":{"id":"\#(Router.page)"},"timestamp":1794794400000,"message":{"mid":"m","text":"退款"}}]}]}"#
      let call =
        #"{"from":"+8613800000000","direction":"inbound","started_at":"2026-11-16T02:00:00Z","duration_s":20,"text":"退款"}"#
      let bearer = [("Authorization", "Bearer \(admin)")]
      let json = [("Content-Type", "application/json")]
      return [
        ("/hooks/facebook", Array(hook.utf8), { _, body in Running.signed(body) }),
        ("/hooks/facebook", Array(hook.utf8), { _, _ in json }),
        ("/mail/support-mail", Array(letter("bad").utf8), { _, _ in bearer + [("Content-Type", "message/rfc822")] }),
        (
          "/chat/webchat/messages", Array(#"{"session":"\#(session)","client_id":"c1","text":"退款"}"#.utf8),
          { _, _ in json }
        ),
        (
          "/form/contact-form", Array("name=Li&email=li%40c.example&text=%E9%80%80&subject=x".utf8),
          { number, _ in
            number % 2 == 0 ? [("Content-Type", "application/x-www-form-urlencoded")] : json
          }
        ),
        ("/hooks/phone", Array(call.utf8), { _, _ in json + [("Authorization", "Bearer \(phone)")] }),
        ("/api/v1/conversations/1/reply", Array(#"{"text":"x","seq":1}"#.utf8), { _, _ in bearer + json }),
      ]
    }

    @Test("a thousand bad bodies at each door: a clear no or parked, never a crash, and memory stays")
    func storms() async throws {
      try await withRouter { (running, router) async throws in
        var levels: [Int] = []
        for (round, count) in [Self.perDoor, Self.perDoorAgain].enumerated() {
          for (index, (path, good, headers)) in try await doors(running, router, name: "postmaster\(round)")
            .enumerated()
          {
            let statuses = await storm(running, path, good, count: count, seed: UInt64(index + 1), headers)
            let bad = statuses.filter { !(200..<500).contains($0.key) && $0.key != 503 }
            #expect(bad.isEmpty, "\(path): \(statuses)")
            #expect(statuses.values.reduce(0, +) == count)
            print("bad input \(path): \(statuses.sorted { $0.key < $1.key })")
          }
          levels.append(running.resident)
        }
        print("bad input: resident \(levels.map { $0 >> 20 }) MiB after each round of all doors")
        #expect(levels[1] - levels[0] < Self.growthMax, "\(levels)")
        #expect(running.isAlive)
        #expect(await running.hook([("good", "c1", "退款")]).status == 200)
      }
    }

    @Test("bodies over the limit are refused by their length, or as soon as they have gone over it")
    func oversize() async throws {
      try await withRouter { (running, _) async throws in
        let before = running.resident
        for path in ["/hooks/facebook", "/form/contact-form", "/chat/webchat/messages"] {
          let head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
          let port = running.http
          // Its length says it: refused before a byte of the body is there.
          let stated = await onThread { () -> String in
            guard let wire = Wire(port: port) else { return "" }
            wire.send(Array((head + "Content-Length: \(60 << 20)\r\n\r\n").utf8))
            return wire.receive { $0.contains("\r\n") }
          }
          #expect(stated.hasPrefix("HTTP/1.1 413"), "\(path): \(stated.prefix(80))")
          // Nothing says it: refused while it comes, however much would follow.
          let sent = await onThread { () -> Int in
            guard let wire = Wire(port: port, seconds: 3) else { return -1 }
            wire.send(Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8))
            let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [13, 10]
            for count in 0..<200 where !wire.send(chunk) { return count }
            return 200
          }
          #expect((0..<200).contains(sent), "\(path) took \(sent) MiB")
        }
        #expect(running.isAlive)
        #expect(running.resident - before < 300 << 20)
        #expect(await running.request("GET", "/healthz").status == 200)
      }
    }

    @Test("a thousand bad LMTP sessions leave the listener as it was")
    func lmtp() async throws {
      try await withRouter { (running, router) async throws in
        let good = Array(
          ("LHLO t\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n" + letter("bad")
            + ".\r\nQUIT\r\n").utf8)
        var spoiler = Spoiler(good, seed: 99)
        for number in 0..<Self.perDoor {
          let (bytes, port) = (spoiler.body(number), running.lmtp)
          let text = await onThread { () -> String in
            guard let wire = Wire(port: port) else { return "" }
            wire.send(bytes)
            wire.finish()
            return wire.receive { _ in false }
          }
          #expect(text.hasPrefix("220 "), "session \(number)")
        }
        #expect(running.isAlive)
        let port = running.lmtp
        let last = await onThread { () -> [String] in
          guard let wire = Wire(port: port) else { return [] }
          _ = wire.answers(1)
          return wire.say("LHLO t\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n", answers: 4)
            + wire.say(letter("fine") + ".\r\n")
        }
        #expect(last.last?.hasPrefix("250") == true, "\(last)")
        #expect(try await router.count("SELECT COUNT(*) FROM messages WHERE external_id = '<fine@c>'") == 1)
      }
    }
  }
}
