package import Conversations

/// Why a mailbox did not do what was asked.
package enum MailboxProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The connection did not come about, or is gone; the next `open` makes a new one.
  case connection(TransportFailure)
  /// The server refused the command, in its own words; the connection stands.
  case refused(String)

  package var description: String {
    switch self {
    case .connection(let failure): failure.detail
    case .refused(let words): words
    }
  }
}

/// A folder as the server shows it when it is opened (RFC 3501 §6.3.1).
package struct MailboxState: Sendable, Hashable {
  /// UIDs of another validity are other mails.
  package var uidValidity: UInt32
  /// The UID that the next mail will get; `nil` when the server does not say.
  package var uidNext: UInt32?
  package var count: Int
}

/// What is known of a mail before it is fetched.
package struct MailboxEntry: Sendable, Hashable {
  package var uid: UInt32
  /// In bytes.
  package var size: Int
  /// When it came into the mailbox.
  package var arrivedAt: Instant?
  package init(uid: UInt32, size: Int, arrivedAt: Instant? = nil) {
    (self.uid, self.size, self.arrivedAt) = (uid, size, arrivedAt)
  }
}

package enum MailboxSearch: Sendable, Hashable {
  /// Every mail with a UID above this one.
  case after(UInt32)
  case unseen
  /// Unseen ones, and those that came on or after this day.
  case unseenOrSince(CivilDate)
}

/// One mailbox over a kept IMAP connection (RFC 3501; MOVE RFC 6851, UIDPLUS RFC 4315).
///
/// It runs on a thread of its own, so a slow server holds up its own mailbox only. Every step has a time limit.
/// Cancelling the task ends a wait at once, except while a mail that was filed is being put away.
package actor IMAPMailbox {
  private nonisolated let executor: ThreadExecutor
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let access: MailboxAccess
  private nonisolated let interrupt = Interrupt()
  private var line: MailboxLine?
  private var reader = IMAPResponseReader(literalSizeMax: 0)
  private var capabilities: Set<String> = []
  private var commandsSent = 0

  static let replySeconds = 30
  static let literalSizeMax = 1 << 20
  static let headerSizeMax = 64 << 10
  /// The slowest transfer of a body that is waited for.
  static let bytesPerSecondMin = 16 << 10

  /// `nil` when the system has no thread for it.
  package init?(_ access: MailboxAccess) {
    guard let executor = ThreadExecutor() else { return nil }
    (self.executor, self.access) = (executor, access)
  }

  /// Ends what is being waited for, now and later: the mailbox is of no use afterwards but for putting away.
  package nonisolated func stop() { interrupt.raise() }

  /// Opens the folder, over the kept connection if it still stands. Called at the beginning of each round: it is also
  /// how the server tells of new mail.
  package func open() throws(MailboxProblem) -> MailboxState {
    if line != nil {
      do {
        return try select()
      } catch {
        // A kept connection may have died since, or the folder under it; a new one decides.
        if case .connection(let failure) = error, failure.kind == .cancelled { throw error }
      }
    }
    try connect()
    return try select()
  }

  private func connect() throws(MailboxProblem) {
    line = nil
    reader = IMAPResponseReader(literalSizeMax: Self.literalSizeMax)
    do {
      line = try MailboxLine(to: access, interrupt: interrupt)
    } catch {
      throw .connection(error)
    }
    var words: [String] = []
    try command("CAPABILITY") { response in
      if case .data("CAPABILITY", _, let values) = response { words = values.compactMap { $0.atom?.uppercased() } }
    }
    capabilities = Set(words)
  }

  private func select() throws(MailboxProblem) -> MailboxState {
    var (validity, next, count): (UInt32?, UInt32?, Int) = (nil, nil, 0)
    try command("SELECT \(IMAPWords.folder(access.folder))") { response in
      switch response {
      case .status("OK", let code?, _):
        let words = code.split(separator: " ")
        guard words.count == 2, let number = UInt32(words[1]) else { return }
        if words[0].uppercased() == "UIDVALIDITY" { validity = number }
        if words[0].uppercased() == "UIDNEXT" { next = number }
      case .data("EXISTS", let number?, _): count = Int(clamping: number)
      default: break
      }
    }
    guard let validity else { throw .refused("the server gives the folder no UIDVALIDITY") }
    return MailboxState(uidValidity: validity, uidNext: next, count: count)
  }

  /// UIDs in ascending order.
  package func search(_ search: MailboxSearch) throws(MailboxProblem) -> [UInt32] {
    let criteria =
      switch search {
      case .after(let uid): "UID \(uid &+ 1):*"
      case .unseen: "UNSEEN"
      case .unseenOrSince(let day): "OR UNSEEN SINCE \(IMAPWords.date(day))"
      }
    var found: [UInt32] = []
    try command("UID SEARCH \(criteria)") { response in
      if case .data("SEARCH", _, let values) = response {
        found += values.compactMap { $0.number.flatMap { UInt32(exactly: $0) } }
      }
    }
    // `9:*` names the last mail even when its UID is smaller (RFC 3501 §6.4.8).
    if case .after(let uid) = search { found.removeAll { $0 <= uid } }
    return Array(Set(found)).sorted()
  }

  /// What is known of these mails, in ascending order; those that are gone are left out.
  package func entries(_ uids: [UInt32]) throws(MailboxProblem) -> [MailboxEntry] {
    guard !uids.isEmpty else { return [] }
    var found: [UInt32: MailboxEntry] = [:]
    try command("UID FETCH \(IMAPWords.set(uids)) (UID RFC822.SIZE INTERNALDATE)") { response in
      guard let items = FetchItems(response), let uid = items.uid, let size = items["RFC822.SIZE"]?.number else {
        return
      }
      let date = items["INTERNALDATE"]?.bytes.flatMap { IMAPWords.instant(String(decoding: $0, as: UTF8.self)) }
      found[uid] = MailboxEntry(uid: uid, size: Int(clamping: size), arrivedAt: date)
    }
    return uids.compactMap { found[$0] }.sorted { $0.uid < $1.uid }
  }

  /// The whole mail, without marking it as read; `nil` when it is gone.
  package func body(_ entry: MailboxEntry) throws(MailboxProblem) -> [UInt8]? {
    // Servers count differently (line ends): room beyond what was announced.
    let room = max(entry.size, access.sizeMax) + (1 << 20)
    let seconds = 60 + entry.size / Self.bytesPerSecondMin
    return try section("BODY.PEEK[]", of: entry.uid, literalMax: room, seconds: seconds)
  }

  /// The first 64 KiB of its header; `nil` when it is gone.
  package func header(_ entry: MailboxEntry) throws(MailboxProblem) -> [UInt8]? {
    try section(
      "BODY.PEEK[HEADER]<0.\(Self.headerSizeMax)>", of: entry.uid, literalMax: Self.literalSizeMax,
      seconds: Self.replySeconds)
  }

  private func section(_ section: String, of uid: UInt32, literalMax: Int, seconds: Int) throws(MailboxProblem)
    -> [UInt8]?
  {
    var bytes: [UInt8]?
    do {
      try command("UID FETCH \(uid) (UID \(section))", literalMax: literalMax, seconds: seconds) { response in
        guard let items = FetchItems(response), items.uid == uid else { return }
        bytes = items.body ?? bytes
      }
    } catch MailboxProblem.refused(let words) where words.uppercased().contains("EXPUNGE") {
      return nil  // RFC 5530 §3: EXPUNGEISSUED, somebody else has deleted it meanwhile
    }
    return bytes
  }

  /// Marks a mail that was taken in as read, moves or deletes it, as the settings say.
  package func putAway(_ uid: UInt32) throws(MailboxProblem) {
    switch access.afterwards {
    case .flag: try store(uid, "\\Seen")
    case .delete:
      try store(uid, "\\Deleted")
      try expunge(uid)
    case .move(let folder): try move(uid, to: folder)
    }
  }

  /// Marks a mail that was not filed, so that people find it.
  package func mark(_ uid: UInt32) throws(MailboxProblem) { try store(uid, "\\Flagged") }

  /// Says good-bye.
  package func close() {
    guard line != nil else { return }
    _ = try? command("LOGOUT", seconds: 3, isUrgent: true)
    line = nil
  }

  private func store(_ uid: UInt32, _ flag: String) throws(MailboxProblem) {
    try command("UID STORE \(uid) +FLAGS.SILENT (\(flag))", isUrgent: true)
  }

  private func move(_ uid: UInt32, to folder: String) throws(MailboxProblem) {
    let name = IMAPWords.folder(folder)
    let verb = capabilities.contains("MOVE") ? "MOVE" : "COPY"
    do {
      try command("UID \(verb) \(uid) \(name)", isUrgent: true)
    } catch MailboxProblem.refused(let words) where words.uppercased().contains("TRYCREATE") {
      try command("CREATE \(name)", isUrgent: true)
      try command("UID \(verb) \(uid) \(name)", isUrgent: true)
    }
    guard verb == "COPY" else { return }
    try store(uid, "\\Deleted")
    try expunge(uid)
  }

  /// Without UIDPLUS an EXPUNGE would also remove what others have marked: then the mark is all.
  private func expunge(_ uid: UInt32) throws(MailboxProblem) {
    guard capabilities.contains("UIDPLUS") else { return }
    try command("UID EXPUNGE \(uid)", isUrgent: true)
  }

  // MARK: Commands

  private func command(
    _ text: String, literalMax: Int = literalSizeMax, seconds: Int = replySeconds, isUrgent: Bool = false,
    _ onData: (IMAPResponse) -> Void = { _ in }
  ) throws(MailboxProblem) {
    guard let line else { throw .connection(TransportFailure(kind: .cut, detail: "not connected")) }
    commandsSent += 1
    let completion: (status: String, code: String?, text: String)
    do {
      completion = try exchange(
        "p\(commandsSent)", text, over: line, literalMax: literalMax, by: ContinuousClock.now + .seconds(seconds),
        isUrgent: isUrgent, onData)
    } catch {
      self.line = nil
      throw .connection(error)
    }
    guard completion.status == "OK" else {
      throw .refused(
        [completion.status, completion.code.map { "[\($0)]" }, completion.text].compactMap(\.self)
          .joined(separator: " "))
    }
  }

  private func exchange(
    _ tag: String, _ text: String, over line: MailboxLine, literalMax: Int, by deadline: ContinuousClock.Instant,
    isUrgent: Bool, _ onData: (IMAPResponse) -> Void
  ) throws(TransportFailure) -> (status: String, code: String?, text: String) {
    reader.literalSizeMax = literalMax
    try line.send("\(tag) \(text)\r\n", by: deadline, isUrgent: isUrgent)
    var farewell: String?
    while true {
      do throws(IMAPFault) {
        while let response = try reader.next() {
          switch response {
          case .completion(tag, let status, let code, let words): return (status, code, words)
          case .status("BYE", _, let words): farewell = words
          case .completion, .goOn: throw IMAPFault("an answer to another command")
          default: onData(response)
          }
        }
      } catch {
        throw TransportFailure(kind: .other, detail: "the server speaks no proper IMAP: \(error.reason)")
      }
      // Silence ends a transfer long before its whole time is over.
      let patience = min(deadline, ContinuousClock.now + .seconds(Self.replySeconds))
      do throws(TransportFailure) {
        try line.receive(by: patience, isUrgent: isUrgent) { reader.append($0) }
      } catch {
        guard let farewell, error.kind == .cut else { throw error }
        throw TransportFailure(kind: .cut, detail: "the server said good-bye: \(farewell)")
      }
    }
  }
}

/// The items of one FETCH response.
private struct FetchItems {
  private var values: [String: IMAPValue] = [:]
  /// `BODY[…]`, whatever was asked for.
  private(set) var body: [UInt8]?

  init?(_ response: IMAPResponse) {
    guard case .data("FETCH", _, let given) = response, let items = given.first?.list else { return nil }
    for index in stride(from: 0, to: items.count - 1, by: 2) {
      guard let name = items[index].atom?.uppercased() else { return nil }
      if name.hasPrefix("BODY[") { body = items[index + 1].bytes } else { values[name] = items[index + 1] }
    }
  }

  subscript(_ name: String) -> IMAPValue? { values[name] }
  var uid: UInt32? { values["UID"]?.number.flatMap { UInt32(exactly: $0) } }
}
