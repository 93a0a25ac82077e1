import Conversations
import Foundation
import Synchronization
import Testing

private func message(_ seq: Int64, _ text: String) -> JSON {
  ["id": JSON(seq + 100), "seq": JSON(seq), "direction": "in", "author": "Li", "text": .string(text)]
}

private func conversation(_ id: Int64, seq: Int64, _ extra: [JSON.Member] = []) -> JSON {
  .object(
    [
      .init("id", JSON(id)), .init("queue", "payments"), .init("priority", "urgent"), .init("status", "new"),
      .init("contact", ["name": "李伟"]), .init("subject", "支付失败"), .init("seq", JSON(seq)),
      .init("messages", .array((1...seq).map { message($0, "text \($0)") })),
    ] + extra)
}

@Suite("agents' commands", .serialized)
struct AgentCommandTests {
  /// Runs `body` with a fresh home and a server; `token` and address come from the environment.
  private func with(
    _ answer: @escaping @Sendable (ScriptedServer.Request) -> (status: Int, body: JSON),
    _ body: (Program, ScriptedServer, [String: String]) async throws -> Void
  ) async throws {
    let (program, server) = (try Program(), try ScriptedServer(answer))
    defer {
      program.remove()
      server.stop()
    }
    try await body(program, server, ["PATCHBAY_URL": server.url, "PATCHBAY_TOKEN": "secret-token"])
  }

  @Test(
    "each refusal of the server has its exit code",
    arguments: [(200, 0), (400, 2), (401, 5), (403, 5), (404, 3), (409, 4), (422, 1), (429, 75), (500, 1), (503, 75)]
      as [(Int, Int32)])
  func exitCodes(status: Int, code: Int32) async throws {
    try await with({ _ in (status, ["error": "some", "message": "words of the server", "id": 7]) }) { program, _, env in
      let result = try await program.run(["resolve", "7"], environment: env)
      #expect(result.status == code)
      #expect(result.talk.contains("words of the server") == ![200, 404].contains(status))
      #expect(!(result.out + result.talk).contains("secret-token"))
    }
  }

  @Test("who has told no name is a visitor with the beginning of their number", arguments: ["en", "zh"])
  func visitors(language: String) async throws {
    let number = "9b37a434c453579c4c2959c554db5a11"
    var message = message(1, "hello")
    message = .object((message.members ?? []).map { $0.key == "author" ? .init("author", .string(number)) : $0 })
    let nameless = conversation(7, seq: 1, [.init("messages", [message]), .init("contact", ["id": .string(number)])])
    try await with({ _ in (200, nameless) }) { program, _, env in
      let result = try await program.run(["show", "7"], environment: env.merging(["LANG": language]) { $1 })
      let name = language == "zh" ? "访客 9b37a4" : "visitor 9b37a4"
      #expect(result.out.ranges(of: name).count == 2 && !result.out.contains(number), "\(result.out)")
    }
  }

  @Test(
    "misuse ends with 2 and says how it goes; help ends with 0",
    arguments: [
      (["nonsense"], 2), (["list", "--nonsense"], 2), (["show"], 2), (["show", "abc"], 2), (["reply", "7"], 2),
      (["snooze", "7", "--until", "yesterday"], 2), (["priority", "7", "very"], 2), (["list", "--status", "x"], 2),
      (["help"], 0), (["next", "--help"], 0),
    ] as [([String], Int32)])
  func usage(arguments: [String], code: Int32) async throws {
    try await with({ _ in (200, [:]) }) { program, server, env in
      let result = try await program.run(arguments, environment: env)
      #expect(result.status == code)
      #expect((code == 0 ? result.out : result.talk) != "")
      #expect(server.seen.isEmpty)
    }
  }

  @Test("nothing to do is 3, nobody there is 75, not logged in is 5")
  func nobody() async throws {
    try await with({ _ in (404, ["error": "nothing_waiting", "message": "none"]) }) { program, server, env in
      try await program.expect(["next", "--json"], environment: env, status: 3)
      server.stop()
      try await program.expect(["next"], environment: env, status: 75)
      try await program.expect(["next"], status: 5)
    }
  }

  @Test("a reply carries the seq that was shown, and a refusal shows what is new")
  func movedOn() async throws {
    let seq = Mutex<Int64>(2)
    try await with({ request in
      if request.line.hasPrefix("GET") { return (200, conversation(7, seq: 2)) }
      guard request.body["seq"]?.int64 == seq.withLock({ $0 }) else {
        return (409, ["error": "moved_on", "message": "moved", "messages": [message(3, "still there?")], "seq": 3])
      }
      return (200, ["message": ["seq": 4, "delivery": ["state": "queued"]], "conversation": ["id": 7]])
    }) { program, server, env in
      let unseen = try await program.run(["reply", "7", "hello", "--json"], environment: env)
      #expect(unseen.status == 4)
      #expect(try JSON(parsing: unseen.out)["error"] == "not_seen")
      #expect(unseen.talk.contains("text 2"))
      #expect(!server.seen.contains { $0.line.hasPrefix("POST") })

      seq.withLock { $0 = 3 }
      let moved = try await program.run(["reply", "7", "hello", "--json"], environment: env)
      #expect(moved.status == 4)
      #expect(try JSON(parsing: moved.out)["error"] == "moved_on")
      #expect(try JSON(parsing: moved.out)["messages"]?.array?.count == 1)
      #expect(moved.talk.contains("still there?"))
      let draft = program.path(".local/state/patchbay/drafts/http___127.0.0.1_\(server.port)/reply-7.txt")
      #expect(try String(contentsOfFile: draft, encoding: .utf8) == "hello\n")

      let sent = try await program.run(["reply", "7", "hello", "-q"], environment: env)
      #expect(sent.status == 0 && sent.out == "7\n")
      #expect(!FileManager.default.fileExists(atPath: draft))
      #expect(server.seen.compactMap { $0.body["seq"]?.int64 } == [2, 3])
    }
  }

  @Test("a reply over unread messages is sent only when it is meant, and then claims to have read nothing")
  func anyway() async throws {
    try await with({ _ in (200, ["message": ["seq": 9], "conversation": ["id": 7]]) }) { program, server, env in
      try await program.expect(["reply", "7", "hello", "--anyway", "--status", "on-hold"], environment: env, status: 0)
      try await program.expect(["reply", "7", "hello", "--seq", "5"], environment: env, status: 0)
      let sent = server.seen.filter { $0.line.hasPrefix("POST") }.map(\.body)
      #expect(sent.first == ["text": "hello", "anyway": true, "status": "on_hold"])
      #expect(sent.last == ["text": "hello", "seq": 5])
    }
  }

  @Test("what one agent has read, another one has not, even on the same machine")
  func twoAgents() async throws {
    try await with({ _ in (200, conversation(7, seq: 2)) }) { program, server, env in
      try await program.expect(["show", "7"], environment: env, status: 0)
      let other = env.merging(["PATCHBAY_TOKEN": "another"]) { $1 }
      try await program.expect(["reply", "7", "hello"], environment: other, status: 4)
      #expect(!server.seen.contains { $0.line.hasPrefix("POST") })
    }
  }

  @Test("a list of ids shows nothing, so it does not count as read")
  func quietIsUnread() async throws {
    try await with({ _ in (200, conversation(7, seq: 2)) }) { program, _, env in
      try await program.expect(["next", "-q"], environment: env, out: "7\n")
      try await program.expect(["reply", "7", "hello"], environment: env, status: 4)
      try await program.expect(["next", "--json"], environment: env, status: 0)
      try await program.expect(["reply", "7", "hello"], environment: env, status: 0)
    }
  }

  @Test("reports are listed by the wall of their zone, in both languages")
  func reportList() async throws {
    let answer: JSON = [
      "reports": [
        [
          "name": "daily", "title": ["zh": "日报", "en": "Daily report"], "period": "day", "zone": "Asia/Shanghai",
          "next_at": "2026-03-10T00:30:00Z",
        ]
      ],
      "runs": [
        [
          "report": "daily", "period": "2026-03-08", "made_at": "2026-03-09T00:30:01.123456Z", "zone": "Asia/Shanghai",
          "delivered": ["mail:lead@example.com"],
        ]
      ],
    ]
    try await with({ _ in (200, answer) }) { program, _, env in
      try await program.expect(
        ["report", "list"], environment: env,
        out: """
          Name   Title         Period  Next              Time zone
          daily  Daily report  day     2026-03-10 08:30  Asia/Shanghai

          Sent out:
          Name   Period      Made              Went to
          daily  2026-03-08  2026-03-09 08:30  mail:lead@example.com

          """)
      let chinese = try await program.run(["report", "list"], environment: env.merging(["PATCHBAY_LANG": "zh"]) { $1 })
      #expect(chinese.out.contains("下次生成") && chinese.out.contains("日报") && chinese.out.contains("已发出："))
      try await program.expect(["report", "list", "-q"], environment: env, out: "daily\n")
    }
  }

  @Test("a report made again is told in words", arguments: [true, false])
  func reportVerify(isSame: Bool) async throws {
    let reasons: JSON = [["what": "metric_version", "then": "3", "now": "4"]]
    let answer: JSON = [
      "same": JSON(isSame), "formats": [["format": "csv", "same": JSON(isSame), "kept": "aa", "made": "bb"]],
      "reasons": isSame ? [] : reasons,
    ]
    try await with({ _ in (200, answer) }) { program, _, env in
      let english = try await program.run(["report", "verify", "daily", "2026-03-08"], environment: env)
      #expect(english.status == (isSame ? 0 : 4))
      #expect(english.out.contains(isSame ? "csv     the same bytes  bb" : "csv     other bytes  bb"), "\(english.out)")
      #expect(english.talk.contains("metric version: 3 then, 4 now") == !isSame)
      let chinese = try await program.run(
        ["report", "verify", "daily", "2026-03-08"], environment: env.merging(["PATCHBAY_LANG": "zh"]) { $1 })
      #expect(chinese.out.contains(isSame ? "重新生成的报表与原报表一致。" : "不一致"))
      #expect(chinese.talk.contains("指标版本：当时为 3，现在为 4") == !isSame)
    }
  }

  @Test("login keeps the token for its own server only, and readable by nobody else")
  func login() async throws {
    try await with({ _ in (200, ["agent": "anna"]) }) { program, server, _ in
      let result = try await program.run(["login", "--url", server.url, "--token-file", "-"], input: "secret-token\n")
      #expect(result.status == 0)
      #expect(!(result.out + result.talk).contains("secret-token"))
      let file = program.path(".config/patchbay/credentials")
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
      #expect(server.seen.first?.headers.contains("Authorization: Bearer secret-token") == true)
      try await program.expect(["queues"], status: 0)

      let elsewhere = try ScriptedServer { _ in (200, [:]) }
      defer { elsewhere.stop() }
      try await program.expect(["queues"], environment: ["PATCHBAY_URL": elsewhere.url], status: 5)
      #expect(elsewhere.seen.isEmpty)
      try await program.expect(["logout"], status: 0)
      #expect(!FileManager.default.fileExists(atPath: file))
    }
  }

  @Test("lists follow the pages up to the limit, and JSON is one value per line")
  func pages() async throws {
    try await with({ request in
      let second = request.line.contains("cursor=c2")
      return (
        200,
        ["conversations": [conversation(second ? 2 : 1, seq: 1)], "next_cursor": second ? nil : "c2"]
      )
    }) { program, server, env in
      let arguments = ["list", "--queue", "pay ments", "退款"]
      try await program.expect(arguments + ["-q"], environment: env, out: "1\n2\n")
      let lines = try await program.run(arguments + ["--json"], environment: env).out.split(separator: "\n")
      #expect(try lines.map { try JSON(parsing: String($0))["id"]?.int64 } == [1, 2])
      try await program.expect(["list", "--limit", "1", "-q"], environment: env, out: "1\n")
      #expect(server.seen.first?.line.contains("queue=pay%20ments") == true)
      #expect(server.seen.first?.line.contains("q=%E9%80%80%E6%AC%BE") == true)
    }
  }

  @Test("an explanation is asked for in the agent's language", arguments: ["en", "zh"])
  func explains(language: String) async throws {
    try await with({ _ in (200, ["text": "1"]) }) { program, server, env in
      let result = try await program.run(
        ["explain", "7", "due"], environment: env.merging(["PATCHBAY_LANG": language]) { $1 })
      #expect(result.out == "1\n")
      let headers = server.seen.first?.headers.lowercased() ?? ""
      #expect(headers.contains("accept-language: \(language)"), "\(headers)")
    }
  }

  @Test("no command prints what a terminal obeys")
  func hostile() async throws {
    let bad = "\u{1B}[2J\u{9B}31m\u{202E}x"
    try await with({ request in
      if request.line.contains("/explain") { return (200, ["text": .string(bad)]) }
      if request.line.contains("/search") { return (422, ["error": "x", "message": .string(bad)]) }
      let one = conversation(7, seq: 1, [.init("subject", .string(bad)), .init("reason", .string(bad))])
      return (200, request.line.contains("conversations?") ? ["conversations": [one]] : one)
    }) { program, _, env in
      for arguments in [
        ["show", "7"], ["show", "7", "--json"], ["list"], ["list", "--json"], ["explain", "7"], ["search", "x"],
      ] {
        let result = try await program.run(arguments, environment: env)
        let obeyed = (result.out + result.talk).unicodeScalars.contains {
          $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E)
        }
        #expect(!obeyed, "\(arguments)")
      }
    }
  }

  @Test("what is not there is named, be it not the conversation", arguments: ["en", "zh_CN.UTF-8"])
  func missing(language: String) async throws {
    let isChinese = language.hasPrefix("zh")
    let cases: [(said: String, told: String)] = [
      ("no queue `nowhere`", isChinese ? "队列 `nowhere`" : "queue `nowhere`"),
      ("no category `x`", isChinese ? "类别 `x`" : "category `x`"),
      ("no agent `bob`", isChinese ? "客服 `bob`" : "agent `bob`"),
      ("no template `t`; there are: a, b", isChinese ? "模板 `t`; there are: a, b" : "template `t`; there are: a, b"),
      ("no conversation 7", "#7"),
    ]
    for (said, told) in cases {
      try await with({ _ in (404, ["error": "not_found", "message": .string(said)]) }) { program, _, env in
        let result = try await program.run(
          ["resolve", "7"], environment: env.merging(["LC_ALL": language]) { $1 })
        #expect(result.talk == (isChinese ? "patchbay：找不到：\(told)\n" : "patchbay: Not found: \(told)\n"))
        #expect(result.status == 3)
      }
    }
  }

  @Test("an agent's language is the locale's")
  func chinese() async throws {
    try await with({ _ in (404, ["error": "not_found", "message": "x"]) }) { program, _, env in
      let result = try await program.run(["show", "7"], environment: env.merging(["LANG": "zh_CN.UTF-8"]) { $1 })
      #expect(result.talk == "patchbay：找不到：#7\n")
    }
  }

  @Test("a conversation tells who is proved, what it may belong to, and what became of a mail, in both languages")
  func told() async throws {
    let inbound: JSON = [
      "seq": 1, "direction": "in", "text": "hello", "trust": "failed", "flags": ["encrypted", "mailing_list"],
    ]
    let sent: JSON = [
      "seq": 2, "direction": "out", "text": "yes", "trust": "unknown",
      "delivery": ["state": "failed", "detail": "5.1.1 li@x.example bounced: smtp; 550 no such user"],
    ]
    let shown =
      conversation(
        7, seq: 1, [.init("related_to", 5), .init("flags", ["topic_changed"])]
      ).members?.filter { $0.key != "messages" } ?? []
    try await with({ _ in (200, .object(shown + [.init("messages", [inbound, sent])])) }) { program, _, env in
      let english = try await program.run(["show", "7"], environment: env).out
      for words in [
        "sender may be forged", "encrypted", "by a mailing list", "#5", "something else",
        "not delivered: 5.1.1 li@x.example bounced: smtp; 550 no such user",
      ] { #expect(english.contains(words)) }
      #expect(!english.contains("tried again") && !english.contains("not proved"))
      let chinese = try await program.run(["show", "7"], environment: env.merging(["PATCHBAY_LANG": "zh"]) { $1 }).out
      for words in ["伪造", "已加密", "邮件列表", "#5", "换了话题", "未送达"] { #expect(chinese.contains(words)) }
    }
  }

  @Test("queues bear their title in the agent's language")
  func titles() async throws {
    let queue: JSON = ["queue": "refunds", "title": ["en": "Refunds desk", "zh": "退款"], "open": true, "waiting": 2]
    try await with({ _ in (200, ["queues": [queue]]) }) { program, _, env in
      let english = try await program.run(["queues"], environment: env)
      #expect(english.out.contains("Refunds desk"))
      let chinese = try await program.run(["queues"], environment: env.merging(["PATCHBAY_LANG": "zh"]) { $1 })
      #expect(chinese.out.contains("退款"))
    }
  }

  @Test("words of a snooze become RFC 3339")
  func snooze() async throws {
    try await with({ _ in (200, ["id": 7]) }) { program, server, env in
      try await program.expect(["snooze", "#7", "--until", "tomorrow 9:00"], environment: env, status: 0)
      let until = try #require(server.seen.first?.body["until"]?.string)
      #expect(until.hasSuffix("T09:00:00Z") && Instant(rfc3339: until) != nil)
    }
  }
}
