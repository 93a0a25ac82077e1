import Channels
import Conversations
import Routing

/// Reads all files in the order in which they name each other. What one file lacks does not keep the next from being read:
/// in the end there is a configuration, or everything that stands between it and us.
final class ConfigurationLoader {
  private let directory: String
  private let disk: Disk
  private let environment: [String: String]
  private let secretUse: SecretUse
  private let complaints = Complaints()
  private var files: [ConfigurationFile] = []

  init(directory: String, disk: Disk, environment: [String: String], secrets: SecretUse) {
    (self.directory, self.disk, self.environment, secretUse) = (directory, disk, environment, secrets)
  }

  /// Where routing's own problems are told of.
  struct Places {
    var marks: [RoutingProblem.Place: [String: Mark]]
    var examples: [CategoryExample]
  }

  struct Outcome {
    var configuration: Configuration?
    var problems: [ConfigurationProblem]
    var counts: CheckReport.Counts
    /// All that was read, good or bad.
    var files: [ConfigurationFile]
  }

  // What has been read so far; `nil` = the file could not be.
  private var calendars: [String: BusinessCalendar]?
  private var queues: QueuesFile.Result?
  private var categories: CategoriesFile.Result?
  private var groups: [ContactGroup]?
  private var targets: (targets: [ServiceTarget], marks: [String: Mark])?
  private var reports: (plans: [ReportPlan], serviceLevel: ServiceLevelRules)?
  private var settings: DeskSettings?
  private var pages: [String: TemplateBook.Entry] = [:]
  private var connections: [Connection] = []
  private var firstReplies: [String: String] = [:]
  private var model: TextModel?
  private var modelFile: ConfigurationModel?

  func load() -> Outcome {
    let channels = channelNames()
    let channelFiles = channels.names.map { channelFile($0, channels) }
    connections = channelFiles.compactMap(\.connection)
    readRouting(channels)
    model = readModel()
    readTemplatesAndTheirUsers(channels)
    complainOfStrangers()
    files.sort { $0.path < $1.path }
    var counts = CheckReport.Counts(files: files.count)
    counts.examples = channelFiles.reduce(0) { $0 + $1.examples }
    let configuration = assembled(&counts)
    warnOfSilence(configuration)
    return finish(configuration, counts)
  }

  /// Each file is read with the names that those before it brought.
  private func readRouting(_ channels: NameSet) {
    let holidays = holidayFiles()
    calendars = root("hours").map { HoursFile(file: $0.file, holidayFiles: holidays).read($0.root) }
    let calendarNames = NameSet("calendar", (calendars ?? [:]).keys.sorted(), isComplete: calendars != nil)
    queues = root("queues").map { QueuesFile(file: $0.file, calendars: calendarNames).read($0.root) }
    let queueNames = queueNames
    groups = root("contacts", orElse: []) { ContactsFile(file: $0).read($1) }
    let groupNames = NameSet("contact group", groups?.map(\.name) ?? [], isComplete: groups != nil)
    categories = root("categories").map { source in
      CategoriesFile(
        file: source.file, queues: queueNames, channels: channels, kinds: ChannelFile.kinds, groups: groupNames
      ).read(source.root)
    }
    let categoryNames = categoryNames
    targets = root("targets").map { source in
      TargetsFile(
        file: source.file, queues: queueNames, categories: categoryNames, channels: channels,
        receivers: Receivers(connections: connections), calendars: calendarNames, groups: groupNames
      ).read(source.root)
    }
  }

  private var queueNames: NameSet { NameSet("queue", queues?.queues.map(\.name) ?? [], isComplete: queues != nil) }
  private var categoryNames: NameSet {
    NameSet("category", categories?.categories.map(\.name) ?? [], isComplete: categories != nil)
  }

  private func readTemplatesAndTheirUsers(_ channels: NameSet) {
    let desk = queues?.desk ?? DeskDraft(titles: [:], languages: [], zone: nil)
    pages = templates(desk)
    let names = TemplateNames(purposes: pages.mapValues(\.purpose))
    settings = queues.flatMap { _ in
      desk.settings(
        templates: names, categories: categoryNames, channels: channels,
        receivers: Receivers(connections: connections), in: source("queues"))
    }
    for (category, template) in categories?.firstReplies ?? [:] {
      firstReplies[category] = names.check(template, for: [.reply], in: source("categories"))
    }
    reports = root("reports").map { source in
      ReportsFile(
        file: source.file, queues: queueNames, categories: categoryNames, channels: channels,
        receivers: Receivers(connections: connections), templates: names, desk: desk
      ).read(source.root)
    }
  }

  /// The whole, if every part is there; routing is asked what it thinks of it.
  private func assembled(_ counts: inout CheckReport.Counts) -> Configuration? {
    guard var settings, let queues, let categories, let targets, let reports else { return nil }
    settings.serviceLevel = reports.serviceLevel
    let places = Places(
      marks: [
        .queue: queues.marks, .category: categories.categoryMarks, .rule: categories.ruleMarks, .target: targets.marks,
      ], examples: categories.examples)
    let table = table(queues, categories, targets.targets, settings)
    counts.examples += RoutingCheck(table: table, places: places, complaints: complaints).run()
    let book = TemplateBook(
      entries: pages, defaultLanguage: settings.defaultLanguage, deskVariables: settings.variables)
    return Configuration(
      settings: settings, connections: connections, table: table, templates: book, reports: reports.plans,
      firstReplies: firstReplies, version: table.version, files: files, model: modelFile, warnings: [])
  }

  private func finish(_ configuration: Configuration?, _ counts: CheckReport.Counts) -> Outcome {
    let problems = ConfigurationProblems(Array(Set(complaints.problems))).problems
    var (configuration, counts) = (configuration, counts)
    configuration?.warnings = problems.filter { $0.severity == .warning }
    counts.count(configuration)
    return Outcome(
      configuration: complaints.hasErrors ? nil : configuration, problems: problems, counts: counts, files: files)
  }

  private func table(
    _ queues: QueuesFile.Result, _ categories: CategoriesFile.Result, _ targets: [ServiceTarget],
    _ settings: DeskSettings
  ) -> RoutingTable {
    var table = RoutingTable(
      version: contentHash(files), queues: queues.queues, categories: categories.categories, rules: categories.rules,
      calendars: calendars ?? [:], targets: targets, triageQueue: queues.triage, afterHoursQueue: queues.afterHours,
      defaultLanguage: settings.defaultLanguage, fallbackCategory: categories.fallback)
    if let minConfidence = categories.minConfidence { table.minConfidence = minConfidence }
    if let urgentConfidence = categories.urgentConfidence { table.urgentConfidence = urgentConfidence }
    table.contactGroups = groups ?? []
    table.classifier = model
    return table
  }

  // MARK: The classifier

  /// What the desk's own model is trained from, and where it lies; `nil` when that cannot be told.
  func training() -> (training: DeskTraining?, problems: [ConfigurationProblem]) {
    readRouting(channelNames())
    let training = categories.flatMap { categories in
      categories.model.map { name in
        DeskTraining(
          texts: ExampleTexts(directory: directory, disk: disk, complaints: complaints).read(categories),
          modelPath: "\(directory)/channels/routing/\(name.value)", minConfidence: categories.minConfidence)
      }
    }
    return (training, ConfigurationProblems(Array(Set(complaints.problems))).problems)
  }

  private func readModel() -> TextModel? {
    guard let categories, let name = categories.model else { return nil }
    let texts = ExampleTexts(directory: directory, disk: disk, complaints: complaints).read(categories)
    // A configuration of the history is read without its examples.
    let hasExamples = disk.names("\(directory)/channels/routing/\(ExampleTexts.folder)") != nil
    let path = "channels/routing/\(name.value)"
    let reader = ModelFile(file: source("categories"), name: name, categories: categories.categories.map(\.name))
    let content = disk.contents("\(directory)/\(path)")
    guard let model = reader.read(content, trainedFrom: hasExamples ? texts : nil) else { return nil }
    modelFile = content.map { ConfigurationModel(path: path, version: model.version, content: $0) }
    files.append(.standIn(path: path, version: model.version))
    return model
  }

  // MARK: Files

  private static let routingFiles = ["queues", "categories", "contacts", "hours", "targets", "reports"]

  private func source(_ name: String) -> SourceFile {
    SourceFile(path: "channels/routing/\(name).yaml", complaints: complaints)
  }

  /// The root of `channels/routing/<name>.yaml`.
  private func root(_ name: String) -> (file: SourceFile, root: YAMLNode)? {
    let file = source(name)
    guard let bytes = bytes(file.path) else { return nothing(file.complain(.missingFile)) }
    return YAMLDocument.read(bytes, of: file).map { (file, $0) }
  }

  /// What `read` makes of `channels/routing/<name>.yaml`; `absent` when there is no such file, `nil` when it is no YAML.
  private func root<Content>(_ name: String, orElse absent: Content, read: (SourceFile, YAMLNode) -> Content)
    -> Content?
  {
    let file = source(name)
    guard let bytes = bytes(file.path) else { return absent }
    return YAMLDocument.read(bytes, of: file).map { read(file, $0) }
  }

  private func holidayFiles() -> [String: HolidayFile.Days] {
    var found: [String: HolidayFile.Days] = [:]
    for name in names(in: "channels/routing/holidays") ?? [] where name.hasSuffix(".yaml") {
      let file = SourceFile(path: "channels/routing/holidays/\(name)", complaints: complaints)
      guard let bytes = bytes(file.path), let root = YAMLDocument.read(bytes, of: file) else { continue }
      found[String(name.dropLast(5))] = HolidayFile(file: file).read(root)
    }
    return found
  }

  /// The bytes of a file, noted for the version.
  private func bytes(_ path: String) -> [UInt8]? {
    guard let bytes = disk.contents("\(directory)/\(path)") else { return nil }
    files.append(ConfigurationFile(path: path, text: String(decoding: bytes, as: UTF8.self)))
    return bytes
  }

  private func names(in folder: String) -> [String]? {
    disk.names("\(directory)/\(folder)")?.filter { !$0.hasPrefix(".") }.sorted()
  }

  private func channelNames() -> NameSet {
    guard let names = names(in: "channels") else {
      complaints.add(ConfigurationProblem(.missingFile, file: "channels"))
      return NameSet("channel", [], isComplete: false)
    }
    return NameSet("channel", names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) })
  }

  private func channelFile(_ base: String, _ channels: NameSet) -> ChannelFile.Result {
    let file = SourceFile(path: "channels/\(base).yaml", complaints: complaints)
    guard let name = ChannelName(rawValue: base) else {
      file.checkName(base, at: Mark(line: 1, column: 1), path: "the file's name")
      return ChannelFile.Result()
    }
    guard let bytes = bytes(file.path), let root = YAMLDocument.read(bytes, of: file) else {
      return ChannelFile.Result()
    }
    let secrets = SecretReader(environment: environment, disk: disk, directory: directory, use: secretUse)
    return ChannelFile(file: file, name: name, channels: channels, secrets: secrets).read(root)
  }

  private func templates(_ desk: DeskDraft) -> [String: TemplateBook.Entry] {
    guard let names = names(in: "templates") else {
      complaints.add(ConfigurationProblem(.missingFile, file: "templates"))
      return [:]
    }
    let contents = names.filter { !$0.hasSuffix(".md") }.compactMap { name in
      bytes("templates/\(name)").map { (path: "templates/\(name)", bytes: $0) }
    }
    return TemplateFolder(
      complaints: complaints, languages: desk.languages, deskVariables: desk.variableNames, categories: categoryNames
    ).read(contents)
  }

  // MARK: What is odd

  /// Beside `channels/routing`: files to copy, one for each kind of channel.
  private static let samplesFolder = "samples"

  /// A file that nobody reads is a slip of its name.
  private func complainOfStrangers() {
    for name in names(in: "channels") ?? []
    where !name.hasSuffix(".yaml") && !name.hasSuffix(".md") && name != "routing" && name != Self.samplesFolder {
      stranger("channels/\(name)", nearest: "channels/\(name.split(separator: ".").first ?? "").yaml")
    }
    let known = Self.routingFiles.map { "\($0).yaml" }
    // Which model is meant cannot be told where `categories.yaml` or the name in it is not to be read.
    let isModelUnsure = categories == nil || categories?.namesModel == true && model == nil
    for name in names(in: "channels/routing") ?? []
    where !known.contains(name) && !name.hasSuffix(".md") && !name.hasSuffix("#version") && name != "holidays"
      && name != ExampleTexts.folder && name != categories?.model?.value
      && !(isModelUnsure && name.hasSuffix(".model"))
    {
      stranger(
        "channels/routing/\(name)", nearest: nearestWord(to: name, among: known).map { "channels/routing/\($0)" })
    }
  }

  private func stranger(_ path: String, nearest: String?) {
    let hint = nearest.map { "did you mean `\($0)`?" } ?? "move it elsewhere"
    complaints.add(ConfigurationProblem(.said(path: "", words: "nothing reads this file", hint: hint), file: path))
  }

  /// Mail of ours, or answers, that would leave through a connection that is shut.
  private func warnOfSilence(_ configuration: Configuration?) {
    let shut = Set(connections.filter { !$0.isEnabled }.map(\.name))
    func warn(_ through: ChannelName?, _ path: String, _ words: String) {
      guard let through, shut.contains(through) else { return }
      let fact = ConfigurationProblem.Fact.said(
        path: "", words: "\(words) `\(through)`, which is not enabled", hint: nil)
      complaints.add(ConfigurationProblem(fact, file: path, severity: .warning))
    }
    for connection in connections where connection.isEnabled {
      warn(connection.replyThrough, "channels/\(connection.name).yaml", "answers leave through")
    }
    for connection in connections {
      guard let chat = connection.adapter as? WebChat, let through = chat.mailThrough else { continue }
      let file = "channels/\(connection.name).yaml"
      guard let other = connections.first(where: { $0.name.rawValue == through }) else {
        complaints.add(
          ConfigurationProblem(
            .unknownName(
              kind: "channel", read: clipped(through), nearest: nil, known: connections.map(\.name.rawValue).sorted()),
            file: file))
        continue
      }
      warn(other.name, file, "conversations are mailed through")
    }
    for plan in configuration?.reports ?? [] where plan.isEnabled {
      warn(plan.mail?.through, source("reports").path, "the report `\(plan.schedule.name)` is sent through")
    }
    warn(configuration?.settings.alert?.through, source("queues").path, "alerts are sent through")
  }
}
