import Conversations
package import Routing

/// Reads what the desk's classifier is trained from: `channels/routing/examples/*.csv` with the columns `label,text`, and
/// the keywords of categories and the `any_words` of rules that ask for nothing else, each as a short text of its own.
struct ExampleTexts {
  let directory: String
  let disk: Disk
  let complaints: Complaints

  static let folder = "examples"
  /// A category with fewer texts than this is hardly ever recognised.
  static let fewest = 10

  func read(_ categories: CategoriesFile.Result) -> [(label: String, text: String)] {
    let names = categories.categories.map(\.name)
    let path = "channels/routing/\(Self.folder)"
    let files = (disk.names("\(directory)/\(path)") ?? []).filter { $0.hasSuffix(".csv") }.sorted()
    let written = files.flatMap { table("\(path)/\($0)", names) }
    if !files.isEmpty { warnOfGaps(written, categories) }
    let keywords = categories.categories.flatMap { category -> [(label: String, text: String)] in
      category.keywords.map { (label: category.name, text: $0) }
    }
    let words = categories.rules.flatMap { rule -> [(label: String, text: String)] in
      // Words that decide only together with something else say too little by themselves to learn from.
      guard let category = rule.then.category, rule.when == RuleCondition(anyWords: rule.when.anyWords) else {
        return []
      }
      return rule.when.anyWords.map { (label: category, text: $0) }
    }
    return written + keywords + words
  }

  private func table(_ path: String, _ names: [String]) -> [(label: String, text: String)] {
    guard let bytes = disk.contents("\(directory)/\(path)") else { return [] }
    let file = SourceFile(path: path, complaints: complaints)
    do {
      let table = try LabelledCSV(bytes)
      let (labels, texts) = (try table.column("label"), try table.column("text"))
      for (row, label) in labels.enumerated() where !names.contains(label) {
        let nearest = nearestWord(to: label, among: names).map { "did you mean `\($0)`?" }
        file.complain(
          .said(path: "label", words: "there is no category `\(clipped(label))`", hint: nearest),
          at: Mark(line: table.lines[row], column: 1))
      }
      return Array(zip(labels, texts)).map { (label: $0.0, text: $0.1) }
    } catch {
      file.complain(.said(path: "", words: error.detail, hint: nil), at: Mark(line: error.line, column: 1))
      return []
    }
  }

  private func warnOfGaps(_ written: [(label: String, text: String)], _ categories: CategoriesFile.Result) {
    guard categories.model != nil else { return }
    let counts = Dictionary(grouping: written, by: \.label).mapValues(\.count)
    for category in categories.categories where counts[category.name, default: 0] < Self.fewest {
      complaints.add(
        ConfigurationProblem(
          .said(
            path: "category \(category.name)",
            words: "has \(counts[category.name, default: 0]) examples in channels/routing/\(Self.folder)/",
            hint: "the model needs \(Self.fewest) and more to know it"),
          file: "channels/routing/categories.yaml", at: categories.categoryMarks[category.name], severity: .warning))
    }
  }
}

/// What the desk's own classifier is made of, and where it lies.
package struct DeskTraining: Sendable {
  package var texts: [(label: String, text: String)]
  package var modelPath: String
  /// What `categories.yaml` says; `nil` = the model's own.
  package var minConfidence: Double?

  /// How the desk's model is made: smaller than it could be, since it is looked into at every message, and from messages
  /// with greetings, thanks and numbers around them.
  package static func trainer(seed: UInt64 = 1) -> ClassifierTraining {
    var training = ClassifierTraining(seed: seed, isQuick: true)
    training.isFramed = true
    return training
  }

  /// Reads the routing files below `directory`; throws what is wrong with them. `nil`: they name no model.
  package static func read(directory: String, disk: Disk = .machine) throws(ConfigurationProblems) -> DeskTraining? {
    let loader = ConfigurationLoader(directory: directory, disk: disk, environment: [:], secrets: .checking)
    let (training, problems) = loader.training()
    if problems.contains(where: { $0.severity == .error }) { throw ConfigurationProblems(problems) }
    return training
  }
}
