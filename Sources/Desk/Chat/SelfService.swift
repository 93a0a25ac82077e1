package import Conversations
import Routing

/// Answers that a customer can read before they write.
extension Desk {
  package enum SelfServiceOutcome: String, Sendable, CaseIterable {
    case offered, helped
    /// It did not help: they write to us.
    case wrote
  }

  /// The answers to a topic, in the page's language: `[{"name","title","text"}]`.
  package func selfService(topic: String, language: String) -> JSON {
    let templates = configuration.value.templates
    let answers = templates.summaries.filter { $0.purpose == "self_service" && $0.categories.contains(topic) }
    return .array(
      answers.compactMap { answer in
        guard let page = try? templates.rendered(answer.name, language: language, variables: [:]) else { return nil }
        return [
          "name": JSON(answer.name), "title": JSON(answer.titles[page.language] ?? answer.name),
          "text": JSON(page.text),
        ]
      })
  }

  /// Counts what became of it; words that are none of ours are not counted.
  package func noteSelfService(topic: String, _ outcome: SelfServiceOutcome) {
    guard configuration.value.table.category(topic) != nil else { return }
    counters.add("patchbay_self_service_total", ["category": topic, "outcome": outcome.rawValue])
  }
}
