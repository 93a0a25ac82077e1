import Conversations

/// One client's conversation with a pretend mail server (RFC 5321), bytes in, actions out. Does no I/O.
struct SMTPSession {
  enum Action {
    case say(String)
    case deliver(ReceivedMail)
    case hangUp
    case stopReading(milliseconds: Int64)
    case sayLater(String, milliseconds: Int64)
  }

  private enum Expecting { case command, loginUser, loginPassword, plainLogin, message }

  private let connection: Int
  private let book: MailBook
  private let messageSizeMax: Int
  private var input = LineInput()
  private var expecting = Expecting.command
  private var mail: ReceivedMail?
  private var fault = MailRules.Fault.none
  private var user: String?
  private var loginName = ""
  private var isOver = false

  init(connection: Int, book: MailBook) {
    (self.connection, self.book, messageSizeMax) = (connection, book, book.rules.messageSizeMax)
  }

  func greeting() -> [Action] {
    guard let reply = book.rules.greeting else { return [.say("220 rehearsal ESMTP")] }
    return [.say("\(reply.code) \(reply.text)"), .hangUp]
  }

  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> [Action] {
    input.append(bytes)
    var actions: [Action] = []
    while !isOver, let line = input.next() {
      actions += expecting == .message ? messageLine(line) : commandLine(line)
    }
    if input.pendingCount > 1 << 20 {
      isOver = true
      actions += [.say("500 line too long"), .hangUp]
    }
    return actions
  }

  private mutating func commandLine(_ line: ArraySlice<UInt8>) -> [Action] {
    let text = String(decoding: line, as: UTF8.self)
    if expecting != .command { return loginLine(text) }
    let verb = text.prefix { $0 != " " }.uppercased()
    let rest = String(text.dropFirst(verb.count).drop { $0 == " " })
    switch verb {
    case "EHLO": return hello()
    case "HELO": return [.say("250 rehearsal")]
    case "AUTH": return startLogin(rest)
    case "MAIL": return startMail(rest)
    case "RCPT": return addRecipient(rest)
    case "DATA": return startMessage()
    case "RSET":
      mail = nil
      return [.say("250 2.0.0 forgotten")]
    case "NOOP": return [.say("250 2.0.0 still here")]
    case "QUIT":
      isOver = true
      return [.say("221 2.0.0 good-bye"), .hangUp]
    default: return [.say("500 5.5.1 no such command")]
    }
  }

  private func hello() -> [Action] {
    var lines = ["rehearsal", "PIPELINING", "SIZE \(book.rules.messageSizeMax)", "8BITMIME", "SMTPUTF8"]
    if book.rules.login != nil { lines.append("AUTH PLAIN LOGIN") }
    let said = lines.enumerated().map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }
    return [.say(said.joined(separator: "\r\n"))]
  }

  private mutating func startMail(_ rest: String) -> [Action] {
    guard book.rules.login == nil || user != nil else { return [.say("530 5.7.0 log in first")] }
    guard let (address, parameters) = path(rest, after: "FROM:") else { return [.say("501 5.5.4 no reverse-path")] }
    let size = parameters.first { $0.uppercased().hasPrefix("SIZE=") }.flatMap { Int($0.dropFirst(5)) } ?? 0
    guard size <= book.rules.messageSizeMax else { return [.say("552 5.3.4 message too big")] }
    fault = book.nextFault()
    if case .refuseSender(let reply) = fault { return [.say("\(reply.code) \(reply.text)")] }
    mail = ReceivedMail(
      sender: address, recipients: [], senderParameters: parameters, message: [], user: user, connection: connection,
      receivedAt: .epoch)
    return [.say("250 2.1.0 sender noted")]
  }

  private mutating func addRecipient(_ rest: String) -> [Action] {
    guard let sender = mail?.sender else { return [.say("503 5.5.1 MAIL first")] }
    guard let (address, _) = path(rest, after: "TO:"), !address.isEmpty else { return [.say("501 5.5.4 no path")] }
    if case .refuseRecipients(let reply) = fault { return [.say("\(reply.code) \(reply.text)")] }
    if let reply = book.refusal(of: address, from: sender) { return [.say("\(reply.code) \(reply.text)")] }
    mail?.recipients.append(address)
    return [.say("250 2.1.5 recipient noted")]
  }

  private mutating func startMessage() -> [Action] {
    guard let mail, !mail.recipients.isEmpty else { return [.say("503 5.5.1 RCPT first")] }
    expecting = .message
    return [.say("354 end with a dot")]
  }

  private mutating func messageLine(_ line: ArraySlice<UInt8>) -> [Action] {
    let dot = UInt8(ascii: ".")
    if line.count == 1, line.first == dot { return endMessage() }
    // RFC 5321 §4.5.2: a leading dot was put there for the journey.
    mail?.message += line.first == dot ? line.dropFirst() : line
    mail?.message += [13, 10]
    let size = mail?.message.count ?? 0
    if case .cutDuringMessage(let limit) = fault, size >= limit {
      isOver = true
      return [.hangUp]
    }
    if case .stallDuringMessage(let limit, let milliseconds) = fault, size >= limit {
      fault = .none
      book.noteStall()
      return [.stopReading(milliseconds: milliseconds)]
    }
    guard size <= messageSizeMax else {
      isOver = true
      return [.say("552 5.3.4 message too big"), .hangUp]
    }
    return []
  }

  private mutating func endMessage() -> [Action] {
    expecting = .command
    guard var received = mail else { return [.say("503 5.5.1 no mail")] }
    self.mail = nil
    received.receivedAt = book.clock()
    let mail = received
    func taken() -> [Action] { [.deliver(mail), .say("250 2.0.0 taken as \(book.nextNumber())")] }
    switch fault {
    case .refuseMessage(let reply): return [.say("\(reply.code) \(reply.text)")]
    case .cutDuringMessage:
      isOver = true
      return [.hangUp]
    case .cutBeforeAnswer:
      isOver = true
      return [.deliver(mail), .hangUp]
    case .slowAnswer(let milliseconds):
      return [.deliver(mail), .sayLater("250 2.0.0 taken as \(book.nextNumber())", milliseconds: milliseconds)]
    case .cutAfterAnswer:
      isOver = true
      return taken() + [.hangUp]
    case .goodbyeAfterAnswer:
      isOver = true
      return taken() + [.say("421 4.4.2 idle too long, good-bye"), .hangUp]
    case .none, .refuseSender, .refuseRecipients, .stallDuringMessage: return taken()
    }
  }
}

/// AUTH PLAIN and LOGIN (RFC 4954, RFC 4616).
extension SMTPSession {
  private mutating func startLogin(_ rest: String) -> [Action] {
    guard book.rules.login != nil else { return [.say("503 5.5.1 no login here")] }
    let words = rest.split(separator: " ").map(String.init)
    switch (words.first?.uppercased(), words.count) {
    case ("PLAIN", 2): return finishPlain(words[1])
    case ("PLAIN", 1):
      expecting = .plainLogin
      return [.say("334 ")]
    case ("LOGIN", 2):
      loginName = decodedText(words[1])
      expecting = .loginPassword
      return [.say("334 UGFzc3dvcmQ6")]
    case ("LOGIN", 1):
      expecting = .loginUser
      return [.say("334 VXNlcm5hbWU6")]
    default: return [.say("504 5.5.4 no such login")]
    }
  }

  private mutating func loginLine(_ text: String) -> [Action] {
    switch expecting {
    case .loginUser:
      loginName = decodedText(text)
      expecting = .loginPassword
      return [.say("334 UGFzc3dvcmQ6")]
    case .loginPassword: return finishLogin(loginName, decodedText(text))
    default: return finishPlain(text)
    }
  }

  private mutating func finishPlain(_ text: String) -> [Action] {
    let parts = (decodedBase64(text) ?? []).split(separator: 0, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return finishLogin("", "") }
    return finishLogin(String(decoding: parts[1], as: UTF8.self), String(decoding: parts[2], as: UTF8.self))
  }

  private mutating func finishLogin(_ name: String, _ password: String) -> [Action] {
    expecting = .command
    guard let login = book.rules.login, login.user == name, login.password.reveal() == password else {
      return [.say("535 5.7.8 wrong user or password")]
    }
    user = name
    return [.say("235 2.7.0 welcome")]
  }

  private func decodedText(_ base64: String) -> String { String(decoding: decodedBase64(base64) ?? [], as: UTF8.self) }
}

/// The address and the parameters of `FROM:<a@b> SIZE=1`, `nil` without an address in angle brackets.
private func path(_ text: String, after keyword: String) -> (address: String, parameters: [String])? {
  guard text.uppercased().hasPrefix(keyword) else { return nil }
  let rest = text.dropFirst(keyword.count).drop { $0 == " " }
  guard rest.first == "<", let end = rest.lastIndex(of: ">") else { return nil }
  let address = String(rest[rest.index(after: rest.startIndex)..<end])
  return (address, rest[rest.index(after: end)...].split(separator: " ").map(String.init))
}

/// RFC 4648 §4; `nil` for anything else.
func decodedBase64(_ text: String) -> [UInt8]? {
  var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
  for byte in text.utf8 where byte != UInt8(ascii: "=") {
    let value: UInt8
    switch byte {
    case 65...90: value = byte - 65
    case 97...122: value = byte - 71
    case 48...57: value = byte + 4
    case UInt8(ascii: "+"): value = 62
    case UInt8(ascii: "/"): value = 63
    default: return nil
    }
    bits = (bits << 6 | UInt32(value)) & 0xFF_FFFF
    count += 6
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return bytes
}
