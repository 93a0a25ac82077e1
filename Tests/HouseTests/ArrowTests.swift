import Testing

@Suite("The rooms")
struct ArrowTests {
  @Test("import exactly the rooms that the table allows", arguments: House.arrows.keys.sorted())
  func imports(room: String) throws {
    let ours = Set(House.arrows.keys)
    let used = try House.swift("Sources/\(room)").flatMap(\.imports).filter(ours.contains)
    #expect(Set(used) == House.arrows[room])
  }

  @Test("are those of Package.swift, with the same arrows")
  func package() throws {
    let text = try House.text("Package.swift")
    var drawn: [String: Set<String>] = [:]
    for (name, arguments) in calls(of: "room(", in: text) + calls(of: ".executableTarget(", in: text) {
      // Of the executable's dependencies only our own stand in quotation marks.
      let list =
        arguments.firstRange(of: ["patchbay", "bench"].contains(name) ? "dependencies: [" : "ours: [").map {
          arguments[$0.upperBound...]
        }
        ?? ""
      drawn[name] = Set(quoted(list.prefix { $0 != "]" }))
    }
    #expect(drawn == House.arrows)
  }

  @Test("are those of the folder Sources")
  func folders() throws {
    let folders = Set(
      House.files(under: "Sources", ending: ".swift").compactMap {
        $0.split(separator: "/").dropFirst().first.map(String.init)
      })
    #expect(folders == Set(House.arrows.keys))
  }

  @Test("are described in Sources/README.md, with the same arrows")
  func page() throws {
    var told: [String: Set<String>] = [:]
    for line in try House.text("Sources/README.md").split(separator: "\n") where line.hasPrefix("|") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingPrefix(" ") }
      guard cells.count == 7, let room = backticked(cells[2]).first, House.arrows[room] != nil else { continue }
      told[room] = Set(backticked(cells[4]))
    }
    #expect(told == House.arrows)
  }

  /// Calls of `function` whose first argument is a name in quotation marks, directly or after `name:`; with all that follows.
  private func calls(of function: String, in text: String) -> [(String, Substring)] {
    text.split(separator: "\n" as Character).isEmpty
      ? []
      : text.ranges(of: function).compactMap { place in
        let rest = text[place.upperBound...]
        guard let end = closing(rest) else { return nil }
        let arguments = rest[..<end]
        guard let name = quoted(arguments).first, House.arrows[name] != nil else { return nil }
        return (name, arguments)
      }
  }

  private func closing(_ text: Substring) -> Substring.Index? {
    var depth = 1
    return text.indices.first { index in
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" { depth -= 1 }
      return depth == 0
    }
  }

  private func quoted(_ text: some StringProtocol) -> [String] { pieces(text, "\"") }
  private func backticked(_ text: some StringProtocol) -> [String] { pieces(text, "`") }

  /// What stands between each two marks.
  private func pieces(_ text: some StringProtocol, _ mark: Character) -> [String] {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count - 1, by: 2).map { String(parts[$0]) }
  }
}
