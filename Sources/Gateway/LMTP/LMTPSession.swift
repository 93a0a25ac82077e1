import Conversations

/// One LMTP conversation (RFC 2033 over RFC 5321's commands) as a pure machine: bytes in, things to do out.
struct LMTPSession {
  enum Action: Equatable {
    case reply(String)
    /// A whole message for these recipients, dots unstuffed; answer each of them with one line, in order.
    case deliver(sender: String, recipients: [String], message: [UInt8])
    case close
  }

  static let lineMax = 4096
  static let recipientsMax = 100

  private let messageMax: Int
  private let accepts: @Sendable (String) -> Bool
  private var buffer: [UInt8] = []
  private var position = 0
  private var greeted = false
  private var sender: String?
  private var recipients: [String] = []
  private var isData = false
  private var message: [UInt8] = []
  private var tooLarge = false

  /// `accepts`: whether mail for an address belongs here.
  init(messageMax: Int, accepts: @escaping @Sendable (String) -> Bool) {
    (self.messageMax, self.accepts) = (messageMax, accepts)
  }

  static let greeting = Action.reply("220 patchbay LMTP ready")

  /// Takes in what has arrived; several commands at once are several answers (PIPELINING, RFC 2920).
  mutating func receive(_ bytes: some Sequence<UInt8>) -> [Action] {
    buffer.append(contentsOf: bytes)
    var actions: [Action] = []
    while let line = nextLine() {
      if isData { actions += dataLine(line) } else { actions += command(line) }
      if actions.last == .close { break }
    }
    if position > 65_536 || position == buffer.count {
      buffer.removeFirst(position)
      position = 0
    }
    if !isData, buffer.count - position > Self.lineMax { return actions + [.reply("500 5.5.2 line too long"), .close] }
    return actions
  }

  /// A line without its CRLF (a lone LF is taken, as every server does for local delivery).
  private mutating func nextLine() -> ArraySlice<UInt8>? {
    guard let end = buffer[position...].firstIndex(of: 0x0A) else { return nil }
    defer { position = end + 1 }
    let line = buffer[position..<end]
    return line.last == 0x0D ? line.dropLast() : line
  }

  /// RFC 5321 §4.5.2: a dot alone ends the message, a dot in front is taken away.
  private mutating func dataLine(_ line: ArraySlice<UInt8>) -> [Action] {
    if line.elementsEqual([UInt8(ascii: ".")]) { return endOfData() }
    guard !tooLarge else { return [] }
    if message.count + line.count > messageMax {
      (tooLarge, message) = (true, [])
      return []
    }
    message.append(contentsOf: line.first == UInt8(ascii: ".") ? line.dropFirst() : line)
    message.append(contentsOf: [0x0D, 0x0A])
    return []
  }

  private mutating func endOfData() -> [Action] {
    defer { reset() }
    if tooLarge { return recipients.map { _ in .reply("552 5.3.4 message larger than \(messageMax) bytes") } }
    return [.deliver(sender: sender ?? "", recipients: recipients, message: message)]
  }

  private mutating func reset() {
    (sender, recipients, message, isData, tooLarge) = (nil, [], [], false, false)
  }

  private mutating func command(_ line: ArraySlice<UInt8>) -> [Action] {
    let text = String(decoding: line, as: UTF8.self)
    let verb = text.prefix { $0 != " " }.uppercased()
    let rest = text.dropFirst(verb.count).drop { $0 == " " }
    switch verb {
    case "LHLO": return hello(rest)
    case "HELO", "EHLO": return [.reply("500 5.5.1 this is LMTP: LHLO")]
    case "MAIL": return [.reply(mail(rest))]
    case "RCPT": return [.reply(recipient(rest))]
    case "DATA": return [.reply(data())]
    case "RSET":
      reset()
      return [.reply("250 2.0.0 ok")]
    case "NOOP": return [.reply("250 2.0.0 ok")]
    case "VRFY": return [.reply("252 2.5.2 send some mail")]
    case "QUIT": return [.reply("221 2.0.0 bye"), .close]
    default: return [.reply("500 5.5.1 unknown command")]
    }
  }

  private mutating func hello(_ name: Substring) -> [Action] {
    guard !name.isEmpty else { return [.reply("501 5.5.4 LHLO needs a name")] }
    reset()
    greeted = true
    return [
      .reply(
        "250-patchbay\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE \(messageMax)"
      )
    ]
  }

  private mutating func mail(_ rest: Substring) -> String {
    guard greeted else { return "503 5.5.1 LHLO first" }
    guard sender == nil else { return "503 5.5.1 one MAIL at a time" }
    guard let (address, parameters) = path(rest, after: "FROM:") else { return "501 5.5.4 MAIL FROM:<address>" }
    for parameter in parameters.split(separator: " ") where parameter.uppercased().hasPrefix("SIZE=") {
      if let size = Int(parameter.dropFirst(5)), size > messageMax {
        return "552 5.3.4 message larger than \(messageMax) bytes"
      }
    }
    sender = address
    return "250 2.1.0 ok"
  }

  private mutating func recipient(_ rest: Substring) -> String {
    guard sender != nil else { return "503 5.5.1 MAIL first" }
    guard let (address, _) = path(rest, after: "TO:"), !address.isEmpty else { return "501 5.5.4 RCPT TO:<address>" }
    guard recipients.count < Self.recipientsMax else { return "452 4.5.3 too many recipients" }
    guard accepts(address) else { return "550 5.1.1 no channel has this address" }
    recipients.append(address)
    return "250 2.1.5 ok"
  }

  private mutating func data() -> String {
    guard sender != nil, !recipients.isEmpty else { return "503 5.5.1 no valid recipients" }
    isData = true
    return "354 go ahead, end with a dot on a line by itself"
  }

  /// `FROM:<a@b> SIZE=…` → the address and what follows it.
  private func path(_ text: Substring, after keyword: String) -> (address: String, parameters: Substring)? {
    guard text.uppercased().hasPrefix(keyword) else { return nil }
    let rest = text.dropFirst(keyword.count).drop { $0 == " " }
    guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
    let address = rest[rest.index(after: rest.startIndex)..<end]
    guard address.utf8.count <= 320 else { return nil }
    return (String(address), rest[rest.index(after: end)...].drop { $0 == " " })
  }
}
