package import Conversations

/// How a pretend mail server behaves.
package struct MailRules: Sendable {
  package struct Reply: Sendable, Hashable {
    package var code: Int
    package var text: String
    package init(_ code: Int, _ text: String) { (self.code, self.text) = (code, text) }
  }

  /// What goes wrong with one mail.
  package enum Fault: Sendable, Hashable {
    case none
    /// The answer to MAIL.
    case refuseSender(Reply)
    /// The answer to every RCPT of the mail.
    case refuseRecipients(Reply)
    /// The answer to the whole message.
    case refuseMessage(Reply)
    /// Hangs up after so many bytes of the message.
    case cutDuringMessage(afterBytes: Int)
    /// Stops reading for a while after so many bytes of the message.
    case stallDuringMessage(afterBytes: Int, milliseconds: Int64)
    /// Keeps the message, then hangs up without a word: the sender cannot know.
    case cutBeforeAnswer
    /// Keeps the message and takes so long to say so.
    case slowAnswer(milliseconds: Int64)
    /// Takes the mail, then hangs up: the next mail finds a dead connection.
    case cutAfterAnswer
    /// Takes the mail, then says good-bye to the idle client (421) and hangs up.
    case goodbyeAfterAnswer
  }

  /// One per mail, in order; afterwards `always` holds.
  package var upcoming: [Fault] = []
  package var always = Fault.none
  private var numbers: SeededNumbers?
  private var share = 0.0
  /// Addresses in lower case that are refused whatever else holds.
  package var refusedRecipients: [String: Reply] = [:]
  /// Refuses each pair of sender and recipient once with 451.
  package var isGreylisting = false
  /// Before each answer.
  package var answerDelayMilliseconds: Int64 = 0
  /// Greets with this and hangs up, as an overloaded server does.
  package var greeting: Reply?
  /// Offers AUTH PLAIN and LOGIN and takes mail only after it.
  package var login: (user: String, password: Secret)?
  package var messageSizeMax = 64 << 20

  package init() {}

  /// About `share` (0…1) of the mails meet a fault, one in eleven of those for good; the same seed gives the same faults.
  package init(seed: UInt64, share: Double) { (numbers, self.share) = (SeededNumbers(seed: seed), share) }

  private static let faults: [Fault] = [
    .refuseSender(Reply(421, "4.3.2 busy")), .refuseSender(Reply(451, "4.7.1 greylisted")),
    .refuseRecipients(Reply(450, "4.2.1 mailbox busy")), .refuseMessage(Reply(451, "4.3.0 later")),
    .refuseMessage(Reply(452, "4.3.1 out of space")), .cutDuringMessage(afterBytes: 200), .cutBeforeAnswer,
    .slowAnswer(milliseconds: 5), .cutAfterAnswer, .goodbyeAfterAnswer, .refuseMessage(Reply(554, "5.7.1 refused")),
  ]

  mutating func nextFault() -> Fault {
    if !upcoming.isEmpty { return upcoming.removeFirst() }
    guard var numbers else { return always }
    defer { self.numbers = numbers }
    guard Double.random(in: 0..<1, using: &numbers) < share else { return always }
    return Self.faults.randomElement(using: &numbers) ?? always
  }
}

/// A mail as it arrived.
package struct ReceivedMail: Sendable {
  /// Empty = the null reverse-path.
  package var sender: String
  package var recipients: [String]
  /// What stood behind the sender's address in MAIL, e.g. `SIZE=120`.
  package var senderParameters: [String]
  /// Dots unstuffed, CRLF line ends, without the final dot.
  package var message: [UInt8]
  /// Who logged in.
  package var user: String?
  /// Which connection it came on, counted from 1.
  package var connection: Int
  package var receivedAt: Instant
}
