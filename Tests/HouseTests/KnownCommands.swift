/// The commands and flags of the program, read from its sources.
struct KnownCommands {
  /// A command's name and the names of those below it.
  private var commands: [String: Set<String>] = ["help": []]
  private var flags: Set<String> = ["help", "version"]

  init() throws {
    for file in try House.swift("Sources/patchbay") {
      readCommands(file)
      readFlags(file)
    }
  }

  /// What is wrong with the words after `patchbay`.
  func problems(_ words: [String]) -> [String] {
    guard let first = words.first, first.allSatisfy({ $0.isLowercase || $0 == "-" }) else {
      return words.first.map { $0.hasPrefix("--") ? unknownFlags([$0]) : [] } ?? []
    }
    guard !first.hasPrefix("-") else { return unknownFlags(words) }
    guard let below = commands[first] else { return ["there is no command `\(first)`"] }
    var problems = unknownFlags(words)
    if !below.isEmpty, words.count > 1, !words[1].hasPrefix("-"), !words[1].hasPrefix("…") {
      problems += words[1].split(separator: "|").filter { !below.contains(String($0)) }.map {
        "`\(first)` has no `\($0)`"
      }
    }
    return problems
  }

  private func unknownFlags(_ words: [String]) -> [String] {
    var problems: [String] = []
    for word in words.map({ $0.drop { $0 == "[" } }) where word.hasPrefix("--") && word.count > 2 {
      let flag = String(word.dropFirst(2).prefix { $0.isLetter || $0.isNumber || $0 == "-" })
      if !flags.contains(flag) { problems.append("there is no flag --\(flag)") }
    }
    return problems
  }

  private mutating func readCommands(_ file: SwiftFile) {
    var outer: String?
    for (index, line) in file.code.enumerated() where line.holds("struct") && Self.isCommand(line) {
      let type = line.split(separator: " ").drop { $0 != "struct" }.dropFirst().first?.prefix { $0.isLetter } ?? ""
      let name = Self.name(in: file.lines[index..<min(index + 6, file.lines.count)]) ?? type.lowercased()
      if line.hasPrefix(" ") {
        if let outer { commands[outer, default: []].insert(name) }
      } else {
        outer = name
        commands[name, default: []].formUnion([])
      }
    }
  }

  private static func isCommand(_ line: Substring) -> Bool {
    ["ParsableCommand", "AsyncParsableCommand", "AgentCommand"].contains { line.holds($0) }
  }

  /// The name that the configuration gives, when it gives one.
  private static func name(in lines: ArraySlice<Substring>) -> String? {
    let head = lines.prefix { !$0.contains("@") && !$0.contains("func ") }
    for mark in ["commandName: \"", "agentCommand(\""] {
      for line in head {
        if let place = line.firstRange(of: mark) { return String(line[place.upperBound...].prefix { $0 != "\"" }) }
      }
    }
    guard let start = head.firstIndex(where: { $0.hasSuffix("agentCommand(") }), start + 1 < lines.endIndex else {
      return nil
    }
    return lines[start + 1].split(separator: "\"").dropFirst().first.map(String.init)
  }

  /// `var tokenFile` behind `@Option`, `@Flag` is `--token-file`; `.customLong("…")` says it itself.
  private mutating func readFlags(_ file: SwiftFile) {
    var isWaiting = false
    for (line, code) in zip(file.lines, file.code) {
      if code.contains("@Option") || code.contains("@Flag") { isWaiting = true }
      if let place = line.firstRange(of: "customLong(\"") {
        flags.insert(String(line[place.upperBound...].prefix { $0 != "\"" }))
      }
      let words = code.split(separator: " ")
      guard isWaiting, let mark = words.firstIndex(of: "var"), mark + 1 < words.count else { continue }
      isWaiting = false
      flags.insert(Self.flag(words[mark + 1].prefix { $0.isLetter }))
    }
  }

  /// `tokenFile` → `token-file`
  private static func flag(_ variable: Substring) -> String {
    var flag = ""
    for letter in variable { flag += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)" }
    return flag
  }
}
