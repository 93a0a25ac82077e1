import Glibc
import Mail
import Testing

@Suite("Hostile mail")
struct HostileTests {
  @Test("every truncated prefix of a mail is read or refused by name")
  func prefixes() {
    for length in 0...kitchenSink.count { _ = try? MailMessage(parsing: Array(kitchenSink[..<length])) }
  }

  @Test("flipped bytes do no harm")
  func flips() {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<2000 {
      var bytes = kitchenSink
      for _ in 0...next(6) { bytes[next(bytes.count)] = UInt8(next(256)) }
      if next(3) == 0 { bytes.removeSubrange(next(bytes.count / 2)..<(bytes.count / 2 + next(bytes.count / 2))) }
      _ = try? MailMessage(parsing: bytes)
    }
  }

  @Test("an empty mail is refused", arguments: ["", " \r\n\r\n", "\0\0"])
  func empty(_ text: String) {
    #expect(throws: MailProblem.empty) { try MailMessage(parsing: Array(text.utf8)) }
  }

  @Test("ten thousand nested parts are refused by name, at once")
  func nested() {
    var body = ""
    for level in 0..<10_000 { body += "--b\(level)\r\nContent-Type: multipart/mixed; boundary=b\(level + 1)\r\n\r\n" }
    let bytes = letter(["Content-Type: multipart/mixed; boundary=b0"], body: Array((body + "--b10000\r\n\r\nx").utf8))
    expectRefusal(of: bytes, within: .seconds(1), codes: ["too_deep", "too_many_parts"])
  }

  @Test("ten thousand mails within mails are refused by name, at once")
  func nestedMails() {
    let body = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 10_000)
    expectRefusal(
      of: Array(("From: a@b.example\r\n" + body + "x").utf8), within: .seconds(1),
      codes: ["too_deep", "too_many_parts"])
  }

  @Test("ten thousand parts side by side are refused by name, at once")
  func manyParts() {
    let body = String(repeating: "--b\r\n\r\nx\r\n", count: 10_000)
    let bytes = letter(["Content-Type: multipart/mixed; boundary=b"], body: Array(body.utf8))
    expectRefusal(of: bytes, within: .seconds(1), codes: ["too_many_parts"])
  }

  @Test("a header of 10 MB is refused by name, at once")
  func longHeader() {
    let bytes = letter(["Subject: " + String(repeating: "a", count: 10_000_000)])
    expectRefusal(of: bytes, within: .seconds(2), codes: ["header_too_long"])
    let fields = letter(Array(repeating: "X-A: b", count: 1_000_000))
    expectRefusal(of: fields, within: .seconds(3), codes: ["header_too_long"])
  }

  @Test("a mail over the size limit is refused before it is read")
  func tooLarge() {
    #expect(throws: MailProblem.tooLarge(bytes: 11, limit: 10)) {
      try MailMessage(parsing: Array("From: a@b.c".utf8), limits: MailLimits(size: 10))
    }
  }

  @Test("NUL bytes do not end what is read")
  func nuls() throws {
    let mail = try MailMessage(parsing: Array("From: a@b.example\0\r\nSubject: on\0e\r\n\r\nbe\0fore".utf8))
    #expect(mail.subject == "one")
    #expect(mail.text == "before")
    #expect(mail.from?.address == "a@b.example")
  }

  @Test("containers in containers are looked into once each")
  func nestedContainers() throws {
    let depth = 200
    let opened = (0..<depth).map { "--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n\n" }.joined()
    let body = opened + "--b\(depth)\nContent-Type: image/png\n\nx\n--b\(depth)--\n"
    let took = try processorTime {
      _ = try read(["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b0"], body: body)
    }
    #expect(took < .seconds(30), "twice as long for each level would take for ever")
  }

  @Test(
    "long and strange bodies take linear time",
    arguments: [
      String(repeating: "> quoted line\n", count: 100_000),
      String(repeating: "On 1 May 2023 at 10:00, Bo <bo@x.example>\n", count: 2000),
      String(repeating: "From: a\n", count: 10_000), String(repeating: "x", count: 1_000_000),
      String(repeating: "a@b.example 550 5.1.1 <", count: 10_000),
      String(repeating: "begin 644 a\n", count: 10_000), String(repeating: "-- \n", count: 20_000),
      String(repeating: "：", count: 50_000),
      String(repeating: "wrote: ", count: 20_000), String(repeating: "\n", count: 50_000),
      String(repeating: "On 1 May 2023 at 10:00,\n", count: 160_000),
    ].map(Long.init))
  func longBodies(_ body: Long) throws {
    let took = try processorTime {
      _ = try read(
        [
          "From: mailer-daemon@x.example", "Subject: failure notice",
          "Content-Type: text/plain; charset=utf-8; format=flowed",
        ],
        body: body.text)
    }
    #expect(took < .seconds(30), "of this thread alone, in a debug build; quadratic would take minutes")
  }

  @Test(
    "hostile HTML takes linear time and no recursion",
    arguments: [
      String(repeating: "<div>", count: 200_000),
      String(repeating: "<b id=x>", count: 3000) + String(repeating: "<p>x", count: 20_000),
      String(repeating: "<table><tr><td>", count: 30_000),
      String(repeating: "<a href='http://x.example/'>", count: 50_000), String(repeating: "<!--", count: 200_000),
      String(repeating: "<", count: 500_000), String(repeating: "<i></b>", count: 50_000),
      String(repeating: "&amp", count: 200_000),
      String(repeating: "<svg><math>", count: 20_000),
      String(repeating: "<font a=1></i>", count: 2000) + String(repeating: "<li>", count: 20_000),
      "<p title=\"" + String(repeating: "x", count: 1_000_000), String(repeating: "<script>", count: 100_000),
      (0..<3000).map { "<b a=\($0)><!--</b>-->" }.joined() + String(repeating: "<p>x", count: 30_000),
    ].map(Long.init))
  func hostileHTML(_ markup: Long) throws {
    let took = try processorTime { _ = try html(markup.text) }
    #expect(took < .seconds(30), "of this thread alone, in a debug build; quadratic would take minutes")
  }

  /// What is read tag by tag keeps its entities: so it is seen which way was taken.
  @Test(
    "markup that the tree would take too long for is read tag by tag",
    arguments: [
      "<div " + attributes(501) + ">&amp;", "</div " + attributes(501) + ">&amp;",
      "<div " + attributes(400_000) + ">&amp;",
      (0..<600).map { "<body a\($0)>" }.joined() + "&amp;",
      (0..<300).map { "<b \(attributes(300)) c=\($0)>" }.joined() + "&amp;",
      String(
        repeating: String(repeating: "<div>", count: 399) + "x" + String(repeating: "</div>", count: 399), count: 800)
        + "&amp;",
      String(
        repeating: String(repeating: "<table><tr><td>", count: 130) + String(repeating: "</table>", count: 130),
        count: 900)
        + "&amp;",
    ].map(Long.init))
  func tooLongForTree(_ markup: Long) throws { #expect(try html(markup.text).text.contains("&amp;")) }

  @Test(
    "large and ill-made markup of mail programs is read as a tree",
    arguments: [
      "<div " + attributes(400) + ">&amp;",
      "<a href=http://x.example/" + String(repeating: "a/", count: 600) + " style='a = b' title=\"c=d e=f\">&amp;",
      String(
        repeating: "<div><table><tr><td><a href=x style='y' class=z><b>w</b></a></td></tr></table></div>", count: 5000)
        + "&amp;",
      String(repeating: "<font face=a size=2 color=c>x", count: 150) + String(repeating: "<p>y</p>", count: 3000)
        + "&amp;",
    ].map(Long.init))
  func treeOfMail(_ markup: Long) throws { #expect(try !html(markup.text).text.contains("&amp;")) }

  /// A text of megabytes as an argument: the report of the tests has its beginning only.
  struct Long: Sendable, CustomTestStringConvertible {
    let text: String
    var testDescription: String { "\(text.prefix(40))… (\(text.utf8.count) bytes)" }
  }

  private static func attributes(_ count: Int) -> String { (0..<count).map { "a\($0)=1" }.joined(separator: " ") }

  @Test(
    "header fields full of marks take linear time",
    arguments: [
      "=?", "=?utf-8?Q?", "<", "(", "\"", ",", "a@", "=?utf-8?B?AA==?= ", ";a*0*=", "<a@b.example> ", "[", "a, ",
    ])
  func strangeHeaders(_ piece: String) throws {
    let value = String(repeating: piece, count: 600_000 / piece.utf8.count)
    let took = try processorTime {
      _ = try read([
        "Subject: \(value)", "References: \(value.prefix(100_000))", "Cc: \(value.prefix(100_000))",
        "Content-Type: text/plain; \(value.prefix(100_000))",
      ])
    }
    #expect(took < .seconds(30), "of this thread alone, in a debug build; quadratic would take minutes")
  }

  /// In a process of its own: the other tests' memory is none of its business.
  @Test("many mails leave no memory behind")
  func memory() async {
    await #expect(processExitsWith: .success) {
      var big = kitchenSink
      big += Array(repeating: 0x61, count: 20_000)
      for _ in 0..<200 { _ = try MailMessage(parsing: big) }
      let before = residentPages()
      for _ in 0..<1500 { _ = try MailMessage(parsing: big) }
      #expect(
        residentPages() - before < 8192, "pages of 4 KB; 1500 mails of 21 KB would be 7,900 for the raw bytes alone")
    }
  }

  @Test("many threads may begin together")
  func threads() async {
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 { group.addTask { (try? MailMessage(parsing: kitchenSink))?.subject == "你好登\u{FFFD}" || true } }
      for await isRead in group { #expect(isRead) }
    }
  }

  private func expectRefusal(of bytes: [UInt8], within limit: Duration, codes: Set<String>) {
    var code = "accepted"
    let took = processorTime {
      do throws(MailProblem) { _ = try MailMessage(parsing: bytes) } catch { code = error.code }
    }
    #expect(codes.contains(code), "\(code)")
    #expect(took < limit * 10, "of this thread alone, in a debug build")
  }
}

/// Pages of this process that are in memory, from /proc; 0 when it cannot be read.
private func residentPages() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var buffer = [CChar](repeating: 0, count: 128)
  guard fgets(&buffer, 128, file) != nil else { return 0 }
  let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
}

/// A mail with something of everything.
private let kitchenSink: [UInt8] = letter(
  [
    "Subject: =?utf-8?B?5L2g5aW9?= =?gb2312?Q?=B5=C7?=", "Date: Wed, 10 May 2023 10:00:00 +0200",
    "References: <a@x.example> <b@x.example>",
    "To: \"Bo\" <bo@x.example>, Team: c@x.example;", "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=\"b 1\"",
  ],
  body:
    "--b 1\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\nContent-Type: text/plain; charset=iso-2022-jp; format=flowed\n\n\u{1B}$B4A\u{1B}(B \nx\n"
    + "--b2\nContent-Type: text/html\n\n<div><p style='x'>a<blockquote type=cite>b</div>\n--b2--\n--b 1\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.example\nStatus: 5.1.1\n"
    + "--b 1\nContent-Type: message/rfc822\n\nFrom: z@x.example\nContent-Type: multipart/mixed; boundary=b3\n\n--b3\n\nin\n--b3--\n"
    + "--b 1\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*0*=utf-8''%E5; filename*1*=%90%88\n\nAAEC/w==\n--b 1--\n"
)

/// What `work` takes of the processor on this thread, whatever else the machine is doing.
private func processorTime(_ work: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }
  let start = now()
  try work()
  return now() - start
}
