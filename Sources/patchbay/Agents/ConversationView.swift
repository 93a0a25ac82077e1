import Conversations
import Desk
import Terminal

/// One conversation, to be read by a person.
struct ConversationView {
  let desk: AgentDesk
  /// Quoted and very long texts too.
  var full = false
  var paint: Paint
  var width: Int?

  /// Longer texts are cut unless `full`.
  static let linesPerMessageMax = 60
  /// Wider text is hard to read.
  static let readingColumnsMax = 100

  init(_ desk: AgentDesk, full: Bool = false) {
    (self.desk, self.full, paint, width) = (desk, full, desk.console.paint, desk.console.width)
  }

  func lines(_ conversation: JSON) -> [String] {
    var out = head(conversation)
    let seen = conversation["seen"]
    for message in conversation["messages"]?.array ?? [] {
      out += [""] + lines(message: message)
      if let id = message["id"]?.text, id == seen?["message"]?.text {
        out.append("  " + paint(desk.say(.seenBy, Neutral.oneLine(seen?["by"]?.text ?? "")), .dim))
      }
    }
    return out
  }

  // MARK: - Head

  private func head(_ conversation: JSON) -> [String] {
    let say = desk.say
    let text = { (key: String) in Neutral.oneLine(conversation[key]?.text ?? "") }
    let subject = text("subject").isEmpty ? say(.noSubject) : text("subject")
    let priority = say.priority(text("priority"))
    let title = "#\(text("id"))  \(subject)"
    var facts: [(String, String)] = [
      (say(.customer), joined([person(conversation["contact"])] + groups(conversation))),
      (
        say(.queue),
        joined([text("queue"), text("category"), paint(priority.text, priority.style), say.status(text("status"))])
      ),
      (say(.channel), joined([text("channel"), text("channel_kind"), text("language")])),
    ]
    if let seconds = conversation["waiting_seconds"]?.int64 {
      facts.append((say(.waitingTime), desk.time.span(seconds: seconds)))
    }
    if let due = conversation["due_at"]?.string.flatMap({ Instant(rfc3339: $0) }).map(desk.time.due) {
      facts.append((say(.due), paint(due.text, due.style)))
    }
    if let until = conversation["snoozed_until"]?.string.flatMap({ Instant(rfc3339: $0) }) {
      facts.append((say(.snoozedUntil), desk.time.zone.short(until, now: desk.time.now)))
    }
    if let lease = lease(conversation["lease"]) {
      facts.append((say(.lease), lease))
    } else {
      facts.append((say(.assignee), text("assignee")))
    }
    if let related = conversation["related_to"]?.text {
      facts.append((say(.relatedTo), "#\(Neutral.oneLine(related))"))
    }
    if conversation["customer_typing"]?.bool == true {
      facts.append((say(.atChat), say(.customerTyping)))
    } else if (conversation["flags"]?.array ?? []).contains(where: { $0.text == "left" }) {
      facts.append((say(.atChat), paint(say(.customerLeft), .yellow)))
    }
    if (conversation["flags"]?.array ?? []).contains(where: { $0.text == "topic_changed" }) {
      facts.append((say(.topic), paint(say(.topicChanged), .yellow)))
    }
    if let stars = conversation["rating"]?["stars"]?.int, (1...5).contains(stars) {
      let mark = String(repeating: "★", count: stars) + String(repeating: "☆", count: 5 - stars)
      facts.append((say(.rating), joined([mark, Neutral.oneLine(conversation["rating"]?["comment"]?.text ?? "")])))
    }
    facts.append((say(.told), told(conversation["facts"])))
    facts.append((say(.reason), toldReason(text("reason"), language: say.language.rawValue)))
    let labels = facts.map { Columns.of($0.0) }.max() ?? 0
    return fitted(title).map { paint($0, .bold) }
      + facts.filter { !$0.1.isEmpty }.map { "\(paint(Columns.pad($0.0, to: labels), .dim))  \($0.1)" }
  }

  private func person(_ contact: JSON?) -> String {
    let name = desk.say.customer(contact)
    let others = ["email", "phone"].compactMap { contact?[$0]?.text }.filter { !$0.isEmpty && $0 != name }
    return joined(([name] + others).map { Neutral.oneLine($0) })
  }

  private func groups(_ conversation: JSON) -> [String] {
    (conversation["contact_groups"]?.array ?? []).compactMap(\.text).map { paint(Neutral.oneLine($0), .bold) }
  }

  /// What the customer told: numbers, sums, days, addresses.
  private func told(_ facts: JSON?) -> String {
    joined(
      (facts?.array ?? []).prefix(8).map { fact in
        let value = Neutral.oneLine(
          [fact["value"]?.text, fact["currency"]?.text].compactMap(\.self).joined(separator: " "))
        return fact["kind"]?.text == "phone_tail" ? "☎ …\(value)" : value
      })
  }

  private func lease(_ lease: JSON?) -> String? {
    guard let agent = lease?["agent"]?.text else { return nil }
    guard let until = lease?["expires_at"]?.string.flatMap({ Instant(rfc3339: $0) }) else {
      return Neutral.oneLine(agent)
    }
    let phrase: Phrase = lease?["offered"]?.bool == true ? .offeredUntil : .leaseUntil
    return desk.say(phrase, Neutral.oneLine(agent), desk.time.zone.short(until, now: desk.time.now))
  }

  private func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: " · ") }

  // MARK: - Messages

  func lines(message: JSON) -> [String] {
    let say = desk.say
    let text = { (key: String) in Neutral.oneLine(message[key]?.text ?? "") }
    let (who, style) = say.author(text("direction"))
    let moment = (message["sent_at"] ?? message["received_at"])?.string.flatMap { Instant(rfc3339: $0) }
    var parts = [paint(who, style), say.person(text("author")), moment.map(desk.time.past) ?? ""]
    if text("event") == "edit" || !text("edited_at").isEmpty { parts.append(say(.eventEdit)) }
    if text("event") == "delete" || !text("deleted_at").isEmpty { parts.append(say(.eventDelete)) }
    let trust = say.trust(MessageDirection(rawValue: text("direction")) == .inbound ? text("trust") : "")
    if !trust.text.isEmpty { parts.append(paint(trust.text, trust.style)) }
    parts += (message["flags"]?.array ?? []).compactMap { $0.text }.map { say.flag($0) }
    let heading = "\(paint("[\(text("seq"))]", .dim)) \(joined(parts))"
    return [heading] + body(message) + options(message) + attachments(message) + delivery(message["delivery"])
  }

  private func options(_ message: JSON) -> [String] {
    let labels = (message["options"]?.array ?? []).compactMap(\.string).map { "[\(Neutral.oneLine($0))]" }
    guard !labels.isEmpty else { return [] }
    return fitted(desk.say(.options, labels.joined(separator: " ")), indent: 2).map { "  " + paint($0, .dim) }
  }

  private func body(_ message: JSON) -> [String] {
    let whole = message["text"]?.string ?? ""
    let new = message["reply_text"]?.string ?? whole
    let shown = full || new.isEmpty ? whole : new
    guard !shown.isEmpty else { return ["  " + paint(desk.say(.noText), .dim)] }
    var lines = fitted(Neutral.lines(shown), indent: 2)
    while lines.last == "" { lines.removeLast() }
    var hints: [String] = []
    if !full, lines.count > ConversationView.linesPerMessageMax {
      hints.append(desk.say(.linesHidden, String(lines.count - ConversationView.linesPerMessageMax)))
      lines = Array(lines.prefix(ConversationView.linesPerMessageMax))
    }
    if shown.utf8.count < whole.utf8.count { hints.append(desk.say(.quoteHidden)) }
    return (lines + hints.map { paint($0, .dim) }).map { $0.isEmpty ? "" : "  \($0)" }
  }

  private func attachments(_ message: JSON) -> [String] {
    (message["attachments"]?.array ?? []).map { attachment in
      let name = attachment["filename"]?.text ?? attachment["type"]?.text ?? ""
      let type = attachment["content_type"]?.text ?? ""
      let size = attachment["size"]?.int64.map { "\(($0 + 1_023) / 1_024) KiB" } ?? ""
      let state =
        switch attachment["state"]?.text {
        case "fetching"?: desk.say(.fetching)
        case "failed"?:
          [desk.say(.fetchFailed), attachment["detail"]?.text ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        default: ""
        }
      return "  "
        + desk.say(
          .attachment, joined([name, type, size, state].map { Neutral.oneLine($0) }),
          Neutral.oneLine(attachment["id"]?.text ?? ""))
    }
  }

  private func delivery(_ delivery: JSON?) -> [String] {
    guard let state = delivery?["state"]?.text else { return [] }
    let (words, style) = desk.say.delivery(state)
    let detail = Neutral.oneLine(delivery?["detail"]?.text ?? "")
    return ["  " + paint(detail.isEmpty ? words : "\(words): \(detail)", style)]
  }

  private func fitted(_ text: String, indent: Int = 0) -> [String] {
    guard let width else { return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    return Wrapping.lines(text, columns: min(width, ConversationView.readingColumnsMax) - indent)
  }
}

extension AgentDesk {
  /// A conversation put before the agent in the form that was asked for, and remembered as read unless only ids were.
  func present(_ conversation: JSON, _ client: DeskClient, full: Bool = false) {
    if common.json {
      console.print(conversation)
    } else if common.quiet {
      return console.print(Neutral.oneLine(conversation["id"]?.text ?? ""))
    } else {
      console.print(ConversationView(self, full: full).lines(conversation))
    }
    remember(conversation, client)
  }
}
