import Conversations
import Desk
import Rehearsal
import Storage
import TestSupport
import Testing

/// Loop safety by exhaustion (REQUIREMENTS 21): every way a machine may answer us, each played to its end.
@Suite("Loops") struct LoopTests {
  /// How a machine's mail looks. Everything that a robot may do wrong, it does somewhere in here.
  struct Robot: CustomStringConvertible {
    var submitted: String?
    var precedence: String?
    var hasNullSender = false
    var answersReplyTo = true
    var namesParent = true
    var saysAway = false

    var description: String {
      "\(submitted ?? "-") \(precedence ?? "-") null:\(hasNullSender) reply-to:\(answersReplyTo) ids:\(namesParent) away:\(saysAway)"
    }

    static var all: [Robot] {
      var robots: [Robot] = []
      for submitted in [nil, "no", "auto-replied", "auto-generated"] as [String?] {
        for precedence in [nil, "bulk"] as [String?] {
          for bits in 0..<16 {
            robots.append(
              Robot(
                submitted: submitted, precedence: precedence, hasNullSender: bits & 1 != 0,
                answersReplyTo: bits & 2 != 0,
                namesParent: bits & 4 != 0, saysAway: bits & 8 != 0))
          }
        }
      }
      return robots
    }

    /// Its answer to a mail of ours.
    func answer(_ mail: SeenMail, from address: String, number: Int) -> (raw: String, sender: String, to: String) {
      let to = (answersReplyTo ? mail.address("Reply-To") : nil) ?? mail.address("From") ?? ""
      var head = "From: \(address)\nTo: \(to)\nSubject: \(saysAway ? "I am away" : "Re: \(mail["Subject"] ?? "")")\n"
      head += "Message-ID: <\(number).\(address)>\n"
      if let submitted { head += "Auto-Submitted: \(submitted)\n" }
      if let precedence { head += "Precedence: \(precedence)\n" }
      if namesParent, let id = mail["Message-ID"] { head += "In-Reply-To: \(id)\nReferences: \(id)\n" }
      return ("\(head)\nI read mail on Mondays. \(number)\n", hasNullSender ? "" : address, to)
    }
  }

  private func automatic(_ bench: Bench) async throws -> Int {
    try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'bot'")
  }

  /// Takes the mails that have left since the last time.
  private func sent(_ bench: Bench) async throws -> [ReceivedMail] {
    try await bench.sendAll()
    let mails = bench.post.received
    bench.post.forget()
    return mails
  }

  @Test(
    "a robot that answers everything gets one answer, however it writes and whenever it starts",
    arguments: [true, false])
  func vacation(isOpen: Bool) async throws {
    try await withBench(.sqlite) { (bench) async throws in
      if !isOpen { bench.time.advance(10 * 3600) }
      let robots = Robot.all
      for (index, robot) in robots.enumerated() {
        let letter =
          "From: r\(index)@away.example\nTo: support@example.com\nSubject: Refund\nMessage-ID: <h\(index)@away.example>\n"
        let word = index % 2 == 0 ? "" : "Auto-Submitted: no\n"
        _ = await bench.mail("\(letter)\(word)\nrefund please \(index)\n", from: "r\(index)@away.example")
        _ = robot
      }
      #expect(
        try await automatic(bench) == robots.count, "each person's mail is answered once, `Auto-Submitted: no` too")
      var number = 0
      for _ in 0..<8 {
        let mails = try await sent(bench)
        for mail in mails {
          let address = try #require(mail.recipients.first)
          let index = try #require(Int(address.dropFirst().prefix { $0 != "@" }))
          number += 1
          let answer = robots[index].answer(SeenMail(mail), from: address, number: number)
          _ = await bench.mail(answer.raw, from: answer.sender, to: [answer.to])
        }
        if mails.isEmpty { break }
        bench.time.advance(3600)
      }
      let extra = try await automatic(bench) - robots.count
      #expect(extra <= 0, "\(extra) answers to robots")
      #expect(try await sent(bench).isEmpty, "it has come to its end")
    }
  }

  @Test("a robot that answers everything for weeks gets at most a word per closed period that it caused")
  func weeks() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      _ = await bench.mail(
        "From: r@away.example\nTo: support@example.com\nSubject: Refund\nMessage-ID: <h@away.example>\n\nrefund\n",
        from: "r@away.example")
      var (number, quiet) = (0, 0)
      for _ in 0..<60 where quiet < 4 {
        let mails = try await sent(bench)
        quiet = mails.isEmpty ? quiet + 1 : 0
        for mail in mails {
          number += 1
          let answer = Robot().answer(SeenMail(mail), from: "r@away.example", number: number)
          _ = await bench.mail(answer.raw, from: answer.sender, to: [answer.to])
        }
        bench.time.advance(7 * 3600)
      }
      #expect(quiet == 4 && number <= 2)
    }
  }

  /// What a relay between two desks may take off a mail.
  private static let strippable = [
    "auto-submitted", "x-auto-response-suppress", "x-loop", "in-reply-to", "references", "reply-to",
  ]

  @Test("two desks never talk to each other, whatever the way between them takes off")
  func twoDesks() async throws {
    try await withBench(.sqlite) { (first) async throws in
      try await withBench(.sqlite, mailbox: "help@other.example", more: "reply_domain: other.example") {
        (second) async throws in
        let combinations = 1 << (Self.strippable.count + 1)
        for bits in 0..<combinations {
          let letter =
            "From: desk\(bits)@other.example\nTo: support@example.com\nSubject: Refund \(bits)\nMessage-ID: <w\(bits)@x.example>\n\nrefund please\n"
          _ = await first.mail(letter, from: "desk\(bits)@other.example")
          for _ in 0..<6 {
            let (ours, theirs) = (try await sent(first), try await sent(second))
            for mail in ours { await pass(mail, bits, to: second, "help@other.example") }
            for mail in theirs { await pass(mail, bits, to: first, "support@example.com") }
            if ours.isEmpty, theirs.isEmpty { break }
          }
          first.time.advance(300)
          second.time.advance(300)
        }
        let all = try await automatic(first) + automatic(second)
        #expect(all <= combinations + 4, "\(all) automatic mails for \(combinations) people's")
        let atEnd = try await sent(first) + sent(second)
        #expect(atEnd.isEmpty)
      }
    }
  }

  private func pass(_ mail: ReceivedMail, _ bits: Int, to bench: Bench, _ mailbox: String) async {
    var (lines, isGone) = ([Substring](), false)
    let text = String(decoding: mail.message, as: UTF8.self).replacing("\r\n", with: "\n")
    let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    for line in (parts.first ?? "").split(separator: "\n") {
      if line.first != " " {
        let name = line.prefix { $0 != ":" }.lowercased()
        isGone = Self.strippable.firstIndex(of: name).map { bits >> $0 & 1 != 0 } ?? false
      }
      if !isGone { lines.append(line) }
    }
    let hasSender = bits >> Self.strippable.count & 1 != 0
    let sender = hasSender ? SeenMail(mail).address("From") ?? "" : mail.sender
    let raw = lines.joined(separator: "\n") + "\n\n" + (parts.count > 1 ? parts[1] : "")
    _ = await bench.mail(raw, from: sender, to: mail.recipients.isEmpty ? [mailbox] : mail.recipients)
  }

  @Test("a relay that bounces everything, in whichever form, is answered by nobody")
  func bouncing() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      let agent = try await bench.agent("wei")
      var number = 0
      for form in 0..<8 {
        _ = await bench.mail(
          "From: b\(form)@gone.example\nTo: support@example.com\nSubject: Refund\nMessage-ID: <b\(form)@gone.example>\n\nrefund\n",
          from: "b\(form)@gone.example")
        _ = try await bench.desk.reply(
          ReplyDraft(text: "It is on its way.", seq: nil, anyway: true), to: ConversationID(Int64(form + 1)), by: agent)
        for _ in 0..<6 {
          let mails = try await sent(bench)
          for mail in mails {
            number += 1
            let seen = SeenMail(mail)
            let report = MailReportTests.report(
              "failed", "5.2.0", original: form & 1 != 0 ? seen["Message-ID"] : nil, of: mail.recipients[0],
              id: "z\(number)")
            // A report in words only, from a name that says nothing.
            let words =
              "From: Postoffice <office@gone.example>\nTo: support@example.com\nSubject: Mail not delivered\nMessage-ID: <z\(number)@gone.example>\n\nYour mail to \(mail.recipients[0]) could not be delivered: user unknown\n"
            let back = form & 2 != 0 || mail.sender.isEmpty ? "support@example.com" : mail.sender
            _ = await bench.mail(
              form & 4 != 0 ? words : report, from: form & 4 != 0 ? "office@gone.example" : "", to: [back])
          }
          if mails.isEmpty { break }
        }
      }
      let people = 8
      // What no reader takes for a report is a person's letter, until the day's limit (REQUIREMENTS 21).
      #expect(try await automatic(bench) <= people + 3)
      #expect(try await sent(bench).isEmpty)
    }
  }

  @Test("a mailing list that gives everything back is answered only to the person, once")
  func list() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      var (number, people) = (0, 0)
      for form in 0..<32 {
        let (marks, mungesReplyTo, mungesFrom) = (form & 1 != 0, form & 2 != 0, form & 4 != 0)
        let (renames, namesUs) = (form & 8 != 0, form & 16 != 0)
        func passOn(_ seen: SeenMail, _ raw: String, from person: String) async {
          number += 1
          let id = renames ? "<l\(number)@list.example>" : seen["Message-ID"] ?? "<l\(number)@list.example>"
          var head =
            "From: \(mungesFrom ? "news\(form)@list.example" : person)\nTo: news\(form)@list.example\(namesUs ? ", support@example.com" : "")\n"
          head += "Subject: \(seen["Subject"] ?? "")\nMessage-ID: \(id)\n"
          if marks { head += "List-Id: <news.list.example>\nPrecedence: list\n" }
          if mungesReplyTo { head += "Reply-To: news\(form)@list.example\n" }
          _ = await bench.mail("\(head)\n\(seen.plain)\n", from: "owner@list.example")
        }
        people += 1
        let first =
          "From: p\(form)@people.example\nSubject: Refund\nMessage-ID: <p\(form)@people.example>\n\nrefund please\n"
        await passOn(SeenMail(first), first, from: "p\(form)@people.example")
        for _ in 0..<6 {
          let mails = try await sent(bench)
          for mail in mails where mail.recipients.contains("news\(form)@list.example") {
            await passOn(SeenMail(mail), "", from: "support@example.com")
          }
          if mails.isEmpty { break }
        }
      }
      #expect(try await automatic(bench) <= people)
      #expect(try await bench.count("SELECT COUNT(*) FROM messages WHERE direction = 'bot'") > 0, "people are answered")
      #expect(try await sent(bench).isEmpty)
    }
  }
}
