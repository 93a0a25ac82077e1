import Conversations
import Foundation
import Terminal

/// The terminal a command was started from: what it looks like, and how to write to it. Data goes to standard output,
/// talk to standard error.
struct Console: Sendable {
  let environment: [String: String]
  let speech: Speech
  let outIsTerminal: Bool
  let errorIsTerminal: Bool
  let inIsTerminal: Bool
  /// Columns to fit into; `nil` where nothing has to fit (a pipe, a file).
  let width: Int?
  /// The same for standard error.
  let talkWidth: Int?
  let paint: Paint
  let talkPaint: Paint

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
    speech = Speech(Language(environment: environment))
    (inIsTerminal, outIsTerminal, errorIsTerminal) = (isatty(0) == 1, isatty(1) == 1, isatty(2) == 1)
    width = outIsTerminal ? Console.columns(environment, descriptor: 1) : nil
    talkWidth = errorIsTerminal ? Console.columns(environment, descriptor: 2) : nil
    paint = Paint(isTerminal: outIsTerminal, environment: environment)
    talkPaint = Paint(isTerminal: errorIsTerminal, environment: environment)
  }

  /// Somebody is there to be asked.
  var canAsk: Bool { inIsTerminal && errorIsTerminal }

  var now: Instant { Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

  /// The time zone of this machine, as `TZ` or the system says.
  var zone: Zone {
    let zone = TimeZone.current
    return Zone { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval($0.seconds))) }
  }

  func print(_ line: String) { Console.write(line + "\n", to: .standardOutput) }
  func print(_ lines: [String]) { for line in lines { print(line) } }
  func printBytes(_ bytes: [UInt8]) { Console.write(Data(bytes), to: .standardOutput) }
  func talk(_ line: String) { Console.write(line + "\n", to: .standardError) }

  /// The terminal's bell.
  func ring() { Console.write("\u{07}", to: .standardError) }

  /// A command that would be natural now; only for people.
  func hint(_ command: String) {
    guard errorIsTerminal, outIsTerminal else { return }
    talk(talkPaint(speech(.hint, command), .dim))
  }

  /// One value on one line. C1 and bidirectional controls are escaped as well, so that not even JSON drives a terminal.
  func print(_ json: JSON) {
    var line = ""
    for scalar in json.description.unicodeScalars {
      switch scalar.value {
      case 0x80...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
        let digits = String(scalar.value, radix: 16)
        line += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: line.unicodeScalars.append(scalar)
      }
    }
    print(line)
  }

  /// The answer to a question, without the line end; `nil` when the input has ended.
  func ask(_ question: String) -> String? {
    Console.write(question, to: .standardError)
    return readLine(strippingNewline: true)
  }

  /// The same, without showing what is typed.
  func askSecret(_ question: String) -> String? {
    var before = termios()
    guard tcgetattr(0, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(0, TCSAFLUSH, &silent) == 0 else { return nil }
    defer {
      tcsetattr(0, TCSAFLUSH, &before)
      talk("")
    }
    return ask(question)
  }

  private static func write(_ text: String, to handle: FileHandle) { write(Data(text.utf8), to: handle) }

  /// Data that cannot be written ends the command: quietly when the reader went away (`| head`), as an error otherwise
  /// (a full disk). Talk that nobody reads is let go.
  private static func write(_ data: Data, to handle: FileHandle) {
    do { try handle.write(contentsOf: data) } catch {
      guard handle === FileHandle.standardOutput else { return }
      exit(errno == EPIPE ? CommandExit.ok.rawValue : CommandExit.error.rawValue)
    }
  }

  private static func columns(_ environment: [String: String], descriptor: Int32) -> Int {
    if let set = environment["COLUMNS"].flatMap({ Int($0) }), (10...2_000).contains(set) { return set }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 10 else { return 80 }
    return Int(size.ws_col)
  }
}
