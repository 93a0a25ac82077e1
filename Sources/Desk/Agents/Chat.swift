import Channels
package import Conversations
import Routing
import Storage

/// What a customer's chat page shows of one message: nothing that is ours alone.
package struct ChatLine: Sendable {
  /// Grows along the thread: the event id of the stream.
  package var id: Int64
  package var json: JSON

  init(_ message: MessageRecord) {
    id = message.id.rawValue
    let gone = message.deletedAt != nil
    json = [
      "id": JSON(String(message.id.rawValue)), "seq": JSON(message.seq), "direction": JSON(message.direction.rawValue),
      "text": gone ? nil : JSON(message.text), "sent_at": JSON(message.effectiveAt),
    ]
  }
}

extension Desk {
  /// The visible messages of a chat thread after `after`, oldest first, over all its conversations. Notes never.
  package func chatMessages(channel: String, threadKey: String, after: Int64) async throws -> [ChatLine] {
    try await store.read {
      try $0.threadMessages(channel: channel, threadKey: threadKey, after: after, limit: 500).map { ChatLine($0) }
    }
  }

  /// The message that the page sent under `externalID`, as it was filed.
  package func chatMessage(channel: String, externalID: String) async throws -> JSON? {
    try await store.read { try $0.message(channel: channel, externalID: externalID).map { ChatLine($0).json } }
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
