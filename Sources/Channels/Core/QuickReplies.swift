package import Conversations

/// Answers to tap: how many a message may carry, and how long each may be.
package struct QuickReplies: Sendable, Hashable {
  package var most: Int
  /// Counted in UTF-16 units: never fewer than the characters that any provider counts.
  package var labelMax: Int

  package init(most: Int, labelMax: Int) { (self.most, self.labelMax) = (most, labelMax) }

  /// Where there is nothing to tap: a numbered list below the text. More than ten nobody reads.
  package static let listed = QuickReplies(most: 10, labelMax: 100)

  /// Why `options` cannot go with `text`, in words for whoever wrote them; `nil` when they can.
  package func problem(_ options: [String], with text: String) -> String? {
    if text.allSatisfy(\.isWhitespace) { return "quick replies need a text that they answer" }
    if options.count > most { return "at most \(most) quick replies fit here, not \(options.count)" }
    for (index, label) in options.enumerated() {
      let shown = "the quick reply “\(label.callLine(limit: 60) ?? "")”"
      if label.allSatisfy(\.isWhitespace) { return "a quick reply is empty" }
      if label.callLine(limit: .max / 8) != label { return "\(shown) is not one line of plain text" }
      let length = label.utf16.count
      if length > labelMax { return "\(shown) has \(length) characters, at most \(labelMax) fit here" }
      if options[..<index].contains(label) { return "\(shown) is given twice" }
    }
    return nil
  }

  /// `text` with `options` as a numbered list below it.
  package static func list(_ options: [String], below text: String) -> String {
    ([text, ""] + numbered(options)).joined(separator: "\n")
  }

  static func numbered(_ options: [String]) -> [String] {
    options.enumerated().map { "\($0.offset + 1). \($0.element)" }
  }
}

extension Adapter {
  /// The exchanges that put `message` before the customer, its quick replies included: to be tapped where the provider
  /// has such a thing, else as a numbered list.
  /// - Throws: what does not fit. A machine's words are not held back for it: their quick replies are listed.
  package func requests(for message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    guard !message.options.isEmpty else { return try render(message) }
    let own = quickReplies(ofThread: message.threadKey)
    let problem = (own ?? .listed).problem(message.options, with: message.text)
    if let problem, !message.isAutomatic { throw Unrenderable(problem) }
    if own != nil, problem == nil { return try render(message) }
    var message = message
    message.text = QuickReplies.list(message.options, below: message.text)
    message.options = []
    return try render(message)
  }
}
