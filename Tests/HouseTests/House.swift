import Foundation

/// The source tree as the tests read it.
enum House {
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Which rooms of ours each room may import: the table of Sources/README.md.
  static let arrows: [String: Set<String>] = [
    "Conversations": [],
    "Mail": [],
    "Terminal": ["Conversations"],
    "Routing": ["Conversations"],
    "Channels": ["Mail", "Conversations"],
    "Storage": ["Conversations"],
    "Outbound": ["Conversations"],
    "Rehearsal": ["Conversations"],
    "Setup": ["Channels", "Routing", "Conversations"],
    "Desk": ["Storage", "Outbound", "Channels", "Routing", "Conversations"],
    "Gateway": ["Desk", "Channels", "Conversations"],
    "patchbay": [
      "Gateway", "Desk", "Setup", "Storage", "Outbound", "Rehearsal", "Channels", "Routing", "Terminal",
      "Conversations",
    ],
    "bench": ["Gateway", "Desk", "Setup", "Storage", "Outbound", "Channels", "Routing", "Conversations"],
  ]

  /// Rooms whose results follow from their arguments alone.
  static let pureRooms = ["Conversations", "Mail", "Terminal", "Routing", "Channels"]

  /// Whether something real that is missing counts as a failure.
  static var isContinuousIntegration: Bool { ProcessInfo.processInfo.environment["CI"] != nil }

  /// Every file below `folder` of the root, as paths relative to the root, in order; build products and data left out.
  static func files(under folder: String = "", ending suffix: String = "") -> [String] {
    let base = folder.isEmpty ? root : "\(root)/\(folder)"
    guard let walk = FileManager.default.enumerator(atPath: base) else { return [] }
    var found: [String] = []
    while let path = walk.nextObject() as? String {
      let name = path.split(separator: "/").last ?? ""
      if name.hasPrefix(".build") || name == ".git" || name == "data" { walk.skipDescendants() }
      guard walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular, path.hasSuffix(suffix) else { continue }
      found.append(folder.isEmpty ? path : "\(folder)/\(path)")
    }
    return found.sorted()
  }

  /// The text of a file of the tree.
  static func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  /// The Swift files below `folder`.
  static func swift(_ folder: String) throws -> [SwiftFile] {
    try files(under: folder, ending: ".swift").map { SwiftFile(path: $0, text: try text($0)) }
  }

  /// What is written in Swift: rooms, tests, and the package's description.
  static func allSwift() throws -> [SwiftFile] {
    try swift("Sources") + swift("Tests") + [SwiftFile(path: "Package.swift", text: try text("Package.swift"))]
  }
}

/// A Swift file with its code told from comments and strings.
struct SwiftFile: Sendable {
  let path: String
  let lines: [Substring]
  /// The same lines, comments and string contents blanked.
  let code: [Substring]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code = SwiftBlanker.blanked(text).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Line numbers, from 1, of the code lines that hold `word`, not as a part of a longer word where it begins or ends with a letter.
  func lines(holding word: String) -> [Int] {
    code.indices.filter { code[$0].holds(word) }.map { $0 + 1 }
  }

  /// The modules that the file imports.
  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ")
      guard let mark = words.firstIndex(of: "import"), mark + 1 < words.count else { return nil }
      let before = words[..<mark].allSatisfy { $0.hasPrefix("@") || Self.accessWords.contains($0) }
      return before ? words[words.count - 1].split(separator: ".").first.map(String.init) : nil
    }
  }

  private static let accessWords: Set<Substring> = ["package", "public", "internal", "private", "fileprivate"]
}

extension StringProtocol {
  /// Whether `word` stands here and is no part of a longer word.
  func holds(_ word: String) -> Bool {
    var rest = self[...]
    while let place = rest.firstRange(of: word) {
      let before = place.lowerBound == startIndex ? nil : self[index(before: place.lowerBound)]
      let after = place.upperBound == endIndex ? nil : self[place.upperBound]
      let isFree = !(word.first?.isWordPart == true && before?.isWordPart == true)
      if isFree, !(word.last?.isWordPart == true && after?.isWordPart == true) { return true }
      rest = self[place.upperBound...]
    }
    return false
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
