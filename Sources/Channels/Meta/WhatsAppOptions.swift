import Conversations

/// Answers to tap in WhatsApp: up to three short ones are buttons, up to ten a list behind a button.
/// developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages and
/// …/interactive-list-messages
enum WhatsAppOptions {
  static let limits = QuickReplies(most: 10, labelMax: 24)
  private static let buttons = QuickReplies(most: 3, labelMax: 20)

  private static func areButtons(_ options: [String]) -> Bool {
    options.count <= buttons.most && options.allSatisfy { $0.utf16.count <= buttons.labelMax }
  }

  /// Longest text that stands above them, in characters.
  static func textMax(_ options: [String]) -> Int { areButtons(options) ? 1024 : 4096 }

  /// The content of the message that carries them.
  static func content(_ text: String, _ options: [String]) -> [JSON.Member] {
    let action: JSON =
      areButtons(options)
      ? ["buttons": .array(named(options).map { ["type": "reply", "reply": $0] })]
      : ["button": .string(listButton(options)), "sections": [["rows": .array(named(options))]]]
    let interactive: JSON = [
      "type": areButtons(options) ? "button" : "list", "body": ["text": .string(text)], "action": action,
    ]
    return [JSON.Member("type", "interactive"), JSON.Member("interactive", interactive)]
  }

  private static func named(_ options: [String]) -> [JSON] {
    options.enumerated().map { ["id": .string("option-\($0.offset + 1)"), "title": .string($0.element)] }
  }

  /// What customers press to see the list, in the language of what it holds.
  private static func listButton(_ options: [String]) -> String {
    let isChinese = options.contains { $0.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }
    return isChinese ? "请选择" : "Choose"
  }
}
