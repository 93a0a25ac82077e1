package import Conversations
import Logging
import Storage

extension Desk {
  /// Indexes what was written since the last time, off the path that providers wait for. Returns how many messages it took.
  @discardableResult
  package func indexNewMessages(limit: Int = 500) async throws -> Int {
    let now = now()
    // Where several processes write, an id made a moment ago may be committed after a later one: wait for it to settle.
    let settled = store.location.engine.isShared ? IDMaker.floor(at: now.adding(seconds: -10)) : Int64.max
    return try await store.write { tx in
      let cursor = try tx.cursor("search")
      let fresh = try tx.messagesToIndex(after: cursor, before: settled, limit: limit)
      for message in fresh {
        let text = [message.subject, message.author, message.text].compactMap(\.self).joined(separator: "\n")
        try SearchIndex.index(
          tx, message: message.id, conversation: message.conversation, tokens: TextFolding.searchTokens(text))
      }
      if let last = fresh.last { try tx.setCursor("search", last.id.rawValue) }
      return fresh.count
    }
  }

  /// Indexes in the background until cancelled.
  package func runSearchLane() async {
    while !Task.isCancelled {
      do {
        while try await indexNewMessages() > 0 { await Task.yield() }
      } catch {
        log.error("search lane failed", metadata: ["error": "\(error)"])
      }
      await searchBell.wait(timeout: .seconds(5))
    }
  }

  /// Conversations the agent may see that hold all words of `query`, newest match first, each with a snippet.
  package func search(_ query: String, limit: Int, filter: ConversationFilter = ConversationFilter(), for agent: Agent)
    async throws -> [JSON]
  {
    let tokens = TextFolding.queryTokens(query)
    guard !tokens.isEmpty else {
      throw DeskError.invalid("nothing to search for: give a word, or two Chinese characters")
    }
    let now = now()
    return try await store.read { tx in
      // More hits than wanted are read, because some lie in queues of others.
      let hits = try SearchIndex.search(tx, tokens: tokens, limit: min(limit, 100) * 8)
      var seen = Set<ConversationID>()
      let order = hits.filter { seen.insert($0.conversation).inserted }
      let records = try tx.conversations(order.map(\.conversation)).filter {
        $0.isVisible(to: agent) && filter.matches($0)
      }
      let shown = Array(records.prefix(limit))
      let views = try ConversationViews(shown, now: now, tx)
      let texts = Dictionary(order.map { ($0.conversation, $0.message) }) { first, _ in first }
      let bodies = try tx.messageTexts(shown.compactMap { texts[$0.id] })
      return shown.map { record in
        let text = texts[record.id].flatMap { bodies[$0] } ?? ""
        return views.json(record, extra: [.init("snippet", JSON(Snippet.around(query, in: text)))])
      }
    }
  }
}

extension ConversationFilter {
  fileprivate func matches(_ record: ConversationRecord) -> Bool {
    (queues?.contains(record.queue) ?? true) && (status.map { $0 == record.status } ?? true)
      && (assignee.map { $0 == record.assignee } ?? true)
  }
}

/// A few words of a text around what was searched.
enum Snippet {
  static let lengthMax = 120

  static func around(_ query: String, in text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let wanted = query.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? query
    let (folded, needle) = (Array(line.lowercased()), Array(wanted.lowercased()))
    let characters = Array(line)
    let hit = folded.count == characters.count ? firstIndex(of: needle, in: folded) ?? 0 : 0
    let start = max(0, hit - 30)
    let end = min(characters.count, start + lengthMax)
    return (start > 0 ? "…" : "") + String(characters[start..<end]) + (end < characters.count ? "…" : "")
  }

  private static func firstIndex(of needle: [Character], in text: [Character]) -> Int? {
    guard !needle.isEmpty, text.count >= needle.count else { return nil }
    return (0...(min(text.count, 20_000) - needle.count)).first {
      text[$0] == needle[0] && Array(text[$0..<$0 + needle.count]) == needle
    }
  }
}
