import Conversations
import Storage

extension MessageRecord {
  /// What the customer may tap, as kept with an outgoing message (`extraJSON`), in order.
  var options: [String] {
    guard direction == .outbound || direction == .bot else { return [] }
    return (kept["options"]?.array ?? []).compactMap(\.string)
  }

  /// Keeps them beside whatever else is kept with the message.
  mutating func setOptions(_ options: [String]) {
    guard !options.isEmpty else { return }
    let others = (kept.members ?? []).filter { $0.key != "options" }
    extraJSON = JSON.object(others + [JSON.Member("options", JSON(options))]).description
  }

  private var kept: JSON { extraJSON.flatMap { try? JSON(parsing: $0) } ?? [:] }
}
