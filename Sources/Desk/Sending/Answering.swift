import Channels
import Conversations
import Storage

/// Which of the customer's messages an outgoing one answers, and where the answer goes. Decided when it is written, not
/// when it is sent: what arrives in between is somebody else's.
struct Answering {
  /// `nil` when the customer has written nothing that can be answered: a form of ours, a call.
  let message: MessageRecord?
  private let envelope: JSON?

  init(_ message: MessageRecord?) {
    self.message = message
    envelope = message?.extraJSON.flatMap { try? JSON(parsing: $0) }
  }

  /// What an outgoing message keeps of it (`MessageRecord.extraJSON`).
  static func pinned(to message: MessageID, recipient: String? = nil, cc: [String] = []) -> JSON {
    [
      "answers": JSON(message.description), "to": .array([recipient].compactMap { $0.map { JSON($0) } }),
      "cc": JSON(cc),
    ]
  }

  /// What `message` answers: what was written down with it, else the newest that a person can be meant by.
  static func of(_ message: MessageRecord, _ tx: Transaction) throws -> Answering {
    let pinned = message.extraJSON.flatMap { try? JSON(parsing: $0) }?["answers"]?.string
    if let id = pinned.flatMap({ Int64($0) }), let known = try tx.message(MessageID(id)) { return Answering(known) }
    return try newest(in: message.conversation, tx)
  }

  /// The newest message of the customer's side. Bounces and reports are nobody's words; a vacation note or a newsletter
  /// only counts where there is nothing else; what a merge has brought from another customer is not answered here.
  static func newest(in conversation: ConversationID, _ tx: Transaction) throws -> Answering {
    let inbound = try tx.messagesToAnswer(in: conversation)
    return Answering(inbound.last { !$0.isAutomatic } ?? inbound.last)
  }

  var subject: String? { message?.subject }

  /// The chain of the message answered, then itself; where a client gave no chain, what it answered (RFC 5322 §3.6.4).
  var references: [String] {
    var chain = texts("references")
    if chain.isEmpty { chain = texts("in_reply_to") }
    return chain + [message?.externalID].compactMap(\.self).filter { !chain.contains($0) }
  }

  /// What the provider gave with the message for one answer (LINE).
  var replyToken: String? { envelope?["reply_token"]?.string }

  var threadIndex: String? { envelope?["thread_index"]?.string }

  /// Where the mail asked for answers, else its sender.
  var address: String? { texts("reply_to").first ?? envelope?["from"]?.string }

  /// Whoever else was addressed stays so: the other recipients and the copied ones, without `ours`.
  func copies(without ours: (String) -> Bool) -> [String] {
    guard let address else { return [] }
    return (texts("to") + texts("cc")).filter { !ours($0) && $0.lowercased() != address.lowercased() }
  }

  private func texts(_ key: String) -> [String] { (envelope?[key]?.array ?? []).compactMap(\.string) }
}

extension MessageRecord {
  func hasFlag(_ flag: String) -> Bool { flags.split(separator: " ").contains { $0 == flag } }

  /// Written by a machine.
  var isAutomatic: Bool {
    hasFlag("auto_reply") || hasFlag("bulk") || event == "bounce" || event == "report"
  }
}
