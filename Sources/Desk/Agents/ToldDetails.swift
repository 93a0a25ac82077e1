import Conversations
import Routing
import Storage

/// What a customer has told of what an agent needs, for templates.
struct ToldDetails {
  private var facts: [MessageFact] = []
  private var hasFiles = false
  private var email: String?

  /// `email`: the contact's own address, where it is known.
  init(texts: [String], email: String?, hasFiles: Bool) {
    (self.email, self.hasFiles) = (email, hasFiles)
    for text in texts {
      for fact in MessageFact.found(in: text) where !facts.contains(fact) { facts.append(fact) }
    }
  }

  init(_ messages: [MessageRecord], email: String?, hasFiles: Bool) {
    let told = messages.filter { $0.direction == .inbound && $0.deletedAt == nil }
    self.init(
      texts: told.map { [$0.subject, $0.customersText].compactMap(\.self).joined(separator: "\n") },
      email: email, hasFiles: hasFiles)
  }

  /// Newest message last, each once.
  var json: JSON { .array(facts.prefix(40).map(\.json)) }

  private func first(_ kind: MessageFact.Kind) -> MessageFact? { facts.first { $0.kind == kind } }

  /// `transaction_id`, `amount`, `account_email`, and `missing`: lines of what nobody has told yet. What no text can be
  /// searched for (device, steps taken) is always asked for.
  func variables(language: String) -> [String: String] {
    let amount = first(.amount).map { [$0.value, $0.currency].compactMap(\.self).joined(separator: " ") }
    let missing: [(isMissing: Bool, en: String, zh: String)] = [
      (first(.email) == nil && email == nil, "your account e-mail", "账户邮箱"),
      (first(.transaction) == nil, "the transaction id", "交易编号"), (first(.date) == nil, "when it happened", "发生的时间"),
      (true, "your device and network", "使用的设备和网络"), (!hasFiles, "screenshots", "截图"),
      (true, "what you have already tried", "已经试过哪些办法"),
    ]
    let lines = missing.filter(\.isMissing).map { "- " + (language.hasPrefix("zh") ? $0.zh : $0.en) }
    return [
      "transaction_id": first(.transaction)?.value ?? "", "amount": amount ?? "",
      "account_email": first(.email)?.value ?? email ?? "", "missing": lines.joined(separator: "\n"),
    ]
  }
}

extension MessageRecord {
  /// Without what is quoted. Of a call only what was written down of it: the rest is our own line (`CallWords`), with our
  /// numbers in it.
  fileprivate var customersText: String? {
    guard isCall else { return replyText ?? text }
    let extra = extraJSON.flatMap { try? JSON(parsing: $0) } ?? [:]
    let notes = (extra["parts"]?.array ?? [extra]).compactMap { $0["note"]?.string }
    return notes.joined(separator: "\n")
  }
}
