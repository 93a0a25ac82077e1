import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

@Suite("Reports about our mails") struct MailReportTests {
  /// A bench with one mail of ours out in the world, and that mail.
  private func withSent(_ engine: TestEngine, _ body: (Bench, Agent, SeenMail, String) async throws -> Void)
    async throws
  {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      _ = await bench.mail(Bench.letter("I want a refund", id: "first", subject: "Refund"))
      try await bench.sendAll()
      bench.post.forget()
      _ = try await bench.desk.reply(
        ReplyDraft(text: "It is on its way.", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      try await bench.sendAll()
      let received = try #require(bench.post.received.last)
      try await body(bench, agent, SeenMail(received), received.sender)
    }
  }

  /// A delivery report (RFC 3464). `original`: the Message-ID it quotes, if any.
  static func report(
    _ action: String, _ status: String, original: String?, of recipient: String = "li@customer.example",
    id: String = "r1"
  ) -> String {
    let quoted = original.map {
      "--b\nContent-Type: text/rfc822-headers\n\nFrom: support@example.com\nTo: \(recipient)\nMessage-ID: \($0)\n\n"
    }
    return "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: support@example.com\n"
      + "Subject: Delivery Status Notification\nMessage-ID: <\(id)@mx.example.net>\nAuto-Submitted: auto-replied\n"
      + "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
      + "--b\nContent-Type: text/plain\n\nThis is the mail system.\n\n--b\nContent-Type: message/delivery-status\n\n"
      + "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; \(recipient)\nAction: \(action)\n"
      + "Status: \(status)\n\n\(quoted ?? "")--b--\n"
  }

  /// A read receipt (RFC 8098).
  static func receipt(_ disposition: String, of id: String) -> String {
    "From: Li <li@customer.example>\nTo: support@example.com\nSubject: Read: Refund\n"
      + "Message-ID: <mdn@customer.example>\nMIME-Version: 1.0\n"
      + "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
      + "--b\nContent-Type: text/plain\n\nYour message was read.\n\n--b\nContent-Type: message/disposition-notification\n\n"
      + "Final-Recipient: rfc822; li@customer.example\nOriginal-Message-ID: \(id)\n"
      + "Disposition: manual-action/MDN-sent-manually; \(disposition)\n\n--b--\n"
  }

  private func state(_ bench: Bench) async throws -> String {
    try await bench.texts("SELECT delivery_state FROM messages WHERE direction = 'out' ORDER BY seq").last ?? ""
  }

  @Test("a bounce that quotes nothing finds its mail by the address it comes back to", arguments: TestEngine.all)
  func envelopeMark(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, _, _, sender) async throws in
      #expect(sender.hasPrefix("support+c1-") && sender.contains(".o") && sender.hasSuffix("@example.com"))
      _ = await bench.mail(Self.report("failed", "5.2.2", original: nil), from: "", to: [sender])
      #expect(try await state(bench) == "failed")
      let conversation = try await bench.conversation(try await bench.only())
      #expect(conversation.status == .open && conversation.lastSeq == 4)
      // Full is not gone.
      #expect(try await bench.desk.suppressions(limit: 9).isEmpty)
    }
  }

  @Test("a bounce for good suppresses the address, with the reason and a way back", arguments: TestEngine.all)
  func suppressed(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, agent, mail, _) async throws in
      let id = try await bench.only()
      _ = await bench.mail(Self.report("failed", "5.1.1", original: mail["Message-ID"]), from: "")
      let entry = try #require(try await bench.desk.suppressions(limit: 9).first)
      #expect(entry.address == "li@customer.example" && entry.reason.contains("5.1.1") && entry.reason.contains("#1"))
      let draft = ReplyDraft(text: "Are you there?", seq: 99)
      let refusal = await #expect(throws: DeskError.self) { _ = try await bench.desk.reply(draft, to: id, by: agent) }
      #expect("\(refusal.map { "\($0)" } ?? "")".contains("5.1.1"))
      // An agent may insist; the answer goes to the customer, not to the one who reported.
      bench.post.forget()
      _ = try await bench.desk.reply(ReplyDraft(text: "Are you there?", seq: nil, anyway: true), to: id, by: agent)
      try await bench.sendAll()
      #expect(bench.post.received.map(\.recipients) == [["li@customer.example"]])
      try await bench.desk.liftSuppression("LI@customer.example", by: "lead")
      _ = try await bench.desk.reply(draft, to: id, by: agent)
      await #expect(throws: DeskError.self) { try await bench.desk.liftSuppression("li@customer.example", by: "lead") }
    }
  }

  @Test(
    "what the other server said stands with the message; copies that are gone are left out", arguments: TestEngine.all)
  func diagnostic(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      let copies = "Cc: ana@customer.example, bo@customer.example, jürgen@customer.example\n"
      _ = await bench.mail(Bench.letter("I want a refund", id: "first", subject: "Refund", extra: copies))
      let id = try await bench.only()
      func reply(_ text: String) async throws -> [String] {
        bench.post.forget()
        _ = try await bench.desk.reply(ReplyDraft(text: text, seq: nil, anyway: true), to: id, by: agent)
        try await bench.sendAll()
        return try #require(bench.post.received.last).recipients
      }
      #expect(try await reply("one") == ["li@customer.example", "ana@customer.example", "bo@customer.example"])
      let sent = SeenMail(try #require(bench.post.received.last))
      let others =
        "Final-Recipient: rfc822; ana@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user here\n\n"
        + "Final-Recipient: rfc822; bo@customer.example\nAction: failed\nStatus: 5.1.2\n\n"
      let report = Self.report("failed", "5.1.1", original: sent["Message-ID"], of: "other@else.example")
        .replacing("Final-Recipient: rfc822; other@", with: "\(others)Final-Recipient: rfc822; other@")
      _ = await bench.mail(report, from: "")
      let detail = try await bench.texts("SELECT delivery_detail FROM messages WHERE direction = 'out'").last ?? ""
      #expect(detail.contains("5.1.1 ana@customer.example bounced: smtp; 550 no such user here"))
      #expect(detail.contains("bo@customer.example"))
      let gone = try await bench.desk.suppressions(limit: 9)
      #expect(Set(gone.map(\.address)) == ["ana@customer.example", "bo@customer.example"])
      #expect(gone.contains { $0.reason.contains("no such user here") })
      #expect(try await reply("two") == ["li@customer.example"])
    }
  }

  @Test(
    "what a person writes through a list waits for an answer; what is sent to many does not", arguments: TestEngine.all)
  func lists(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      let list = "List-Id: <help.customer.example>\nPrecedence: list\n"
      _ = await bench.mail(Bench.letter("I want a refund", id: "first", subject: "Refund", extra: list))
      let id = try await bench.only()
      let first = try await bench.conversation(id)
      #expect(first.waitingSince != nil && first.status == .new)
      #expect(try await bench.count("SELECT COUNT(*) FROM clocks") > 0)
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'automatic'") == 0)
      try await bench.desk.resolve(id, by: agent)
      let answer = "In-Reply-To: <first@customer.example>\n"
      for sign in ["Precedence: bulk\n", "Auto-Submitted: auto-generated\n", "Feedback-ID: 1:2:x\n"] {
        _ = await bench.mail(
          Bench.letter("our news", id: "n\(sign.count)", extra: "\(answer)List-Id: <help.customer.example>\n\(sign)"))
        #expect(try await bench.conversation(id).status == .resolved, "\(sign)")
      }
      _ = await bench.mail(Bench.letter("it has not come, please look again", id: "t2", extra: answer + list))
      #expect(try await bench.conversation(id).status == .open)
    }
  }

  @Test("whoever writes from a suppressed address is there, and is written to again", arguments: TestEngine.all)
  func lifted(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, agent, mail, _) async throws in
      _ = await bench.mail(Self.report("failed", "5.1.1", original: mail["Message-ID"]), from: "")
      #expect(try await bench.desk.suppressions(limit: 9).count == 1)
      _ = await bench.mail(
        Bench.letter("my mailbox works again", id: "t1", extra: "In-Reply-To: <first@customer.example>\n"))
      #expect(try await bench.desk.suppressions(limit: 9).isEmpty)
      _ = try await bench.desk.reply(ReplyDraft(text: "Good.", seq: 99), to: try await bench.only(), by: agent)
    }
  }

  @Test("a server that says at once that nobody is there suppresses, too", arguments: TestEngine.all)
  func refusedAtOnce(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, agent, _, _) async throws in
      bench.post.change { $0.refusedRecipients["li@customer.example"] = MailRules.Reply(550, "5.1.1 no such user") }
      _ = try await bench.desk.reply(
        ReplyDraft(text: "Hello?", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      try await bench.sendAll()
      #expect(try await state(bench) == "dead")
      #expect(try await bench.desk.suppressions(limit: 9).map(\.address) == ["li@customer.example"])
    }
  }

  @Test("a copy that the server refuses does not keep the answer from the customer", arguments: TestEngine.all)
  func refusedCopy(engine: TestEngine) async throws {
    try await withBench(engine) { (bench) async throws in
      let agent = try await bench.agent("lead", role: .lead)
      let copies = "Cc: boss@customer.example, gone@customer.example, 王 <wang@例子.中国>\n"
      _ = await bench.mail(Bench.letter("I want a refund", id: "first", subject: "Refund", extra: copies))
      try await bench.sendAll()
      bench.post.forget()
      bench.post.change {
        $0.refusedRecipients["gone@customer.example"] = MailRules.Reply(550, "5.1.1 no such user")
        $0.refusedRecipients["wang@xn--fsqu00a.xn--fiqs8s"] = MailRules.Reply(550, "5.7.1 not you")
      }
      _ = try await bench.desk.reply(
        ReplyDraft(text: "It is on its way.", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      try await bench.sendAll()
      #expect(bench.post.received.map(\.recipients) == [["li@customer.example", "boss@customer.example"]])
      #expect(try await state(bench) == "accepted")
      let detail = try await bench.texts("SELECT delivery_detail FROM messages WHERE direction = 'out'").last ?? ""
      #expect(detail.contains("gone@customer.example (") && detail.contains("no such user"))
      #expect(detail.contains("not you"))
      #expect(try await bench.desk.suppressions(limit: 9).isEmpty)
      // The customer themselves: that is no copy.
      bench.post.change { $0.refusedRecipients["li@customer.example"] = MailRules.Reply(550, "5.1.1 no such user") }
      _ = try await bench.desk.reply(
        ReplyDraft(text: "Hello?", seq: nil, anyway: true), to: try await bench.only(), by: agent)
      try await bench.sendAll()
      #expect(try await state(bench) == "dead")
    }
  }

  @Test("nobody suppresses or fails what they cannot name", arguments: TestEngine.all)
  func forged(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, _, mail, _) async throws in
      _ = await bench.mail(Self.report("failed", "5.1.1", original: "<first@customer.example>"), from: "")
      _ = await bench.mail(
        Self.report("failed", "5.1.1", original: "<c1-aaaaaaaaaaaaaaaa.o1@example.com>", id: "r2"), from: "")
      // It knows our mail, and speaks of an address that we wrote nothing to: ours bounced, theirs is not touched.
      #expect(try await state(bench) == "accepted")
      #expect(try await bench.desk.suppressions(limit: 9).isEmpty)
      #expect(mail["Message-ID"] != nil)
    }
  }

  @Test("delays are noted, receipts move the mail on, and neither moves the conversation", arguments: TestEngine.all)
  func notes(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, agent, mail, _) async throws in
      let id = try await bench.only()
      let before = try await bench.conversation(id)
      let own = try #require(mail["Message-ID"])
      _ = await bench.mail(Self.report("delayed", "4.4.1", original: own), from: "")
      #expect(try await state(bench) == "accepted")
      let detail = try await bench.texts("SELECT delivery_detail FROM messages WHERE direction = 'out'").last ?? ""
      #expect(detail.contains("delayed") && detail.contains("4.4.1"))
      _ = await bench.mail(Self.report("delivered", "2.0.0", original: own, id: "r2"), from: "")
      #expect(try await state(bench) == "delivered")
      _ = await bench.mail(Self.receipt("displayed", of: own), from: "")
      #expect(try await state(bench) == "read")
      let after = try await bench.conversation(id)
      #expect((after.status, after.waitingSince, after.dueAt) == (before.status, before.waitingSince, before.dueAt))
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations") == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'automatic'") == 1)
      // The next answer is to the customer's mail.
      _ = try await bench.desk.reply(ReplyDraft(text: "Still there?", seq: nil, anyway: true), to: id, by: agent)
      try await bench.sendAll()
      #expect(bench.post.received.last.map { SeenMail($0)["In-Reply-To"] } == "<first@customer.example>")
    }
  }

  @Test("our own mail that comes back is no turn of a customer's and is answered by nobody", arguments: TestEngine.all)
  func ownMail(engine: TestEngine) async throws {
    try await withSent(engine) { (bench, _, mail, _) async throws in
      let before = try await bench.rowCounts()
      let own = try #require(bench.post.received.last)
      _ = await bench.mail(String(decoding: own.message, as: UTF8.self).replacing("\r\n", with: "\n"), from: own.sender)
      #expect(try await bench.count("SELECT COUNT(*) FROM messages") == before["messages"])
      #expect(try await bench.count("SELECT COUNT(*) FROM events WHERE kind = 'own_mail_returned'") == 1)
      // A list gave it another id; a stranger writes under our name; a script sends as us for somebody.
      for (number, head) in [
        "From: support@example.com", "From: Support <support+c9-x@example.com>",
        "From: Li <li@customer.example>\nSender: support@example.com",
        "From: Li <li@customer.example>\nReturn-Path: <support@example.com>",
      ].enumerated() {
        let raw =
          "\(head)\nTo: support@example.com\nSubject: hello\nMessage-ID: <own\(number)@x.example>\n\nrefund please\n"
        let delivery = RawDelivery(
          door: .http, headers: Headers([("Authorization", "Bearer a token of the tests, long")]),
          body: Array(raw.utf8), receivedAt: bench.time.now)
        #expect(await bench.desk.receive(delivery, on: "support-mail").filed == 1)
      }
      #expect(try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 1)
      #expect(try await bench.count("SELECT COUNT(*) FROM conversations WHERE status IN ('new', 'open')") == 0)
      #expect(try await bench.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'automatic'") == 1)
      // One of us answers from another program: it joins by our mark and counts as an answer.
      let extra = "In-Reply-To: \(mail["Message-ID"] ?? "")\n"
      _ = await bench.mail(
        Bench.letter("PS: three days", id: "ps", from: "support@example.com", extra: extra), from: "wei@example.com")
      #expect(
        try await bench.texts("SELECT CAST(conversation_id AS TEXT) FROM messages WHERE text LIKE 'PS:%'") == ["1"])
    }
  }

  @Test(
    "a mail that does not name us, and one to an address of ours, get no automatic answer", arguments: TestEngine.all)
  func notToUs(engine: TestEngine) async throws {
    try await withBench(engine, more: "aliases: [help@example.com]") { (bench) async throws in
      func letter(_ to: String, _ number: Int, _ extra: String = "") -> String {
        "From: Li <li\(number)@customer.example>\nTo: \(to)\nSubject: refund\nMessage-ID: <n\(number)@customer.example>\n\(extra)\nrefund please\n"
      }
      let cases: [(String, String, Bool)] = [
        ("everybody@customer.example", "", false), ("undisclosed-recipients:;", "", false),
        ("support@example.com", "Reply-To: support@example.com\n", false),
        ("support@example.com", "Reply-To: noreply@customer.example\n", false),
        ("support@example.com", "X-Loop: support@example.com\n", false),
        ("Support <SUPPORT+x@example.com>", "", true), ("help@example.com", "", true),
        ("a@customer.example", "Cc: support@example.com\n", true),
        ("support@example.com", "Auto-Submitted: no\n", true),
      ]
      for (number, (to, extra, isAnswered)) in cases.enumerated() {
        _ = await bench.mail(letter(to, number, extra), from: "li\(number)@customer.example")
        let sent = try await bench.count(
          "SELECT COUNT(*) FROM automatic_sends WHERE recipient = 'li\(number)@customer.example'")
        #expect((sent == 1) == isAnswered, "\(to) \(extra)")
      }
    }
  }
}
