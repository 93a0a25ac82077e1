package import Conversations

/// The full-text index over tokens that the caller has cut (folded words, Chinese bigrams), the same for both engines.
///
/// A message is found when it has all tokens of the query, in any order. Tokens longer than 64 bytes count by their
/// first 64; of one message, half a megabyte of different tokens is indexed.
package enum SearchIndex {
  /// What a search found.
  package struct Hit: Sendable, Hashable {
    package let message: MessageID
    package let conversation: ConversationID
  }

  private static let tokenBytes = 64
  /// PostgreSQL refuses a tsvector of more than a megabyte.
  private static let messageBytes = 524_288

  /// The migration that makes the index. Copies between engines leave it out: it can always be built again.
  package static func migration(number: Int) -> Migration {
    Migration(
      number: number, name: "search index",
      sqlite: """
        CREATE VIRTUAL TABLE search_index USING fts5 (
          tokens, conversation_id UNINDEXED, detail = none, columnsize = 0,
          tokenize = "unicode61 remove_diacritics 0");
        """,
      postgres: """
        CREATE TABLE search_index (
          message_id BIGINT PRIMARY KEY, conversation_id BIGINT NOT NULL, tokens tsvector NOT NULL);
        CREATE INDEX search_index_tokens ON search_index USING gin (tokens);
        """)
  }

  /// Puts a message into the index; what it held for that message before is replaced. No tokens = not in the index.
  package static func index(
    _ transaction: Transaction, message: MessageID, conversation: ConversationID, tokens: [String]
  ) throws {
    try remove(transaction, message: message)
    let words = words(tokens)
    guard !words.isEmpty else { return }
    let insert =
      switch transaction.dialect {
      case .sqlite: "INSERT INTO search_index (rowid, conversation_id, tokens) VALUES ($1, $2, $3)"
      case .postgres:
        """
        INSERT INTO search_index (message_id, conversation_id, tokens)
        VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))
        """
      }
    try transaction.run(insert, [Value(message), Value(conversation), .text(words.joined(separator: " "))])
  }

  /// Takes a message out of the index (retention, erasure).
  package static func remove(_ transaction: Transaction, message: MessageID) throws {
    try transaction.run("DELETE FROM search_index WHERE \(key(transaction.dialect)) = $1", [Value(message)])
  }

  /// A message belongs to another conversation from now on; one that is not in the index stays out of it.
  package static func move(_ transaction: Transaction, message: MessageID, to conversation: ConversationID) throws {
    try transaction.run(
      "UPDATE search_index SET conversation_id = $2 WHERE \(key(transaction.dialect)) = $1",
      [Value(message), Value(conversation)])
  }

  /// Empties the index, before it is built anew.
  package static func removeAll(_ transaction: Transaction) throws { try transaction.run("DELETE FROM search_index") }

  /// The newest messages that have all `tokens`, at most `limit`; nothing for no tokens. With `before`, only messages
  /// with a smaller id: the next page.
  package static func search(
    _ transaction: Transaction, tokens: [String], limit: Int, before: MessageID? = nil
  ) throws -> [Hit] {
    guard let query = query(tokens, transaction.dialect) else { return [] }
    let key = key(transaction.dialect)
    let rows = try transaction.rows(
      """
      SELECT \(key), conversation_id FROM search_index
      WHERE \(match(transaction.dialect, "$1")) AND \(key) < $2 ORDER BY \(key) DESC LIMIT $3
      """, [.text(query), .int(before?.rawValue ?? .max), Value(limit)])
    return rows.map { Hit(message: $0.identifier(0), conversation: $0.identifier(1)) }
  }

  /// A condition for other queries: `column` (a message id) is among the hits of the query bound to `parameter`.
  package static func condition(_ dialect: Dialect, column: String, parameter: String) -> String {
    "\(column) IN (SELECT \(key(dialect)) FROM search_index WHERE \(match(dialect, parameter)))"
  }

  /// The query text for `condition`; `nil` when there is no token to look for.
  package static func query(_ tokens: [String], _ dialect: Dialect) -> String? {
    let words = words(tokens)
    guard !words.isEmpty else { return nil }
    return switch dialect {
    case .sqlite: words.map { "\"\($0)\"" }.joined(separator: " AND ")
    case .postgres: words.map { "'\($0)'" }.joined(separator: " & ")
    }
  }

  private static func key(_ dialect: Dialect) -> String {
    switch dialect {
    case .sqlite: "rowid"
    case .postgres: "message_id"
    }
  }

  private static func match(_ dialect: Dialect, _ parameter: String) -> String {
    switch dialect {
    case .sqlite: "search_index MATCH \(parameter)"
    // A cast takes the words as they are; to_tsquery would cut them its own way, by the database's locale.
    case .postgres: "tokens @@ CAST(\(parameter) AS tsquery)"
    }
  }

  /// Different words in the order they came, in a spelling that no tokenizer of either engine takes apart.
  private static func words(_ tokens: [String]) -> [String] {
    var seen: Set<String> = []
    var (words, bytes) = ([String](), 0)
    for token in tokens where !token.isEmpty {
      let word = word(token)
      bytes += word.utf8.count + 1
      guard bytes <= messageBytes else { break }
      if seen.insert(word).inserted { words.append(word) }
    }
    return words
  }

  private static func word(_ token: String) -> String {
    let utf8 = Array(token.utf8.prefix(tokenBytes))
    if token.utf8.count <= tokenBytes, token.unicodeScalars.allSatisfy(isPlain) { return token }
    return utf8.reduce(into: "qx") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
  }

  /// Lower-case ASCII letters, digits, and letters of East Asia: both engines keep these as they are.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x61...0x7A, 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF, 0x4E00...0x9FA5, 0xAC00...0xD7A3:
      true
    default: false
    }
  }
}
