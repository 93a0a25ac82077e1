import ArgumentParser
import Channels
import Conversations
import Foundation

/// Mails read and put into the words of all channels, on one thread.
struct MailBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "mail", abstract: "Mails normalised per second.")

  @Option(help: "Mails of 5 to 50 KB to be read.")
  var count = 3000

  @Flag(help: "Also mails that nobody writes: 20 MB of text, 10,000 parts, a header of 50,000 characters …")
  var extremes = false

  @Argument(help: "Directories whose .eml files are read, too.")
  var directories: [String] = []

  func run() async throws {
    let adapter = try MailBench.adapter()
    let typical = (0..<16).map { TypicalMail(number: $0).bytes }
    try compare("typical mail", adapter, (0..<count).map { typical[$0 % typical.count] })
    for directory in directories {
      let mails = try MailBench.emlFiles(below: directory)
      guard !mails.isEmpty else { throw ValidationError("no .eml files below \(directory)") }
      let rounds = max(1, count / mails.count)
      try compare("\(mails.count) files", adapter, (0..<rounds).flatMap { _ in mails })
    }
    if extremes { tellExtremes(adapter) }
  }

  static func adapter() throws -> Email {
    let address: JSON = [
      "address": "support@example.com", "smtp_host": "localhost", "smtp_encryption": "none", "bearer_token": "t",
    ]
    return try Email(SettingValues.check(address, against: Email.settings, ignoringUnknown: true).values)
  }

  private struct Outcome {
    var read = 0
    var unreadable = 0
    var bytes = 0
    var seconds = 0.0
    var cpuSeconds = 0.0

    var total: Int { read + unreadable }
  }

  /// Our reader, and beside it what the library alone and Python's take to parse the same mails and decode their parts.
  private func compare(_ what: String, _ adapter: Email, _ mails: [[UInt8]]) throws {
    let now = wallClock()
    tell(
      what,
      measure(mails) { mail in
        (try? adapter.normalize(RawDelivery(door: .lmtp, body: mail, receivedAt: now)))?.events.isEmpty == false
      })
    tell("  GMime alone", measure(mails) { BareLibrary.read($0) })
    guard let python = try PythonLibrary.read(mails) else { return say("  Python's email package: no python3 here") }
    say(
      """
        Python's email package: \(grouped(python.perSecond)) mails/s, \(rounded(python.processor, 0)) µs of CPU, \
      \(python.unreadable) unreadable
      """)
  }

  private func measure(_ mails: [[UInt8]], _ read: ([UInt8]) -> Bool) -> Outcome {
    var outcome = Outcome()
    let (begin, cpu) = (nanoseconds(), cpuSeconds())
    for mail in mails {
      outcome.bytes += mail.count
      if read(mail) { outcome.read += 1 } else { outcome.unreadable += 1 }
    }
    outcome.seconds = Double(nanoseconds() - begin) / 1_000_000_000
    outcome.cpuSeconds = cpuSeconds() - cpu
    return outcome
  }

  private func tell(_ what: String, _ outcome: Outcome) {
    let total = Double(max(1, outcome.total))
    say(
      """
      \(what): \(grouped(total / outcome.seconds)) mails/s, \(outcome.bytes / max(1, outcome.total) / 1024) KB each, \
      \(rounded(outcome.cpuSeconds * 1_000_000 / total, 0)) µs of CPU, \(outcome.unreadable) unreadable
      """)
  }

  private func tellExtremes(_ adapter: Email) {
    for (name, mail) in ExtremeMails.all {
      resetPeak()
      let (before, begin, cpu) = (residentBytes(), nanoseconds(), cpuSeconds())
      var outcome = "read"
      do {
        _ = try adapter.normalize(RawDelivery(door: .lmtp, body: mail, receivedAt: wallClock()))
      } catch {
        outcome = "refused: \(error)"
      }
      let seconds = Double(nanoseconds() - begin) / 1_000_000_000
      say(
        """
        \(name): \(rounded(cpuSeconds() - cpu, 2)) s of CPU (\(rounded(seconds, 2)) s), \(max(0, peakBytes() - before) >> 20) MB above \(before >> 20) MB, \
        \(mail.count >> 10) KB, \(outcome)
        """)
    }
  }

  static func emlFiles(below directory: String) throws -> [[UInt8]] {
    guard let walk = FileManager.default.enumerator(atPath: directory) else {
      throw ValidationError("cannot read \(directory)")
    }
    return walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".eml") }.sorted().compactMap { path in
      FileManager.default.contents(atPath: "\(directory)/\(path)").map { Array($0) }
    }
  }
}

/// Of this process, on all threads.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
}

/// What a customer's mail program sends: two forms of the text, a quoted answer below it, and a picture.
struct TypicalMail {
  let number: Int

  var bytes: [UInt8] { Array((head + alternative + picture).replacing("\n", with: "\r\n").utf8) }

  private var head: String {
    """
    Received: from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.com; Tue, 24 Nov 2026 02:00:00 +0000
    From: =?UTF-8?B?5byg5LyfIFpoYW5nIFdlaQ==?= <zhang.wei\(number)@example.net>
    To: Support <support@example.com>
    Subject: =?UTF-8?Q?Re:_Refund_for_order_=E8=AE=A2=E5=8D=95_\(number)?=
    Date: Tue, 24 Nov 2026 10:00:00 +0800
    Message-ID: <bench-\(number)@example.net>
    In-Reply-To: <earlier-\(number)@example.com>
    References: <first-\(number)@example.com> <earlier-\(number)@example.com>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="outer"


    """
  }

  private var alternative: String {
    """
    --outer
    Content-Type: multipart/alternative; boundary="inner"

    --inner
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Hello,=20

    my order =E8=AE=A2=E5=8D=95 \(number) was paid twice, please send the second payment back.
    =E8=B0=A2=E8=B0=A2

    On Mon, 23 Nov 2026 at 09:00, Support <support@example.com> wrote:
    \(String(repeating: "> Thank you for your message, we have received it and will answer as soon as we can.\n", count: 24))
    --inner
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: 8bit

    <html><head><style>p { margin: 0 }</style></head><body><p>Hello,</p><p>my order 订单 \(number) was paid twice, please send
    the second payment back.<br>谢谢</p><div class="gmail_quote"><blockquote>
    \(String(repeating: "<p>Thank you for your message, we have <b>received</b> it and will answer &amp; help as soon as we can.</p>\n", count: 48))
    </blockquote></div></body></html>
    --inner--

    """
  }

  private var picture: String {
    let line = String(repeating: "iVBORw0KGgoAAAANSUhEUgAA", count: 3)
    return """
      --outer
      Content-Type: image/png; name="receipt.png"
      Content-Disposition: attachment; filename="receipt.png"
      Content-Transfer-Encoding: base64

      \(String(repeating: line + "\n", count: number % 16 * 40))
      --outer--

      """
  }
}
