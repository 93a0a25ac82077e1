import Channels
import Conversations
import Routing

/// What alone counts in a report; an empty list = everything.
struct ReportFilter: Sendable, Hashable {
  var queues: [String] = []
  var channels: [String] = []
  var categories: [String] = []

  var isEmpty: Bool { queues.isEmpty && channels.isEmpty && categories.isEmpty }

  func admits(_ place: Placement) -> Bool {
    (queues.isEmpty || queues.contains(place.queue)) && (channels.isEmpty || channels.contains(place.channel))
      && (categories.isEmpty || categories.contains(place.category))
  }

  /// What it names in a dimension.
  func names(in dimension: ReportDimension) -> [String] {
    switch dimension {
    case .queue: queues
    case .channel: channels
    case .category: categories
    case .agent, .language, .priority: []
    }
  }
}

/// What people call the queues, categories, channels, priorities and languages of a report, in its language. Titles in
/// files change, so a run keeps those it was made with.
struct ReportNames: Sendable, Hashable {
  private var titles: [ReportDimension: [String: String]] = [:]

  /// The title, or the id itself where there is none.
  subscript(dimension: ReportDimension, id: String) -> String {
    titles[dimension]?[id] ?? (id.isEmpty ? "–" : id)
  }

  /// The present titles of `ids`.
  init(_ ids: [ReportDimension: [String]], language: String, _ configuration: DeskConfiguration) {
    let words = ReportWords(language)
    for (dimension, ids) in ids {
      for id in ids {
        let title: String? =
          switch dimension {
          case .queue: Self.title(configuration.table.queue(id)?.titles, language)
          case .category: Self.title(configuration.table.category(id)?.titles, language)
          case .channel: configuration.channels[id]?.title
          case .priority, .language, .agent: words.title(id, in: dimension)
          }
        titles[dimension, default: [:]][id] = title.flatMap { $0.isEmpty ? nil : $0 }
      }
    }
  }

  private static func title(_ titles: [String: String]?, _ language: String) -> String? {
    titles?[language] ?? titles?["en"]
  }

  /// As a run kept them; one from before they were kept has none.
  init(kept json: JSON?) {
    for dimension in ReportDimension.allCases {
      for member in json?[dimension.plural]?.members ?? [] {
        titles[dimension, default: [:]][member.key] = member.value.string
      }
    }
  }

  var json: JSON {
    .object(
      ReportDimension.allCases.compactMap { dimension in
        guard let own = titles[dimension], !own.isEmpty else { return nil }
        return .init(
          dimension.plural, .object(own.sorted { $0.key < $1.key }.map { .init($0.key, JSON($0.value)) }))
      })
  }

  var isEmpty: Bool { titles.values.allSatisfy(\.isEmpty) }
}
