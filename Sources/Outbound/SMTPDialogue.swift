/// The commands and replies of one mail as libcurl reports them, kept because libcurl itself tells only the last number.
///
/// Pure. No argument of a command is kept, so no password can be.
struct SMTPDialogue {
  /// How far the client has come (RFC 5321 §3).
  enum Stage: Int, Comparable {
    case greeting, hello, tls, login, sender, recipient, message
    static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
  }

  struct Reply: Equatable {
    var code: Int
    var text: String
  }

  private(set) var stage = Stage.greeting
  /// Recipients named so far.
  private(set) var recipientsNamed = 0
  /// The complete reply to the last command; `nil` while it is awaited.
  private(set) var reply: Reply?
  private var unfinished: [UInt8] = []
  private var isOver = false

  static let replySizeMax = 2048

  /// A command has been sent.
  mutating func sent(_ line: some Collection<UInt8>) {
    guard !isOver else { return }
    let isLoginAnswer = reply?.code == 334  // RFC 4954 §4: what follows is base64, not a command
    let verb = String(decoding: line.prefix(4), as: UTF8.self).uppercased()
    if !isLoginAnswer, verb == "QUIT" {
      isOver = true  // libcurl says good-bye after a refusal; the refusal is what counts
      return
    }
    reply = nil
    unfinished.removeAll(keepingCapacity: true)
    guard !isLoginAnswer else { return }
    switch verb {
    case "EHLO", "HELO": stage = .hello
    case "STAR": stage = .tls
    case "AUTH": stage = .login
    case "MAIL": stage = .sender
    case "RCPT":
      stage = .recipient
      recipientsNamed += 1
    case "DATA": stage = .message
    default: break
    }
  }

  /// A reply line has arrived, with or without its line end (RFC 5321 §4.2.1).
  mutating func received(_ line: some Collection<UInt8>) {
    let digits = line.prefix(3)
    guard !isOver, digits.count == 3, digits.allSatisfy({ (48...57).contains($0) }) else { return }
    let code = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    let words = line.dropFirst(4).prefix(max(0, Self.replySizeMax - unfinished.count))
    if !unfinished.isEmpty, !words.isEmpty { unfinished.append(UInt8(ascii: " ")) }
    unfinished += words.filter { $0 >= 32 && $0 != 127 }  // control characters never reach a terminal or a log
    guard line.dropFirst(3).first != UInt8(ascii: "-") else { return }
    reply = Reply(code: code, text: String(decoding: unfinished, as: UTF8.self))
    unfinished.removeAll(keepingCapacity: true)
  }
}
