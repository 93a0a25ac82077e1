import Channels
package import Conversations
import Routing
import Storage

extension Desk {
  /// An agent's own entry in the phone log: `{"from","to"?,"direction"?,"started_at"?,"duration_s"?,"disposition"?,"name"?,"text","category"?}`,
  /// taken in by the same door as every other delivery, through the first enabled `phone_log` connection (or `channel`).
  /// - Throws: `.invalid`, for what cannot be meant as well: a number, a time, a length, a word, a category.
  package func logCall(_ entry: JSON, by agent: Agent) async throws -> ConversationID {
    let (configuration, now) = (configuration.value, now())
    let logs = configuration.channels.values.filter { $0.kind == PhoneLog.kind }.sorted { $0.name < $1.name }
    guard
      let channel = entry["channel"]?.string.flatMap({ name in logs.first { $0.name.rawValue == name } }) ?? logs.first
    else {
      throw DeskError.invalid("no channel of kind phone_log is enabled")
    }
    if let problem = (channel.adapter as? PhoneLog)?.problem(in: entry) { throw DeskError.invalid(problem) }
    if let category = entry["category"]?.text, configuration.table.category(category) == nil {
      throw DeskError.invalid("no category `\(category)`")
    }
    let delivery = RawDelivery(
      door: .agent, headers: Headers([("Content-Type", "application/json")]), body: entry.bytes, receivedAt: now)
    let result = await receive(delivery, on: channel.name.rawValue)
    if let refusal = result.refusal { throw DeskError.invalid(refusal) }
    guard let conversation = result.conversations.first else { throw DeskError.invalid("the entry was not filed") }
    return conversation
  }
}
