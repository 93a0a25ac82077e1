import Conversations
import Outbound
import Rehearsal
import Testing

@Suite struct MailCourierTests {
  @Test("a mail arrives byte for byte with its envelope, and the server's words come back")
  func roundTrip() async throws {
    try await withMailServer { server in
      let message = "Subject: =?utf-8?B?5oKo5aW9?=\r\n\r\n您好, naïve\r\n"
      let response = await withCourier {
        await $0.carry(server.mail(message, to: ["ann@example.com", "bob@example.com"]))
      }
      #expect(response.mailCode == 250 && response.mailText == "2.0.0 taken as 1")
      let mail = try #require(server.received.first)
      #expect(mail.sender == "desk@example.org")
      #expect(mail.recipients == ["ann@example.com", "bob@example.com"])
      #expect(String(decoding: mail.message, as: UTF8.self) == message)
      #expect(mail.senderParameters.contains("SIZE=\(message.utf8.count)"))
    }
  }

  @Test("an empty sender is the null reverse-path on the wire")
  func nullSender() async throws {
    try await withMailServer { server in
      #expect(await withCourier { await $0.carry(server.mail(from: "")) }.mailCode == 250)
      #expect(server.received.first?.sender == "")
    }
  }

  @Test(
    "dots at the beginning of lines arrive as they were, wherever they stand",
    arguments: [
      ".\r\n", "..\r\n", ".\r\n.\r\n.\r\n", "a\r\n.\r\nb\r\n", "a\r\n..b\r\n.c\r\n", "\r\n.\r\n", "a\r\n.", ".", "",
      "a", "\r\n", "a\r\n\r\n",
    ])
  func dots(message: String) async throws {
    try await withMailServer { server in
      #expect(await withCourier { await $0.carry(server.mail(message)) }.mailCode == 250)
      #expect(server.receivedCount == 1)
      let expected = message.isEmpty || message.hasSuffix("\r\n") ? message : message + "\r\n"
      #expect(server.received.first.map { String(decoding: $0.message, as: UTF8.self) } == expected)
    }
  }

  @Test(
    "random messages of dots and line ends, larger than any buffer, arrive unharmed",
    arguments: 1...6 as ClosedRange<UInt64>)
  func randomDots(seed: UInt64) async throws {
    var numbers = SeededNumbers(seed: seed)
    let pieces = [".", "..", "\r\n", "\r\n.", "\r\n..\r\n", "x", "\r\n.\r\n", String(repeating: "y", count: 997)]
    var message = ""
    while message.utf8.count < 300_000 { message += pieces.randomElement(using: &numbers) ?? "" }
    message += "\r\n"
    let sent = message
    try await withMailServer { server in
      #expect(await withCourier { await $0.carry(server.mail(sent)) }.mailCode == 250)
      #expect(server.received.map(\.message) == [Array(sent.utf8)])
    }
  }

  @Test(
    "bare line ends cannot smuggle a second mail",
    arguments: ["a\n.\r\nMAIL FROM:<x@y>\r\n", "a\n.\nb", "a\r.\r\nb\r\n", "a\r\r\n.\r\r\n", "\n.\n", "a\r"])
  func smuggling(message: String) async throws {
    try await withMailServer { server in
      #expect(await withCourier { await $0.carry(server.mail(message)) }.mailCode == 250)
      #expect(server.receivedCount == 1)
      let bytes = try #require(server.received.first).message
      let lineFeedsAlone = bytes.indices.filter { bytes[$0] == 10 && ($0 == 0 || bytes[$0 - 1] != 13) }
      #expect(lineFeedsAlone.isEmpty)
    }
  }

  @Test("mails to one server share a connection")
  func keepsConnections() async throws {
    try await withMailServer { server in
      await withCourier { courier in
        for number in 0..<10 { #expect(await courier.carry(server.mail("\(number)\r\n")).mailCode == 250) }
      }
      #expect(server.connectionsMade == 1)
      #expect(server.received.map { String(decoding: $0.message, as: UTF8.self) } == (0..<10).map { "\($0)\r\n" })
    }
  }

  @Test(
    "a kept connection that died is not the next mail's failure",
    arguments: [MailRules.Fault.cutAfterAnswer, .goodbyeAfterAnswer])
  func staleConnections(fault: MailRules.Fault) async throws {
    try await withMailServer({ $0.always = fault }) { server in
      await withCourier { courier in
        for _ in 0..<5 { #expect(await courier.carry(server.mail()).mailCode == 250) }
      }
      #expect(server.receivedCount == 5)
      #expect(server.connectionsMade == 5)
    }
  }

  @Test("a refused recipient ends the mail for all, and the answer names who it was")
  func refusedRecipient() async throws {
    try await withMailServer({ $0.refusedRecipients["bob@example.com"] = .init(550, "5.1.1 no such user") }) { server in
      await withCourier { courier in
        let all = ["ann@example.com", "bob@example.com", "cid@example.com"]
        let several = await courier.carry(server.mail(to: all))
        #expect(several.mailCode == 550 && several.mailText == "<bob@example.com>: 5.1.1 no such user")
        let one = await courier.carry(server.mail(to: ["bob@example.com"]))
        #expect(one.mailCode == 550 && one.mailText == "5.1.1 no such user")
        #expect(server.receivedCount == 0)
        #expect(await courier.carry(server.mail()).mailCode == 250)
      }
    }
  }

  @Test("refusals of sender, recipients and message come back with number and words")
  func refusals() async throws {
    let reply = MailRules.Reply(451, "4.3.0 try later")
    let faults: [MailRules.Fault] = [
      .refuseSender(reply), .refuseRecipients(reply), .refuseMessage(.init(554, "5.7.1 looks like spam")),
    ]
    try await withMailServer({ $0.upcoming = faults }) { server in
      await withCourier { courier in
        #expect(await courier.carry(server.mail()).mailCode == 451)
        #expect(await courier.carry(server.mail()).mailCode == 451)
        let last = await courier.carry(server.mail())
        #expect(last.mailCode == 554 && last.mailText == "5.7.1 looks like spam")
        #expect(await courier.carry(server.mail()).mailCode == 250)
      }
      #expect(server.receivedCount == 1)
    }
  }

  @Test("a greylisting server is asked again with success")
  func greylisting() async throws {
    try await withMailServer({ $0.isGreylisting = true }) { server in
      await withCourier { courier in
        #expect(await courier.carry(server.mail()).mailCode == 451)
        #expect(await courier.carry(server.mail()).mailCode == 250)
      }
    }
  }

  @Test(
    "a connection cut in or after the message is told as cut",
    arguments: [MailRules.Fault.cutDuringMessage(afterBytes: 100), .cutBeforeAnswer])
  func cuts(fault: MailRules.Fault) async throws {
    try await withMailServer({ $0.always = fault }) { server in
      let message = String(repeating: "line\r\n", count: 100_000)
      #expect(await withCourier { await $0.carry(server.mail(message)) }.failure?.kind == .cut)
    }
  }

  @Test("a server that is busy or unwilling from the start never buries the mail")
  func greetings() async throws {
    try await withMailServer({ $0.greeting = .init(421, "4.3.2 too busy") }) { server in
      let response = await withCourier { await $0.carry(server.mail()) }
      #expect(response.mailCode == 421 && response.mailText == "4.3.2 too busy")
    }
    try await withMailServer({ $0.greeting = .init(554, "no mail here") }) { server in
      let response = await withCourier { await $0.carry(server.mail()) }
      #expect(response.failure == TransportFailure(kind: .other, detail: "554 no mail here"))
    }
  }

  @Test("the login is used, kept with the connection, and its refusal is told without the password")
  func login() async throws {
    try await withMailServer({ $0.login = ("desk", Secret("pässword 1")) }) { server in
      await withCourier { courier in
        for _ in 0..<2 {
          #expect(await courier.carry(server.mail(user: "desk", password: "pässword 1")).mailCode == 250)
        }
        let wrong = await courier.carry(server.mail(user: "desk", password: "wrongword"))
        #expect(wrong.failure == TransportFailure(kind: .refusedLogin, detail: "535 5.7.8 wrong user or password"))
        let none = await courier.carry(server.mail())
        #expect(none.failure?.kind == .refusedLogin)
      }
      #expect(server.received.map(\.user) == ["desk", "desk"])
      #expect(server.connectionsMade <= 3)
    }
  }

  @Test("no mail goes over a connection without TLS when TLS was demanded, a kept one included")
  func demandsTLS() async throws {
    try await withMailServer { server in
      await withCourier { courier in
        #expect(await courier.carry(server.mail()).mailCode == 250)
        #expect(await courier.carry(server.mail(encryption: .starttls)).failure?.kind == .tls)
        #expect(await courier.carry(server.mail(encryption: .tls)).failure?.kind == .tls)
      }
      #expect(server.receivedCount == 1)
    }
  }

  @Test("a slow server ends in a timeout")
  func timeouts() async throws {
    try await withMailServer({ $0.answerDelayMilliseconds = 3000 }) { server in
      #expect(await withCourier { await $0.carry(server.mail(timeoutSeconds: 1)) }.failure?.kind == .timeout)
    }
  }

  @Test("200 mails at once arrive once each over no more connections than allowed")
  func parallel() async throws {
    try await withMailServer { server in
      let codes = await withCourier({ $0.maxMailConnectionsPerHost = 3 }) { courier in
        await withTaskGroup(of: Int?.self) { group in
          for number in 0..<200 { group.addTask { await courier.carry(server.mail("n\(number)\r\n")).mailCode } }
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      #expect(codes.count == 200 && codes.allSatisfy { $0 == 250 })
      #expect(Set(server.received.map(\.message)).count == 200 && server.receivedCount == 200)
      #expect(server.connectionsMade <= 3)
    }
  }
}
