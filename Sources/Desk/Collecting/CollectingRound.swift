import Channels
import Conversations
import Logging
import Outbound
import Storage

/// One visit to a mailbox: everything new is taken in, oldest first, and put away after its commit.
///
/// What is new is told by UIDs, kept in the store, not by flags: a mail that a person has opened is still fetched. Should
/// the process die between the commit and the note of it, the mail comes again and is known by its Message-ID.
struct CollectingRound {
  /// Why a visit ended early, when it was not the server's doing.
  struct Problem: Error { var words: String }

  let desk: Desk
  let channel: String
  let access: MailboxAccess
  let mailbox: IMAPMailbox
  let holder: Int64
  /// The mail at which the connection broke last, and how often in a row.
  private var stumble: (uid: UInt32, times: Int) = (0, 0)

  /// A mail at which the connection breaks so often is left out: it must not keep the others from coming in.
  static let stumblesMax = 3
  static let entriesAtOnce = 200
  static let leaseSeconds: Int64 = 300

  init(desk: Desk, channel: String, access: MailboxAccess, mailbox: IMAPMailbox, holder: Int64) {
    (self.desk, self.channel, self.access) = (desk, channel, access)
    (self.mailbox, self.holder) = (mailbox, holder)
  }

  mutating func run() async throws {
    guard var record = try await claim() else { return }
    let state = try await mailbox.open()
    let uids = try await newMail(state, &record)
    var rest = uids[...]
    while !rest.isEmpty, !Task.isCancelled {
      let part = rest.prefix(Self.entriesAtOnce)
      rest = rest.dropFirst(part.count)
      let entries = try await entries(Array(part))
      let oldest = entries.compactMap(\.arrivedAt).min().map { min($0, desk.now()) }
      await desk.noteBehind(channel, since: oldest)
      for entry in entries where !Task.isCancelled {
        try await take(entry)
        // Not backwards: at the first visit UIDs below the mark are fetched.
        record.lastUID = max(record.lastUID, entry.uid)
        try await keep(record)
      }
      guard !Task.isCancelled, let last = part.last else { return }
      record.lastUID = max(record.lastUID, last)
      if !rest.isEmpty { await desk.noteSuccess(channel, .inward, behindSince: oldest) }
    }
    guard !Task.isCancelled else { return }
    try await finish(state, record)
    await desk.noteSuccess(channel, .inward)
  }

  /// What is known of the mails. Where the server refuses that for all at once, each is asked for by itself, and those
  /// that it will not speak of are parked.
  private func entries(_ uids: [UInt32]) async throws -> [MailboxEntry] {
    do {
      return try await mailbox.entries(uids)
    } catch MailboxProblem.refused(let words) {
      guard uids.count > 1 else {
        for uid in uids {
          try await park(MailboxEntry(uid: uid, size: 0), header: nil, "the server would not speak of it: \(words)")
        }
        return []
      }
      var found: [MailboxEntry] = []
      for uid in uids where !Task.isCancelled { found += try await entries([uid]) }
      return found
    }
  }

  // MARK: What is new

  private func claim() async throws -> MailboxRecord? {
    let (channel, place, holder, now) = (channel, access.place, holder, desk.now())
    let until = lease(from: now)
    return try await desk.store.write {
      try $0.claimMailbox(channel, place: place, holder: holder, now: now, until: until)
    }
  }

  /// Where several processes share the store, one at a time visits a mailbox.
  private func lease(from now: Instant) -> Instant {
    desk.store.location.engine.isShared ? now.adding(seconds: Self.leaseSeconds) : now
  }

  /// The UIDs to fetch. The first visit takes unread mail; later ones take everything that came since. When the UIDs
  /// have become void (RFC 3501 §2.3.1.1), it is unread mail and what came since the day before the last good visit:
  /// what was filed already is known by its Message-ID.
  private func newMail(_ state: MailboxState, _ record: inout MailboxRecord) async throws -> [UInt32] {
    if record.place == access.place, record.uidValidity == state.uidValidity {
      if let next = state.uidNext, next > 0, next - 1 <= record.lastUID { return [] }
      return try await mailbox.search(.after(record.lastUID))
    }
    let isVoid = record.place == access.place && record.uidValidity != nil
    record = MailboxRecord(place: access.place, uidValidity: isVoid ? record.uidValidity : nil, lastUID: 0)
    guard isVoid else { return try await mailbox.search(.unseen) }
    desk.log.warning(
      "the mailbox's UIDs have become void: looking through what came lately",
      metadata: ["channel": "\(channel)", "uidvalidity": "\(state.uidValidity)"])
    let name = channel
    let last = try await desk.store.read { try $0.channelHealth(name, .inward)?.lastSuccessAt } ?? desk.now()
    let day = CivilDate(daysSinceEpoch: last.seconds.flooredDivision(by: 86_400) - 1)
    return try await mailbox.search(.unseenOrSince(day))
  }

  /// Only a visit that came to its end makes the UIDs the folder's: a first one that broke begins again.
  private func finish(_ state: MailboxState, _ record: MailboxRecord) async throws {
    var whole = record
    if record.uidValidity != state.uidValidity {
      whole.uidValidity = state.uidValidity
      if let next = state.uidNext, next > 0 { whole.lastUID = max(record.lastUID, next - 1) }
    }
    try await keep(whole)
  }

  private func keep(_ record: MailboxRecord) async throws {
    let (channel, holder, until) = (channel, holder, lease(from: desk.now()))
    let isOurs = try await desk.store.write { try $0.save(record, of: channel, holder: holder, until: until) }
    guard isOurs else { throw Problem(words: "another router has taken this mailbox over") }
  }

  // MARK: One mail

  private mutating func take(_ entry: MailboxEntry) async throws {
    if stumble.uid == entry.uid, stumble.times >= Self.stumblesMax {
      return try await park(entry, header: nil, "the connection broke \(stumble.times) times while it was fetched")
    }
    do {
      if entry.size > access.sizeMax {
        let header = try await mailbox.header(entry)
        return try await park(
          entry, header: header,
          "the mail has \(entry.size) bytes, more than imap_size_max_mb = \(access.sizeMax >> 20) allows; "
            + "only its header was fetched")
      }
      // Somebody else has deleted it meanwhile: it is none of ours any more.
      guard let body = try await mailbox.body(entry) else { return }
      try await file(body, entry)
    } catch MailboxProblem.refused(let words) {
      try await park(entry, header: nil, "the server would not hand it out: \(words)")
    } catch MailboxProblem.connection(let failure) where failure.kind != .cancelled {
      stumble = (entry.uid, stumble.uid == entry.uid ? stumble.times + 1 : 1)
      throw MailboxProblem.connection(failure)
    }
  }

  private func file(_ body: [UInt8], _ entry: MailboxEntry) async throws {
    let delivery = RawDelivery(
      door: .poll, body: body, envelope: EnvelopeTrace(body).envelope, receivedAt: desk.now())
    let result = await desk.receive(delivery, on: channel)
    if result.isTemporary { throw Problem(words: "the store does not take mail now") }
    if let refusal = result.refusal { return try await park(entry, header: body, refusal) }
    if result.parked > 0 { return await settle(entry, isFiled: false) }
    await settle(entry, isFiled: true)
  }

  /// The mail stays where it is, flagged; what could be had of it is kept for the operator.
  private func park(_ entry: MailboxEntry, header: [UInt8]?, _ reason: String) async throws {
    let now = desk.now()
    let delivery = RawDelivery(door: .poll, body: header ?? [], receivedAt: now)
    let words = "\(reason); it stays in \(access.folder), UID \(entry.uid)"
    var parked = ParkedRecord(delivery, channel: channel, reason: words, id: desk.newID(now))
    parked.size = Int64(entry.size)
    if header == nil {
      (parked.body, parked.sha256) = (nil, sha256Hex("\(access.place) \(entry.uid) \(entry.size)".utf8))
    }
    let row = parked
    try await desk.store.write { try $0.park(row) }
    desk.counters.add("patchbay_deliveries_total", ["channel": channel, "outcome": "parked"])
    desk.log.warning("parked a mail", metadata: ["channel": "\(channel)", "reason": "\(words)"])
    await settle(entry, isFiled: false)
  }

  /// Puts the mail away after its commit. A server that will not do that has its mail filed all the same.
  private func settle(_ entry: MailboxEntry, isFiled: Bool) async {
    do {
      if isFiled { try await mailbox.putAway(entry.uid) } else { try await mailbox.mark(entry.uid) }
    } catch {
      counters("unsettled")
      desk.log.warning(
        "could not put a mail away", metadata: ["channel": "\(channel)", "uid": "\(entry.uid)", "reason": "\(error)"])
    }
  }

  private func counters(_ outcome: String) {
    desk.counters.add("patchbay_collecting_total", ["channel": channel, "outcome": outcome])
  }
}
