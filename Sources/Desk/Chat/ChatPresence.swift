import Channels
package import Conversations
import Logging
import Routing
import Storage

/// What happens at a chat beside the messages: typing, reading, leaving, coming back.
extension Desk {
  /// The customer types, or has stopped. Nothing is stored; agents who watch are told.
  package func chatTyping(channel: String, threadKey: String, isTyping: Bool) async throws {
    let now = now()
    typing.note(.customer, in: threadKey, isTyping: isTyping, now: now)
    guard isTyping else { return }
    let newest = try await store.read { try $0.latestConversation(channel: channel, threadKey: threadKey) }
    if let newest { feed.publish([LiveChange(LiveChange.customerTyping, newest)]) }
  }

  /// An agent types an answer in a chat; on other channels nobody could see it.
  package func typing(on id: ConversationID, by agent: Agent) async throws {
    let now = now()
    let conversation = try await store.read { tx in
      guard let found = try tx.conversation(id), found.isVisible(to: agent) else {
        throw DeskError.notFound("no conversation \(id)")
      }
      return found
    }
    guard conversation.channelKind == WebChat.kind.rawValue else { return }
    typing.note(.agent, in: conversation.threadKey, isTyping: true, now: now)
    feed.publish([LiveChange(LiveChange.agentTyping, conversation)])
  }

  /// The customer's page shows everything up to `message`: what we said until then has been read.
  package func chatRead(channel: String, threadKey: String, upTo message: Int64) async throws {
    let read = try await store.read {
      try $0.unreadInThread(channel: channel, threadKey: threadKey, upTo: message)
    }
    guard !read.isEmpty else { return }
    let conversation = try await store.write { tx -> ConversationRecord? in
      for message in read {
        // As it stands by now: a failure that came in between is not overwritten.
        guard let present = try tx.message(message.id), let state = present.deliveryState, state.mayBecome(.read)
        else { continue }
        try tx.setDelivery(message.id, .read, detail: nil)
      }
      return try tx.conversation(read[read.count - 1].conversation)
    }
    if let conversation { feed.publish([LiveChange("delivery", conversation)]) }
  }

  /// `agent` has been shown a conversation: in a chat, the customer can see that. Other channels have no such mark.
  package func noteSeen(_ id: ConversationID, by agent: Agent) async throws {
    let now = now()
    let found = try await store.read { tx -> (ConversationRecord, MessageID)? in
      guard let record = try tx.conversation(id), record.channelKind == WebChat.kind.rawValue,
        record.isVisible(to: agent), let newest = try tx.newestInbound(in: id)
      else { return nil }
      let presence = try tx.chatPresence(channel: record.channel, threadKey: record.threadKey)
      return presence?.seenMessage.map { $0 >= newest } ?? false ? nil : (record, newest)
    }
    guard let (record, newest) = found else { return }
    let isNew = try await store.write {
      try $0.noteSeen(
        channel: record.channel, threadKey: record.threadKey, message: newest, by: agent.name, at: now)
    }
    if isNew { feed.publish([LiveChange("seen", record)]) }
  }

  /// What the customer's page shows beside the messages: `{"seen_to","agent_typing"}`.
  package func chatSigns(channel: String, threadKey: String) async throws -> JSON {
    let seen = try await store.read { try $0.chatPresence(channel: channel, threadKey: threadKey)?.seenMessage }
    return [
      "seen_to": JSON(seen?.description),
      "agent_typing": JSON(typing.isTyping(.agent, in: threadKey, now: now())),
    ]
  }
}

extension Desk {
  /// How long a closed page may be away before its customer counts as gone: it is loaded again, or another one is open.
  static let departureSeconds: Int64 = 20

  /// The customer ended the chat (`isFinal`), or their page was closed; then it is seen in a moment whether they are back.
  package func chatLeft(channel: String, threadKey: String, isFinal: Bool) async throws {
    let now = now()
    guard isFinal else {
      return try await store.write { try $0.setLeaving(channel: channel, threadKey: threadKey, at: now) }
    }
    let change = try await store.write { [self] tx in
      try depart(channel: channel, threadKey: threadKey, at: now, why: "ended", now: now, tx)
    }
    feed.publish([change].compactMap(\.self))
  }

  /// Somebody is at the chat: they have not left, or are back.
  package func chatPresent(channel: String, threadKey: String) async throws {
    let now = now()
    let isNews = try await store.read { tx in
      let isLeaving = try tx.chatPresence(channel: channel, threadKey: threadKey)?.leavingAt != nil
      return try isLeaving
        || tx.latestConversation(channel: channel, threadKey: threadKey)?.hasFlag(ConversationRecord.leftFlag) == true
    }
    guard isNews else { return }
    let change = try await store.write { [self] tx -> LiveChange? in
      try tx.setLeaving(channel: channel, threadKey: threadKey, at: nil)
      guard var conversation = try tx.newestConversation(channel: channel, threadKey: threadKey),
        conversation.hasFlag(ConversationRecord.leftFlag)
      else { return nil }
      conversation.clearFlag(ConversationRecord.leftFlag)
      conversation.updatedAt = now
      try tx.save(conversation)
      try tx.log(id: newID(now), conversation.id, "returned", at: now, actor: nil, queue: conversation.queue)
      return LiveChange("returned", conversation)
    }
    feed.publish([change].compactMap(\.self))
  }

  /// Writes down who has left: pages that were closed and not opened again. Returns how many it looked at.
  @discardableResult
  package func sweepDepartures(limit: Int = 100) async throws -> Int {
    let now = now()
    let before = now.adding(seconds: -Self.departureSeconds)
    // Most sweeps find nothing, and need not wait for the one writer.
    guard try await store.read({ try $0.hasChatsLeft(before: before) }) else { return 0 }
    let (changes, count) = try await store.write { [self] tx -> ([LiveChange], Int) in
      let left = try tx.chatsLeft(before: before, limit: limit)
      let changes = try left.compactMap { presence -> LiveChange? in
        let (channel, thread) = (presence.channel, presence.threadKey)
        // The same page loaded again, or one in another tab.
        if feed.isWatched(thread: thread) {
          try tx.setLeaving(channel: channel, threadKey: thread, at: nil)
          return nil
        }
        return try depart(
          channel: channel, threadKey: thread, at: presence.leavingAt ?? now, why: "closed", now: now, tx)
      }
      return (changes, left.count)
    }
    feed.publish(changes)
    return count
  }

  private func depart(
    channel: String, threadKey: String, at: Instant, why: String, now: Instant, _ tx: Transaction
  ) throws -> LiveChange? {
    try tx.setLeaving(channel: channel, threadKey: threadKey, at: nil)
    guard var conversation = try tx.newestConversation(channel: channel, threadKey: threadKey),
      conversation.status != .resolved, !conversation.hasFlag(ConversationRecord.leftFlag)
    else { return nil }
    conversation.setFlag(ConversationRecord.leftFlag)
    conversation.updatedAt = now
    try tx.save(conversation)
    try tx.log(
      id: newID(now), conversation.id, "left", at: at, actor: nil, queue: conversation.queue, data: ["how": JSON(why)])
    return LiveChange("left", conversation)
  }
}

extension ConversationRecord {
  /// The customer has closed the chat.
  static let leftFlag = "left"
}

extension LiveChange {
  static let customerTyping = "customer_typing"
  static let agentTyping = "agent_typing"

  /// Nothing in the store has changed.
  package var isFleeting: Bool { what == Self.customerTyping || what == Self.agentTyping }
  /// An agent types.
  package var isAgentTyping: Bool { what == Self.agentTyping }
}
