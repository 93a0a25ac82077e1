import ArgumentParser
import Conversations
import Desk
import Foundation
import Storage
import Synchronization

/// Durable intake of mail through the LMTP door, beside reading the same mails alone.
struct LMTPBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lmtp", abstract: "Mails taken in by LMTP per second, each durable before its 250.")

  @OptionGroup var files: DeskOptions

  @Option(help: "Mails of about 30 KB to be taken in, each round.")
  var count = 2000

  @Option(help: "Connections that are kept busy.")
  var connections = 16

  @Option(help: "Times it is measured; the medians are told.")
  var rounds = 3

  func run() async throws {
    let bench = try await BenchDesk.open(files)
    let (count, connections, rounds) = (count, connections, rounds)
    let results = try await bench.served(lanes: files.lanes, door: "lmtp") { port in
      var results: [LoadResult] = []
      for round in 0..<rounds {
        let before = bench.desk.store.counters
        let result = try await LoadResult.of(
          [
            "--port", "\(port)", "--count", "\(count)", "--connections", "\(connections)", "--first",
            "\(round * count)",
          ], command: "mail-load")
        let after = bench.desk.store.counters
        let commits = max(1, after.commits - before.commits)
        let wrong = result.others > 0 ? "   \(result.others) NOT 250" : ""
        say(
          """
          lmtp    \(grouped(result.perSecond))/s   p50 \(rounded(result.median)) ms   p99 \(rounded(result.p99)) ms   \
          \(grouped(result.processor)) µs CPU, \(rounded(Double(result.answered200) / Double(commits))) per commit\(wrong)
          """)
        results.append(result)
      }
      return results
    }
    say(
      """
      median of \(rounds): \(grouped(median(results.map(\.perSecond)))) mails/s, p99 \(rounded(median(results.map(\.p99)))) ms, \
      \(grouped(median(results.map(\.processor)))) µs CPU each, \(connections) connections
      """)
    await bench.close()
  }
}

/// Sends mails over LMTP connections that are kept busy; a process of its own, for the server's time alone to count.
struct MailLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mail-load", abstract: "Sends mails to a port (used by lmtp).", shouldDisplay: false)

  @Option var port: Int
  @Option var count: Int
  @Option var connections: Int
  @Option var first = 0

  func run() async throws {
    let mails = (0..<count).map { number in Self.stuffed(TypicalMail(number: first + number).bytes) }
    let next = NextNumber()
    let begin = nanoseconds()
    let parts = await withTaskGroup(of: LMTPSender.Tally.self) { group in
      for _ in 0..<connections {
        group.addTask { [port] in
          await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: LMTPSender.send(mails, next, port: port)) }
          }
        }
      }
      return await group.reduce(into: [LMTPSender.Tally]()) { $0.append($1) }
    }
    var result = LoadResult()
    result.seconds = Double(nanoseconds() - begin) / 1_000_000_000
    let times = parts.flatMap(\.times).sorted()
    (result.answered200, result.others) = (times.count, count - times.count)
    (result.median, result.p99) = (percentile(0.5, of: times), percentile(0.99, of: times))
    say(result.json.description)
  }

  /// RFC 5321 §4.5.2, and the end.
  private static func stuffed(_ mail: [UInt8]) -> [UInt8] {
    var (out, isStart) = ([UInt8](), true)
    out.reserveCapacity(mail.count + 16)
    for byte in mail {
      if isStart, byte == UInt8(ascii: ".") { out.append(byte) }
      out.append(byte)
      isStart = byte == 0x0A
    }
    return out + Array((isStart ? ".\r\n" : "\r\n.\r\n").utf8)
  }
}

/// Which mail is the next to be sent, over all connections.
private final class NextNumber: Sendable {
  private let number = Mutex(0)
  func take() -> Int {
    number.withLock { number in
      defer { number += 1 }
      return number
    }
  }
}

/// One blocking connection.
private enum LMTPSender {
  struct Tally: Sendable {
    /// Nanoseconds from MAIL to 250, of those that were taken.
    var times: [UInt64] = []
  }

  static func send(_ mails: [[UInt8]], _ next: NextNumber, port: Int) -> Tally {
    var tally = Tally()
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard connected(descriptor, port), answers(descriptor, 1) == ["220"],
      say(descriptor, "LHLO bench\r\n", 1) == ["250"]
    else { return tally }
    while true {
      let number = next.take()
      guard number < mails.count else { return tally }
      let begin = nanoseconds()
      // Pipelined (RFC 2920), as mail servers do it.
      let opened = say(
        descriptor, "MAIL FROM:<a\(number)@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n", 3)
      guard opened == ["250", "250", "354"], write(descriptor, mails[number]), let end = answers(descriptor, 1).first
      else { return tally }
      if end == "250" { tally.times.append(nanoseconds() - begin) }
    }
  }

  private static func connected(_ descriptor: Int32, _ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func write(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func say(_ descriptor: Int32, _ text: String, _ count: Int) -> [String] {
    write(descriptor, Array(text.utf8)) ? answers(descriptor, count) : []
  }

  /// The codes of the next `count` answers.
  private static func answers(_ descriptor: Int32, _ count: Int) -> [String] {
    var (codes, buffer, chunk) = ([String](), [UInt8](), [UInt8](repeating: 0, count: 4096))
    while codes.count < count {
      let size = recv(descriptor, &chunk, chunk.count, 0)
      guard size > 0 else { return codes }
      buffer += chunk.prefix(size)
      while let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[..<end]
        if line.dropFirst(3).first == 0x20 { codes.append(String(decoding: line.prefix(3), as: UTF8.self)) }
        buffer.removeFirst(end + 1)
      }
    }
    return codes
  }
}
