import Conversations
import Routing

/// Reads `channels/routing/categories.yaml`: categories, and the rules that come before them.
struct CategoriesFile {
  let file: SourceFile
  let queues: NameSet
  let channels: NameSet
  let kinds: NameSet
  let groups: NameSet

  struct Result {
    var categories: [CategoryDefinition] = []
    var rules: [RoutingRule] = []
    /// Examples beside categories, with the category they stand beside.
    var examples: [CategoryExample] = []
    /// Category → the template named as its first reply.
    var firstReplies: [String: Located<String>] = [:]
    var categoryMarks: [String: Mark] = [:]
    var ruleMarks: [String: Mark] = [:]
    var fallback = "other"
    var minConfidence: Double?
    var urgentConfidence: Double?
    /// Name of the classifier's file beside `categories.yaml`.
    var model: Located<String>?
    /// Whether `model` stands there, well written or not.
    var namesModel = false
  }

  func read(_ root: YAMLNode) -> Result {
    var result = Result()
    guard let map = MapReader(root, at: "", of: file) else { return result }
    let fallback = map.text("fallback", required: "the category of what nobody could place")
    result.minConfidence = map.share("min_confidence")?.value
    result.urgentConfidence = map.share("urgent_confidence")?.value
    result.model = modelName(map)
    result.namesModel = map.markOf("model") != nil
    let entries = map.namedMaps("categories", required: "the categories, by name")
    let names = NameSet("category", entries.map(\.name))
    for (name, mark, entry) in entries {
      result.categoryMarks[name] = mark
      category(name, entry, names, &result)
    }
    for entry in map.maps("rules") {
      RuleReader(file: file, queues: queues, channels: channels, kinds: kinds, categories: names, groups: groups)
        .read(entry, &result)
    }
    map.finish()
    result.fallback = names.check(fallback, in: file) ?? "other"
    return result
  }

  /// A name, not a path: the model belongs to the configuration.
  private func modelName(_ map: MapReader) -> Located<String>? {
    guard let name = map.text("model") else { return nil }
    guard name.value.hasSuffix(".model"), !name.value.contains("/"), !name.value.hasPrefix(".") else {
      return nothing(
        file.complain(
          .badValue(
            path: map.way(to: "model"), read: clipped(name.value),
            wanted: "the name of a file beside this one, such as desk.model"), at: name.mark))
    }
    return name
  }

  private func category(_ name: String, _ map: MapReader, _ names: NameSet, _ result: inout Result) {
    let titles = map.textMap("title")
    let queue = queues.check(map.text("queue", required: "the queue that serves it"), in: file)
    let priority = map.choice("priority", Priority.self)?.value ?? .normal
    let isUrgent = map.flag("urgent")?.value ?? false
    let minConfidence = map.share("min_confidence")?.value
    result.firstReplies[name] = map.text("first_reply")
    let keywords = keywords(map)
    let skills = map.names("skills")
    let examples = ExampleReader(file: file, queues: queues, channels: channels, categories: names)
    result.examples += map.nodes("examples").compactMap { examples.read($0, beside: name, at: map.way(to: "examples")) }
      .map { CategoryExample(category: name, example: $0.value, mark: $0.mark) }
    map.finish()
    var category = CategoryDefinition(
      name: name, titles: titles, queue: queue ?? "", priority: priority, keywords: keywords, isUrgent: isUrgent,
      minConfidence: minConfidence)
    category.skills = skills
    result.categories.append(category)
  }

  /// A list, or lists by language.
  private func keywords(_ map: MapReader) -> [String] {
    var lists: [[Located<String>]] = []
    if let node = map.node("keywords"), case .map = node.value, let byLanguage = map.map("keywords") {
      for entry in byLanguage.allEntries() {
        if !isLanguage(entry.key) {
          file.complain(
            .badValue(path: map.way(to: "keywords"), read: clipped(entry.key), wanted: "a language tag such as zh, en"),
            at: entry.mark)
        }
        lists.append(byLanguage.texts(entry.key))
      }
    } else {
      lists.append(map.texts("keywords"))
    }
    return lists.flatMap { $0.map(\.value) }
  }
}

/// A message beside a category.
struct CategoryExample {
  var category: String
  var example: RoutingExample
  var mark: Mark
}
