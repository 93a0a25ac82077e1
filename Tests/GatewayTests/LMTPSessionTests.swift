import Gateway
import Testing

@Suite("An LMTP conversation") struct LMTPSessionTests {
  /// What is answered, `>` lines being whole messages, to `text` fed in pieces of `size` bytes.
  private func talk(_ text: String, size: Int = .max, max: Int = 1000) -> [String] {
    var session = LMTPSession(messageMax: max) { $0.hasSuffix("@desk.example") }
    var (lines, rest) = ([String](), Array(text.utf8)[...])
    while !rest.isEmpty {
      let piece = rest.prefix(size)
      rest = rest.dropFirst(piece.count)
      for action in session.receive(piece) {
        switch action {
        case .reply(let line): lines.append(line)
        case .deliver(let sender, let recipients, let message):
          lines.append("> \(sender) \(recipients.joined(separator: ",")) \(String(decoding: message, as: UTF8.self))")
        case .close: lines.append("closed")
        }
      }
    }
    return lines
  }

  private let start = "LHLO relay\r\nMAIL FROM:<a@b> SIZE=20 BODY=8BITMIME\r\nRCPT TO:<x@desk.example>\r\n"

  /// The answers to what follows `start`.
  private func after(_ text: String, size: Int = .max) -> [String] {
    Array(talk(start + text, size: size).dropFirst(3))
  }

  @Test("takes a message whole, however its bytes arrive", arguments: [1, 2, 3, 7, Int.max])
  func pieces(size: Int) {
    let body = "DATA\r\nA: b\r\n\r\n..dot\r\n.x\r\n\r.\r\nend\r\n.\r\nQUIT\r\n"
    #expect(
      after(body, size: size) == [
        "354 go ahead, end with a dot on a line by itself",
        "> a@b x@desk.example A: b\r\n\r\n.dot\r\nx\r\n\r.\r\nend\r\n", "221 2.0.0 bye", "closed",
      ])
  }

  // RFC 5321 §2.3.8: what some servers take for the end, and a smuggler for his beginning.
  @Test(
    "takes only CR LF . CR LF for the end of a message",
    arguments: ["\n.\n", "\n.\r\n", "\r.\r", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r\r\n.\r", "\n\r.\r\n"],
    [1, 2, Int.max])
  func smuggling(trick: String, size: Int) {
    let stolen = "MAIL FROM:<thief@b>\r\nRCPT TO:<x@desk.example>\r\nDATA\r\nhello\r\n.\r\n"
    let answers = after("DATA\r\nfirst\(trick)\(stolen)", size: size)
    #expect(answers.filter { $0.hasPrefix(">") }.count == 1)
    #expect(answers.count == 2)
    #expect(answers.last?.contains("MAIL FROM:<thief@b>") == true)
  }

  @Test("says 552 for each recipient of a message that is too long, and takes the next")
  func tooLong() {
    let long = String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 20)
    let answers = after(
      "RCPT TO:<y@desk.example>\r\nDATA\r\n\(long).\r\n" + String(start.dropFirst("LHLO relay\r\n".count))
        + "DATA\r\nhi\r\n.\r\n")
    #expect(answers.filter { $0.hasPrefix("552 5.3.4") }.count == 2)
    #expect(answers.last == "> a@b x@desk.example hi\r\n")
    #expect(talk("LHLO r\r\nMAIL FROM:<a@b> SIZE=1001\r\n").last?.hasPrefix("552 5.3.4") == true)
  }

  @Test("answers each recipient for itself, and DATA only when one was accepted")
  func recipients() {
    let answers = talk(
      "LHLO r\r\nMAIL FROM:<>\r\nRCPT TO:<x@else.example>\r\nDATA\r\nRCPT TO:<y@desk.example>\r\nDATA\r\n.\r\n")
    #expect(answers[2] == "550 5.1.1 no channel has this address")
    #expect(answers[3] == "503 5.5.1 no valid recipients")
    #expect(answers.last == ">  y@desk.example ")
  }

  @Test(
    "refuses what it does not know or understand",
    arguments: [
      ("HELO r", "500 5.5.1"), ("LHLO", "501 5.5.4"), ("MAIL FROM:<a@b>", "503 5.5.1"), ("RCPT TO:<a@b>", "503 5.5.1"),
      ("DATA", "503 5.5.1"), ("BDAT 5 LAST", "500 5.5.1"), ("", "500 5.5.1"), ("\u{0}", "500 5.5.1"),
    ])
  func refusals(line: String, code: String) {
    let answer = talk(line + "\r\n").first ?? ""
    #expect(answer.hasPrefix(code), "\(answer)")
  }

  @Test(
    "reads paths as the standard writes them",
    arguments: [
      ("<a@b>", "a@b"), ("<@relay,@other:a@b>", "a@b"), ("<\"x>y\"@b>", "\"x>y\"@b"), ("<>", ""), (" <a@b>", "a@b"),
      ("<用户@例子>", "用户@例子"),
    ])
  func paths(path: String, address: String) {
    let answers = talk("LHLO r\r\nMAIL FROM:\(path) SMTPUTF8\r\nRCPT TO:<x@desk.example>\r\nDATA\r\n.\r\n")
    #expect(answers.last == "> \(address) x@desk.example ")
  }

  @Test(
    "refuses paths and parameters that are none",
    arguments: ["<a@b", "a@b", "<a@b>X", "<a@b> AUTH=<>", "<a@b> SIZE=-1"])
  func badPaths(path: String) {
    let answer = talk("LHLO r\r\nMAIL FROM:\(path)\r\n").last ?? ""
    #expect(answer.hasPrefix("501") || answer.hasPrefix("555"), "\(answer)")
  }

  @Test("sends away who only makes mistakes, and who sends a line without an end")
  func mistakes() {
    let talk = talk(String(repeating: "NONSENSE\r\n", count: 60))
    #expect(talk.suffix(2) == ["421 4.7.0 too many errors", "closed"])
    #expect(talk.count == LMTPSession.refusalsMax + 3)
    #expect(self.talk(String(repeating: "x", count: 5000)) == ["500 5.5.2 line too long", "closed"])
  }

  @Test("reads a message of many megabytes without a line end in one pass")
  func endless() {
    var session = LMTPSession(messageMax: 32 << 20) { _ in true }
    _ = session.receive(Array((start + "DATA\r\n").utf8))
    let chunk = [UInt8](repeating: 0x78, count: 64 << 10)
    // Scanning the whole of it for each piece would take minutes.
    for _ in 0..<320 { #expect(session.receive(chunk).isEmpty) }
    let actions = session.receive(Array("\r\n.\r\n".utf8))
    guard case .deliver(_, _, let message)? = actions.first else {
      Issue.record("nothing delivered")
      return
    }
    #expect(message.count == 320 * chunk.count + 2)
  }
}
