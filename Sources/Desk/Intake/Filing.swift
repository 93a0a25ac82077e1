import Channels
import Conversations
import Routing
import Storage

/// Files one delivery inside one transaction. Of several events each has a savepoint: one that fails is parked and its
/// neighbours stand.
struct Filing: Sendable {
  let desk: Desk
  let configuration: DeskConfiguration
  let channel: Connection
  let delivery: RawDelivery
  /// Whether the bytes as they came hold nothing that must not be kept, in parts that nobody reads either.
  let isRawClean: Bool
  /// Of the bytes as they came, computed before the store's one writer is asked.
  let sha256: String
  /// What is to be asked of the provider once this is kept.
  let followUps: [FollowUp]

  /// What came of it.
  struct Done: Sendable {
    var filed = 0
    var known = 0
    var parked: [String] = []
    var changes: [LiveChange] = []
    var putIntoOutbox = false
    var hasErrands = false
  }

  var now: Instant { delivery.receivedAt }
  var channelName: String { channel.name.rawValue }
  func newID() -> Int64 { desk.newID(now) }

  func file(_ events: [PreparedEvent], _ receipts: [Receipt], in tx: Transaction) throws -> Done {
    var done = Done()
    if events.count == 1, receipts.isEmpty {
      // What most deliveries are: the transaction itself is the savepoint.
      do { try file(events[0], in: tx, &done) } catch {
        throw temporary(error) ?? Unfiled(kind: events[0].event.kind, cause: error)
      }
    } else {
      for event in events {
        do {
          try tx.savepoint { try file(event, in: tx, &done) }
        } catch {
          if let temporary = temporary(error) { throw temporary }
          try park(Unfiled(kind: event.event.kind, cause: error), in: tx, &done)
        }
      }
    }
    for receipt in receipts { try file(receipt, in: tx, &done) }
    for followUp in followUps {
      try tx.insert(ErrandRecord(followUp, channel: channelName, id: newID(), at: now))
      done.hasErrands = true
    }
    if done.filed > 0 { try keepRaw(events, in: tx) }
    return done
  }

  /// Why the only event of a delivery was not kept; nothing of the delivery was.
  struct Unfiled: Error {
    let kind: InboundEvent.Kind
    let cause: any Error
  }

  /// The whole delivery, parked in place of what could not be filed.
  func park(_ unfiled: Unfiled, in tx: Transaction) throws -> Done {
    var done = Done()
    try park(unfiled, in: tx, &done)
    return done
  }

  private func park(_ unfiled: Unfiled, in tx: Transaction, _ done: inout Done) throws {
    let reason = "\(unfiled.kind.rawValue) could not be filed: \(unfiled.cause)"
    try tx.park(ParkedRecord(delivery, channel: channelName, reason: reason, id: newID()))
    done.parked.append(reason)
  }

  private func temporary(_ error: any Error) -> StoreError? {
    (error as? StoreError).flatMap { $0.isTemporary ? $0 : nil }
  }

  private func file(_ prepared: PreparedEvent, in tx: Transaction, _ done: inout Done) throws {
    var scratch = done
    let reservation = try tx.reserve(channel: channelName, key: dedupeKey(of: prepared), receivedAt: now)
    guard reservation != .known else {
      done.known += 1
      return
    }
    switch prepared.event.kind {
    case .edit, .delete, .reaction: try alter(prepared, in: tx, &scratch)
    case .read, .typing: break
    case .message, .postback, .call, .voicemail: try say(prepared, in: tx, &scratch)
    }
    if reservation == .awaited { try adoptChanges(of: prepared.event.externalID, in: tx, &scratch) }
    scratch.filed += 1
    done = scratch
  }

  /// One key per thing said: a message once, an edit once per edit, a call once per stage of it.
  private func dedupeKey(of prepared: PreparedEvent) -> String {
    let event = prepared.event
    switch event.kind {
    case .message where event.mail != nil: return "mail \(event.externalID) \(contentHash(of: prepared))"
    case .message, .postback: return Self.messageKey(event.externalID)
    // A recording comes first, its transcription later.
    case .voicemail: return Self.messageKey(event.externalID) + (event.text.map { " " + hash($0) } ?? "")
    case .call: return "call \(event.externalID) \(event.call?.disposition.rawValue ?? "")"
    case .edit, .delete, .reaction, .read, .typing:
      let moment = "\(event.sentAt?.microseconds ?? 0) \(event.contact.id ?? "")"
      return "\(event.kind.rawValue) \(event.externalID) \(moment) \(hash(event.text ?? ""))"
    }
  }

  /// The key of a message that may be edited, deleted or reacted to.
  static func messageKey(_ externalID: String) -> String { "message \(externalID)" }

  private func hash(_ text: String) -> String { String(sha256Hex(text.utf8).prefix(32)) }

  /// A Message-ID is the sender's word: two different mails may bear the same one, by mistake or to make ours look known.
  /// What was written decides, not by which way it came (trace headers differ from copy to copy).
  private func contentHash(of prepared: PreparedEvent) -> String {
    let event = prepared.event
    let files = prepared.files.map { "\($0.attachment.filename ?? "") \($0.sha256 ?? "")" }
    let parts = [event.contact.email, event.subject, event.text, event.sentAt?.rfc3339].map { $0 ?? "" } + files
    return hash(parts.joined(separator: "\u{0}"))
  }

  /// The raw bytes, for replay; only their hash when anything in them had to be redacted (DESIGN §7).
  private func keepRaw(_ events: [PreparedEvent], in tx: Transaction) throws {
    let clean = isRawClean && events.allSatisfy { $0.redacted.isEmpty }
    try tx.insertRaw(
      id: newID(), channel: channelName, receivedAt: now, door: delivery.door.rawValue, sha256: sha256,
      size: delivery.body.count, requestJSON: nil,
      body: clean && delivery.body.count <= Filing.rawSizeMax ? delivery.body : nil)
  }

  /// Larger bodies are kept as their hash and, for what they carry, as attachments.
  static let rawSizeMax = 1 << 20
}

extension Filing {
  /// A message, a tapped button, a call or a voicemail: recognise the sender, find the thread, keep it, start the clocks,
  /// choose the queue, answer by ourselves where that is allowed.
  private func say(_ prepared: PreparedEvent, in tx: Transaction, _ done: inout Done) throws {
    // Parked bytes stay as they came: what must not be kept is filed instead, without it.
    if prepared.event.isNobodys, isRawClean, prepared.redacted.isEmpty { throw NobodyWrote() }
    if try isOurOwn(prepared.event, in: tx) || isReadReceipt(prepared, tx, &done) { return }
    if try updateCall(prepared, in: tx, &done) { return }
    let contact = try recognise(prepared, in: tx)
    var (conversation, isNew) = try thread(for: prepared, contact: contact, in: tx)
    let (found, category, lastActivity) = (conversation, conversation.category, conversation.updatedAt)
    let message = keep(prepared, in: &conversation)
    let decision = route(prepared, message, &conversation, isNew: isNew)
    // A new one is whole before it is written: rows that point at it come after it.
    let clocks = isNew ? begin(prepared, message, &conversation) : []
    let stored = isNew ? conversation : found
    if isNew { try tx.insert(conversation) }
    try tx.insert(message)
    if let decision { try tx.insert(decision) }
    try tx.insert(clocks)
    try keepFiles(prepared, message, tx, &done)
    if !isNew { try noteTopic(prepared, message, from: category, lastActivity: lastActivity, &conversation, tx) }
    try moveOn(prepared, message, &conversation, isNew: isNew, tx)
    try takePlace(prepared, &conversation, from: found, isNew: isNew, tx)
    done.putIntoOutbox = try raiseAlarm(prepared, &conversation, tx) || done.putIntoOutbox
    done.putIntoOutbox = try answerByOurselves(prepared, message, &conversation, isNew: isNew, tx) || done.putIntoOutbox
    try tx.save(conversation, over: stored)
    try liftSuppression(prepared, conversation.id, tx)
    try matchReport(prepared, tx, &done)
    done.changes.append(
      LiveChange(
        isNew ? "new" : "message", conversation.id, queue: conversation.queue, channel: conversation.channel,
        threadKey: conversation.threadKey))
  }

  func keepFiles(
    _ prepared: PreparedEvent, _ message: MessageRecord, _ tx: Transaction, _ done: inout Done
  ) throws {
    for (position, file) in prepared.files.enumerated() {
      let isFetched = file.state == "reference" && isFetchable(file.attachment)
      let record = AttachmentRecord(
        id: newID(), message: message.id, kind: file.attachment.kind.rawValue, filename: file.attachment.filename,
        contentType: file.attachment.contentType, size: file.attachment.size.map(Int64.init), sha256: file.sha256,
        url: file.attachment.url, state: isFetched ? "fetching" : file.state)
      try tx.insert(record, position: position)
      guard isFetched else { continue }
      try tx.insert(
        ErrandRecord(
          id: newID(), channel: channelName, key: "media \(record.id)", kind: "media", subject: record.id, at: now))
      done.hasErrands = true
    }
  }

  /// Whether the channel can get the content behind an attachment's address, with the right credentials at least.
  private func isFetchable(_ attachment: Attachment) -> Bool {
    guard let url = attachment.url, let adapter = channel.adapter else { return false }
    do {
      return try adapter.mediaFetch(MediaReference(url: url, kind: attachment.kind)) != nil
    } catch {
      return true
    }
  }
}

extension ParkedRecord {
  /// `delivery` as it must be kept to be replayed; never more than the door let in.
  init(_ delivery: RawDelivery, channel: String, reason: String, id: Int64) {
    self.init(
      id: ParkedID(id), channel: channel, receivedAt: delivery.receivedAt, door: delivery.door.rawValue, reason: reason,
      sha256: sha256Hex(delivery.body), size: Int64(delivery.body.count), requestJSON: delivery.requestJSON.description,
      body: delivery.body)
  }
}

extension RawDelivery {
  /// Everything but the body, and but tokens of ours, which the door has looked at already: nobody is to find one here.
  var requestJSON: JSON {
    let kept = headers.fields.filter {
      $0.name.lowercased() != "authorization" || !$0.value.hasPrefix("Bearer \(Desk.tokenStart)")
    }
    return [
      "method": JSON(method), "path": JSON(path), "query": JSON(query),
      "headers": .array(kept.map { .array([.string($0.name), .string($0.value)]) }),
      "envelope": envelope.map { ["sender": JSON($0.sender), "recipients": JSON($0.recipients)] } ?? .null,
    ]
  }

  /// The delivery that `parked` holds, as it came in, to be taken in at `now` by the same door.
  init?(_ parked: ParkedRecord) {
    guard let body = parked.body, let request = try? JSON(parsing: parked.requestJSON) else { return nil }
    let headers = (request["headers"]?.array ?? []).compactMap { pair in
      pair[0]?.string.flatMap { name in pair[1]?.string.map { (name, $0) } }
    }
    let envelope = request["envelope"]?["recipients"]?.array.map {
      Envelope(sender: request["envelope"]?["sender"]?.string ?? "", recipients: $0.compactMap(\.string))
    }
    self.init(
      door: Door(rawValue: parked.door) ?? .file, method: request["method"]?.string ?? "POST",
      path: request["path"]?.string ?? "",
      query: request["query"]?.string ?? "", headers: Headers(headers), body: body, envelope: envelope,
      receivedAt: parked.receivedAt)
  }
}

/// A mail that does not say who wrote it: nobody could be answered, and nobody be told apart. For the operator to look at.
private struct NobodyWrote: Error, CustomStringConvertible {
  var description: String { "the mail names nobody: no From, Sender or Reply-To with an address" }
}

extension InboundEvent {
  /// Reports of machines need no author, they speak of a mail of ours.
  fileprivate var isNobodys: Bool {
    mail?.isAnonymous == true && direction == .inbound && report == nil && !flags.bounce && !flags.autoReply
      && !flags.complaint
  }
}
