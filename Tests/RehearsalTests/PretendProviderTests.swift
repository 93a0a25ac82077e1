import Conversations
import NIOCore
import NIOPosix
import Rehearsal
import Testing

@Suite struct PretendProviderTests {
  @Test("the same seed makes the same faults, another seed others, and about the share asked for")
  func seeds() {
    func faults(_ seed: UInt64) -> [WebFault] {
      var faults = WebFaults(seed: seed, share: 0.3)
      return (0..<500).map { _ in faults.next() }
    }
    #expect(faults(1) == faults(1))
    #expect(faults(1) != faults(2))
    #expect((100...200).contains(faults(1).count { $0 != .none }))
  }

  @Test("a list of faults is used up in order, then the standing one holds")
  func lists() {
    var faults = WebFaults([.garbage, .expiredToken], always: .status(500))
    #expect((0..<4).map { _ in faults.next() } == [.garbage, .expiredToken, .status(500), .status(500)])
  }

  @Test("a token that has expired stays so until it is renewed, and others' tokens hold")
  func expiry() {
    var faults = WebFaults(seed: 1, share: 1, kinds: [.expiredToken], expirySeconds: 60)
    #expect(faults.next(at: Instant(seconds: 0), account: "a") == .expiredToken)
    faults.always = .garbage
    for second in 1...59 { #expect(faults.next(at: Instant(seconds: Int64(second)), account: "a") == .expiredToken) }
    var calm = WebFaults(seed: 1, share: 0, kinds: [.expiredToken], expirySeconds: 60)
    #expect(calm.next(at: Instant(seconds: 0), account: "b") == .none)
  }

  /// Posts `body` to `path` and returns the answer.
  private func post(_ path: String, _ body: String, _ provider: PretendWebProvider, headers: String = "") async throws
    -> String
  {
    try await exchange(
      "POST \(path) HTTP/1.1\r\nHost: x\r\n\(headers)Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
      port: provider.port)
  }

  @Test("what goes wrong is said in each provider's words")
  func words() async throws {
    let bodies = [
      ("/bot7:x/sendMessage", #"{"chat_id":5,"text":"a"}"#, [#""error_code":401"#, #""retry_after":9"#, "blocked by"]),
      ("/v2/bot/message/push", #"{"to":"U1","messages":[]}"#, ["401", "Retry-After: 9", "403"]),
      ("/2010-04-01/Accounts/AC1/Messages.json", "Body=a", ["20003", "20429", "21610"]),
      ("/v26.0/me/messages", #"{"recipient":{"id":"5"}}"#, [#""code":190"#, #""code":4,"#, "2018278"]),
      ("/v26.0/77/messages", #"{"messaging_product":"whatsapp","to":"49"}"#, ["190", "130429", "131047"]),
      ("/answers", "{}", ["401", "429", "410"]),
    ]
    for (path, body, expected) in bodies {
      let provider = try await PretendWebProvider.start(
        faults: WebFaults([.expiredToken, .tooMany(retryAfterSeconds: 9), .closed]))
      for words in expected {
        let answer = try await post(path, body, provider)
        #expect(answer.contains(words), "\(path): \(answer)")
      }
      #expect(provider.taken.isEmpty)
      await provider.stop()
    }
  }

  @Test("LINE takes a reply token and a retry key once, and a message that was taken can be read")
  func once() async throws {
    let provider = try await PretendWebProvider.start()
    let reply = #"{"replyToken":"reply.U8.3","messages":[{"type":"text","text":"a"}]}"#
    #expect(try await post("/v2/bot/message/reply", reply, provider).contains("sentMessages"))
    #expect(try await post("/v2/bot/message/reply", reply, provider).contains("Invalid reply token"))
    let push = #"{"to":"U9","messages":[{"type":"text","text":"b"}]}"#
    for status in ["200 ", "409 "] {
      let key = "X-Line-Retry-Key: k\r\n"
      #expect(try await post("/v2/bot/message/push", push, provider, headers: key).contains(status))
    }
    _ = try await post("/bot7:x/sendMessage", #"{"chat_id":5,"text":"c"}"#, provider)
    _ = try await post("/2010-04-01/Accounts/AC1/Messages.json", "To=%2B1415&Body=d+e%21", provider)
    let taken = provider.taken.compactMap(TakenMessage.init)
    #expect(taken.map(\.text) == ["a", "b", "c", "d e!"])
    #expect(taken.map(\.customer) == ["U8", "U9", "5", "+1415"])
    await provider.stop()
  }

  @Test("each path answers as its provider does")
  func answers() async throws {
    let provider = try await PretendWebProvider.start()
    let posts = [
      ("/v26.0/me/messages", #"{"recipient":{"id":"5"},"message":{"text":"a"}}"#, #""message_id":"m_rehearsal1""#),
      (
        "/v26.0/77/messages", #"{"messaging_product":"whatsapp","to":"49"}"#, #""messages":[{"id":"wamid.rehearsal2"}]"#
      ),
      ("/v26.0/9_8/comments", #"{"message":"a"}"#, #"{"id":"9_8_3"}"#),
      ("/2010-04-01/Accounts/AC1/Messages.json", "Body=a", #""status":"queued""#),
      ("/anything", "whatever", #"{"id":"sink-5"}"#),
      ("/v26.0/me/messages", "no json", #""code":100"#),
    ]
    for (path, body, expected) in posts {
      let answer = try await exchange(
        "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
        port: provider.port)
      #expect(answer.contains(expected))
    }
    #expect(provider.received.map(\.path) == posts.map(\.0))
    #expect(provider.taken.count == 5)
    #expect(await provider.waitForCount(6, within: .zero))
    #expect(await provider.waitForCount(7, within: .milliseconds(20)) == false)
    await provider.stop()
  }

  @Test("a mail server takes pipelined commands, undoes dot-stuffing, and knows what must come first")
  func mailDialogue() async throws {
    let server = try await PretendMailServer.start(clock: { Instant(seconds: 7) })
    let answer = try await exchange(
      "HELO me\r\nRCPT TO:<a@b>\r\nDATA\r\nMAIL FROM:<> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<a@b>\r\nDATA\r\n"
        + "..a\r\n.\r\nNOOP\r\nRSET\r\nBOGUS\r\nQUIT\r\n", port: server.port)
    let codes = answer.split(separator: "\r\n").map { $0.prefix(3) }
    #expect(codes == ["220", "250", "503", "503", "250", "250", "354", "250", "250", "250", "500", "221"])
    let mail = try #require(server.received.first)
    #expect(mail.sender == "" && mail.recipients == ["a@b"] && mail.senderParameters == ["SIZE=9", "BODY=8BITMIME"])
    #expect(mail.message == Array(".a\r\n".utf8) && mail.receivedAt == Instant(seconds: 7))
    await server.stop()
  }

  @Test("both ways to log in are understood, in one line or in several, and a wrong word is refused")
  func logins() async throws {
    var rules = MailRules()
    rules.login = ("desk", Secret("word"))
    let server = try await PretendMailServer.start(rules: rules)
    let (user, word, plain) = ("ZGVzaw==", "d29yZA==", "AGRlc2sAd29yZA==")
    let good = [
      "AUTH PLAIN \(plain)", "AUTH PLAIN\r\n\(plain)", "AUTH LOGIN\r\n\(user)\r\n\(word)",
      "AUTH LOGIN \(user)\r\n\(word)",
    ]
    for login in good {
      #expect(try await exchange("\(login)\r\nQUIT\r\n", port: server.port).contains("235 "))
    }
    for login in ["AUTH PLAIN \(user)", "AUTH PLAIN ***", "AUTH LOGIN \(word)\r\n\(word)", "MAIL FROM:<>"] {
      let answer = try await exchange("\(login)\r\nQUIT\r\n", port: server.port)
      #expect(answer.contains("535 ") || answer.contains("530 "))
    }
    await server.stop()
  }

  @Test("who is down refuses connections, and comes back on the same port")
  func downAndUp() async throws {
    let server = try await PretendMailServer.start()
    await server.goDown()
    await #expect(throws: (any Error).self) { try await exchange("QUIT\r\n", port: server.port) }
    try await server.comeUp()
    #expect(try await exchange("QUIT\r\n", port: server.port).hasPrefix("220"))
    await server.stop()
  }
}

/// Sends `text` and returns everything until the other side hangs up.
private func exchange(_ text: String, port: Int) async throws -> String {
  try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
    .executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: text))
      var answer = ByteBuffer()
      for try await part in inbound { answer.writeImmutableBuffer(part) }
      return String(buffer: answer)
    }
}
