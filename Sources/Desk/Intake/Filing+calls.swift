import Channels
import Conversations
import Storage

extension Filing {
  /// A later stage of a call we know (answered, hung up, recorded) changes its message instead of adding one.
  func updateCall(_ prepared: PreparedEvent, in tx: Transaction, _ done: inout Done) throws -> Bool {
    let event = prepared.event
    guard let call = event.call,
      let found = try tx.message(channel: channelName, externalID: call.linkedID ?? event.externalID), found.isCall,
      var conversation = try tx.lockedConversation(found.conversation)
    else { return false }
    // As it stands now that nobody else can change it.
    let known = try tx.message(found.id) ?? found
    let stage = CallStage(call, partID: event.callPartID, note: event.text, at: event.sentAt ?? now)
    // One that comes late says nothing new, least of all of a call that is over.
    guard let told = stage.continuing(known) else { return true }
    let isRecorded = event.kind == .voicemail || known.event == InboundEvent.Kind.voicemail.rawValue
    let kind: InboundEvent.Kind = isRecorded ? .voicemail : .call
    try tx.setCall(known.id, event: kind.rawValue, text: told.text, extraJSON: told.extra.description)
    try keepNewFiles(prepared, known, tx, &done)
    try tx.log(
      id: newID(), conversation.id, "call", at: prepared.effectiveAt, actor: nil, queue: conversation.queue,
      data: .object([.init("seq", JSON(known.seq))] + (CallWords.json(told.call, id: event.externalID).members ?? [])))
    try move(&conversation, after: told, prepared, known, tx)
    conversation.updatedAt = now
    try tx.save(conversation)
    done.changes.append(LiveChange("message", conversation))
    return true
  }

  /// The status that the call leaves its conversation in, where nothing but the call has happened in it since.
  private func move(
    _ conversation: inout ConversationRecord, after told: CallStage.Told, _ prepared: PreparedEvent,
    _ known: MessageRecord, _ tx: Transaction
  ) throws {
    let isOutbound = prepared.event.direction == .outboundEcho
    let wanted = CallWords.status(after: told.call, note: told.note, isOutbound: isOutbound)
    // What somebody has settled stays settled when a stage adds nothing that has to be acted on.
    let isSettled = conversation.status == .resolved && !told.isTurn
    guard conversation.customerSeq <= known.seq, conversation.status != wanted, conversation.firstResponseAt == nil,
      !isSettled
    else { return }
    try change(&conversation, to: wanted, actor: nil, tx)
    if wanted.isWaiting { try startClocks(prepared, &conversation, at: prepared.effectiveAt, tx) }
  }

  /// A recording and its transcription name the same file.
  private func keepNewFiles(
    _ prepared: PreparedEvent, _ known: MessageRecord, _ tx: Transaction, _ done: inout Done
  ) throws {
    guard !prepared.files.isEmpty else { return }
    let there = Set(try tx.attachments(of: known.conversation).filter { $0.message == known.id }.map(\.url))
    var fresh = prepared
    fresh.files.removeAll { there.contains($0.attachment.url) }
    try keepFiles(fresh, known, tx, &done)
  }
}

extension InboundEvent {
  /// Which part of a call this speaks of: a recording has an id of its own and speaks of the call it was made of.
  var callPartID: String { (call?.recordingURL == nil ? nil : call?.linkedID) ?? externalID }
}

extension MessageRecord {
  var isCall: Bool {
    event == InboundEvent.Kind.call.rawValue || event == InboundEvent.Kind.voicemail.rawValue
  }
}
