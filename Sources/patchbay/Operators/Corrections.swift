import ArgumentParser
import Conversations
import Routing
import Storage

/// What agents taught: conversations that they put into another category, as a table for `patchbay train`.
struct Corrections: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints what agents corrected with `patchbay category`, as a table with the columns label,text.",
    discussion: """
      The texts are what is stored: card numbers and the like are already replaced. Look them over before they become
      examples: names and addresses are still in them.

      Example: patchbay corrections > channels/routing/examples/corrections.csv && patchbay train
      """)

  @OptionGroup var place: StoreOptions

  private static let page = 1000

  func run() async throws {
    let store = try await place.open()
    FileOutput.write(LabelledCSV.line(["label", "text"]))
    var (last, count) = (ConversationID?.none, 0)
    while true {
      let after = last
      let rows = try await store.read { try $0.corrections(after: after, limit: Self.page) }
      for row in rows {
        let text = [row.subject, row.text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n")
        guard !text.isEmpty else { continue }
        FileOutput.write(LabelledCSV.line([row.category, text]))
        count += 1
      }
      guard let end = rows.last?.conversation, rows.count == Self.page else { break }
      last = end
    }
    await store.close()
    say("\(count) corrected conversation\(count == 1 ? "" : "s")")
  }
}
