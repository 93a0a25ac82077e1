import Conversations

/// One LMTP conversation (RFC 2033 over RFC 5321's commands) as a pure machine: bytes in, things to do out.
package struct LMTPSession {
  package enum Action: Equatable {
    case reply(String)
    /// A whole message for these recipients, dots unstuffed; answer each of them with one line, in order.
    case deliver(sender: String, recipients: [String], message: [UInt8])
    case close
  }

  /// RFC 5321 §4.5.3.1.4 asks for 512 and more for extensions.
  package static let lineMax = 4096
  package static let recipientsMax = 100
  /// So many refused commands end the conversation: nobody who means well makes as many.
  package static let refusalsMax = 50

  private let messageMax: Int
  private let accepts: @Sendable (String) -> Bool
  private var buffer: [UInt8] = []
  private var position = 0
  private var greeted = false
  private var sender: String?
  private var recipients: [String] = []
  private var data: LMTPData?
  private var refusals = 0

  /// `accepts`: whether mail for an address belongs here.
  package init(messageMax: Int, accepts: @escaping @Sendable (String) -> Bool) {
    (self.messageMax, self.accepts) = (messageMax, accepts)
  }

  package static let greeting = Action.reply("220 patchbay LMTP ready")

  /// Takes in what has arrived; several commands at once are several answers (PIPELINING, RFC 2920).
  package mutating func receive(_ bytes: some Sequence<UInt8>) -> [Action] {
    buffer.append(contentsOf: bytes)
    var actions: [Action] = []
    while position < buffer.count {
      if var present = data {
        // Out of `self` while it is written to, so that the message is not copied.
        data = nil
        let (count, isWhole) = present.take(buffer[position...])
        position += count
        if isWhole { actions += endOfData(present) } else { data = present }
        continue
      }
      guard let line = nextLine() else { break }
      actions += command(line)
      if refusals > Self.refusalsMax { actions += [.reply("421 4.7.0 too many errors"), .close] }
      if actions.last == .close { break }
    }
    if data == nil, actions.last != .close, buffer.count - position > Self.lineMax {
      actions += [.reply("500 5.5.2 line too long"), .close]
    }
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity < 1 << 18)
    } else {
      buffer.removeFirst(position)
    }
    position = 0
    return actions
  }

  /// A command line without its CRLF. A lone LF is taken too: people type, and it opens nothing here, since only CR LF
  /// counts within a message.
  private mutating func nextLine() -> ArraySlice<UInt8>? {
    guard let end = buffer[position...].prefix(Self.lineMax + 1).firstIndex(of: 0x0A) else { return nil }
    defer { position = end + 1 }
    let line = buffer[position..<end]
    return line.last == 0x0D ? line.dropLast() : line
  }

  private mutating func endOfData(_ data: LMTPData) -> [Action] {
    defer { reset() }
    if data.isTooLarge { return recipients.map { _ in .reply("552 5.3.4 message larger than \(messageMax) bytes") } }
    return [.deliver(sender: sender ?? "", recipients: recipients, message: data.message)]
  }

  private mutating func reset() { (sender, recipients, data) = (nil, [], nil) }

  private mutating func refuse(_ words: String) -> String {
    refusals += 1
    return words
  }

  private mutating func command(_ line: ArraySlice<UInt8>) -> [Action] {
    let text = String(decoding: line, as: UTF8.self)
    let verb = text.prefix { $0 != " " }.uppercased()
    let rest = text.dropFirst(verb.count).drop { $0 == " " }
    switch verb {
    case "LHLO": return hello(rest)
    case "HELO", "EHLO": return [.reply(refuse("500 5.5.1 this is LMTP: LHLO"))]
    case "MAIL": return [.reply(mail(rest))]
    case "RCPT": return [.reply(recipient(rest))]
    case "DATA": return [.reply(beginData())]
    case "RSET":
      reset()
      return [.reply("250 2.0.0 ok")]
    case "NOOP": return [.reply("250 2.0.0 ok")]
    case "VRFY": return [.reply("252 2.5.2 send some mail")]
    case "HELP": return [.reply("214 2.0.0 LHLO MAIL RCPT DATA RSET NOOP VRFY QUIT")]
    case "QUIT": return [.reply("221 2.0.0 bye"), .close]
    default: return [.reply(refuse("500 5.5.1 unknown command"))]
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
    guard greeted else { return refuse("503 5.5.1 LHLO first") }
    guard sender == nil else { return refuse("503 5.5.1 one MAIL at a time") }
    guard let (address, parameters) = path(rest, after: "FROM:") else { return refuse("501 5.5.4 MAIL FROM:<address>") }
    for parameter in parameters.split(separator: " ") {
      let words = parameter.uppercased().split(separator: "=", maxSplits: 1)
      switch (words[0], words.dropFirst().first) {
      case ("SIZE", let digits?):
        guard let size = Int(digits), size >= 0 else { return refuse("501 5.5.4 SIZE is a number") }
        // RFC 1870 §6.1
        guard size <= messageMax else { return "552 5.3.4 message larger than \(messageMax) bytes" }
      case ("BODY", "7BIT"), ("BODY", "8BITMIME"), ("SMTPUTF8", nil): break
      default: return refuse("555 5.5.4 unknown parameter")  // RFC 5321 §4.1.1.11
      }
    }
    sender = address
    return "250 2.1.0 ok"
  }

  private mutating func recipient(_ rest: Substring) -> String {
    guard sender != nil else { return refuse("503 5.5.1 MAIL first") }
    guard let (address, parameters) = path(rest, after: "TO:"), !address.isEmpty else {
      return refuse("501 5.5.4 RCPT TO:<address>")
    }
    guard parameters.allSatisfy({ $0 == " " }) else { return refuse("555 5.5.4 unknown parameter") }
    guard recipients.count < Self.recipientsMax else { return "452 4.5.3 too many recipients" }
    guard accepts(address) else { return "550 5.1.1 no channel has this address" }
    recipients.append(address)
    return "250 2.1.5 ok"
  }

  private mutating func beginData() -> String {
    // RFC 2033 §4.2: without a recipient that was accepted there is nothing to answer for.
    guard sender != nil, !recipients.isEmpty else { return refuse("503 5.5.1 no valid recipients") }
    data = LMTPData(sizeMax: messageMax)
    return "354 go ahead, end with a dot on a line by itself"
  }

  /// `FROM:<a@b> SIZE=…` → the address and what follows it. A route before the address (`<@relay:a@b>`, RFC 5321 §4.1.2)
  /// is ignored; a bracket in quotes ends nothing.
  private func path(_ text: Substring, after keyword: String) -> (address: String, parameters: Substring)? {
    guard text.prefix(keyword.count).uppercased() == keyword else { return nil }
    let rest = text.dropFirst(keyword.count).drop { $0 == " " }
    guard rest.first == "<" else { return nil }
    var (end, isQuoted, isEscaped) = (rest.index(after: rest.startIndex), false, false)
    while end < rest.endIndex, isQuoted || rest[end] != ">" {
      if rest[end] == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = rest[end] == "\\" && isQuoted && !isEscaped
      end = rest.index(after: end)
    }
    guard end < rest.endIndex else { return nil }
    var address = rest[rest.index(after: rest.startIndex)..<end]
    if address.first == "@", let colon = address.firstIndex(of: ":") {
      address = address[address.index(after: colon)...]
    }
    guard address.utf8.count <= 320 else { return nil }
    let parameters = rest[rest.index(after: end)...]
    guard parameters.isEmpty || parameters.first == " " else { return nil }
    return (String(address), parameters.drop { $0 == " " })
  }
}
