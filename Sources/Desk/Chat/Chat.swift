import Channels
package import Conversations
import Routing
import Storage

/// What a customer's chat page shows of one message: nothing that is ours alone.
package struct ChatLine: Sendable {
  /// Grows along the thread: the event id of the stream.
  package var id: Int64
  package var json: JSON

  init(_ message: MessageRecord, files: [AttachmentRecord]) {
    id = message.id.rawValue
    let gone = message.deletedAt != nil
    // The page's own id of what it sent: `<session>:<client id>`.
    let clientID = message.direction == .inbound ? message.externalID?.split(separator: ":").last.map(String.init) : nil
    json = [
      "id": JSON(String(message.id.rawValue)), "seq": JSON(message.seq), "direction": JSON(message.direction.rawValue),
      "text": gone ? nil : JSON(message.text), "sent_at": JSON(message.effectiveAt), "client_id": JSON(clientID),
      "attachments": .array(gone ? [] : files.map(Self.file)), "options": JSON(gone ? [] : message.options),
    ]
  }

  private static func file(_ file: AttachmentRecord) -> JSON {
    [
      "id": JSON(String(file.id)), "filename": JSON(file.filename), "type": JSON(file.kind), "size": JSON(file.size),
      "state": JSON(file.state),
    ]
  }
}

extension Desk {
  /// The visible messages of a chat thread after `after`, oldest first, over all its conversations: at most 200, ask
  /// again after the last. Notes never.
  package func chatMessages(channel: String, threadKey: String, after: Int64) async throws -> [ChatLine] {
    try await store.read { tx in
      try Self.lines(try tx.threadMessages(channel: channel, threadKey: threadKey, after: after, limit: 200), tx)
    }
  }

  private static func lines(_ messages: [MessageRecord], _ tx: Transaction) throws -> [ChatLine] {
    let files = Dictionary(grouping: try tx.attachments(ofMessages: messages.map(\.id)), by: \.message)
    return messages.map { ChatLine($0, files: files[$0.id] ?? []) }
  }

  /// A file of the visitor's own thread and its media type as its bytes tell it.
  package func chatFile(_ id: Int64, channel: String, threadKey: String) async throws -> (bytes: [UInt8], type: String?)
  {
    let sha256 = try await store.read { tx -> String? in
      guard let (file, _) = try tx.attachment(id), file.state == "stored",
        try tx.isSaid(file.message, inChannel: channel, threadKey: threadKey),
        let message = try tx.message(file.message), message.direction != .note, message.deletedAt == nil
      else { return nil }
      return file.sha256
    }
    guard let sha256 else { throw DeskError.notFound("no such file") }
    let bytes = try await attachments.load(sha256: sha256)
    return (bytes, MediaType.sniffed(bytes))
  }

  /// The message that the page sent under `externalID`, as it was filed.
  package func chatMessage(channel: String, externalID: String) async throws -> JSON? {
    try await store.read { tx in
      try tx.message(channel: channel, externalID: externalID).flatMap { try Self.lines([$0], tx).first?.json }
    }
  }

  /// Whether somebody is there now, by the hours of the queue that general questions go to.
  package func hours(of channel: String, language: String?) -> JSON {
    let (configuration, now) = (configuration.value, now())
    let language = language ?? configuration.channels[channel]?.language ?? configuration.settings.defaultLanguage
    let names = configuration.table.queues.map(\.name)
    let queue = names.contains("general") ? "general" : names.first { configuration.calendar(ofQueue: $0) != nil }
    guard let calendar = queue.flatMap({ configuration.calendar(ofQueue: $0) }) else {
      return ["open": true, "opens_at": nil, "text": "", "categories": categories()]
    }
    let isOpen = calendar.isOpen(at: now)
    let next = isOpen ? nil : calendar.nextOpen(at: now)
    let text = next.map { AfterHours.words(for: $0, calendar, language: language) } ?? ""
    return ["open": JSON(isOpen), "opens_at": JSON(next), "text": JSON(text), "categories": categories()]
  }

  /// The categories a customer may choose from, with titles in all languages.
  package func categories() -> JSON {
    let table = configuration.value.table
    return .array(
      table.categories.filter { $0.name != table.fallbackCategory }.map { category in
        [
          "id": JSON(category.name),
          "title": .object(category.titles.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }),
        ]
      })
  }
}
