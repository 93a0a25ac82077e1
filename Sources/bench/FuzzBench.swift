import ArgumentParser
import Channels
import Conversations
import Foundation

/// Reads damaged mails, one after the other, through the e-mail adapter: none may crash it, hang it or swell it.
///
/// Structured mutation: mails of our own and those of `--corpus` are cut, doubled, spliced, wrapped and sprinkled with
/// what MIME readers trip over. Mail number `n` of a seed is always the same, so a find is read again with `--from n
/// --count 1`.
struct FuzzBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Damaged mails through the mail path: the slowest, and how memory grew.")

  @Option(help: "Mails to be made and read.")
  var count = 100_000

  @Option(help: "Same seed, same mails.")
  var seed: UInt64 = 1

  @Option(help: "The number of the first mail.")
  var from = 0

  @Option(help: ArgumentHelp("Folders whose .eml files are damaged, too.", valueName: "dir"))
  var corpus: [String] = []

  @Option(help: "Longest mail, in bytes.")
  var sizeMax = 200_000

  @Option(help: ArgumentHelp("Before each mail its number is written there.", valueName: "file"))
  var progress: String?

  @Option(help: ArgumentHelp("The slowest mail is kept there.", valueName: "file"))
  var keep: String?

  func run() async throws {
    let adapter = try MailBench.adapter()
    var mails = FuzzSeeds.mails
    for folder in corpus { mails += try MailBench.emlFiles(below: folder).filter { $0.count <= sizeMax } }
    let marker = try progress.map { path in
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
    var tally = Tally()
    let start = nanoseconds()
    let memoryAtStart = residentBytes()
    var memoryWarm = memoryAtStart
    for number in from..<(from + count) {
      if let marker {
        try marker.seek(toOffset: 0)
        try marker.write(contentsOf: Data("\(number)            ".utf8.prefix(12)))
      }
      let mail = MailMutator.mail(number: number, seed: seed, from: mails, sizeMax: sizeMax)
      tally.read(adapter, mail, number: number)
      if number - from == count / 10 { memoryWarm = residentBytes() }
      if (number - from + 1).isMultiple(of: 100_000) { tell(tally, done: number - from + 1, since: start, memoryWarm) }
    }
    tell(tally, done: count, since: start, memoryWarm)
    if let keep { try Data(tally.slowestMail).write(to: URL(fileURLWithPath: keep)) }
  }

  private func tell(_ tally: Tally, done: Int, since start: UInt64, _ memoryWarm: Int) {
    let seconds = Double(nanoseconds() - start) / 1_000_000_000
    say(
      """
      \(grouped(Double(done))) mails from \(seed)/\(from) in \(rounded(seconds, 0)) s (\(grouped(Double(done) / seconds))/s): \
      \(grouped(Double(tally.read))) read, \(grouped(Double(tally.refused))) refused by name, no crash; slowest \
      \(rounded(tally.slowest * 1000)) ms of CPU (number \(tally.slowestNumber), \(tally.slowestMail.count) bytes), \
      \(tally.overSecond) over 1 s; resident \(residentBytes() >> 20) MB, grown by \
      \((residentBytes() - memoryWarm) >> 20) MB since the first tenth
      """)
  }

  private struct Tally {
    var read = 0
    var refused = 0
    /// Seconds of CPU: neighbours on the machine do not count.
    var slowest = 0.0
    var slowestNumber = 0
    var slowestMail: [UInt8] = []
    var overSecond = 0

    mutating func read(_ adapter: Email, _ mail: [UInt8], number: Int) {
      let begin = cpuSeconds()
      do {
        _ = try adapter.normalize(RawDelivery(door: .lmtp, body: mail, receivedAt: wallClock()))
        read += 1
      } catch {
        refused += 1
      }
      let took = cpuSeconds() - begin
      if took > 1 { overSecond += 1 }
      guard took > slowest else { return }
      (slowest, slowestNumber, slowestMail) = (took, number, mail)
    }
  }
}

/// Bytes of this process in memory; 0 where the system does not tell.
func residentBytes() -> Int { statusBytes("VmRSS:") }

/// The most it ever was, since `resetPeak`.
func peakBytes() -> Int { statusBytes("VmHWM:") }

/// Linux forgets the peak when asked to (proc(5), clear_refs).
func resetPeak() { try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs")) }

private func statusBytes(_ name: String) -> Int {
  guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
  let text = String(decoding: status, as: UTF8.self)
  guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return 0 }
  return (line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}
