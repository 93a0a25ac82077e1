import Testing

@Suite("The code")
struct HabitTests {
  /// Ways to the clock, to chance and to the process's surroundings.
  static let worldly = [
    "Date()", "Date.now", ".now()", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday",
    "DispatchTime",
    "SystemRandomNumberGenerator", ".random(", ".randomElement()", ".shuffled()", "arc4random", "UUID()", "getenv",
    "ProcessInfo",
    "URLSession", "print(",
  ]

  @Test("of pure rooms is told the time and the dice, and talks to nobody", arguments: House.pureRooms)
  func purity(room: String) throws {
    for file in try House.swift("Sources/\(room)") { found(Self.worldly, in: file) }
  }

  @Test("takes no way that ends the process")
  func force() throws {
    for file in try House.allSwift() { found(["try!", "as!", "fatalError", "preconditionFailure()"], in: file) }
  }

  @Test("leaves no task running that nobody waits for")
  func detached() throws {
    for file in try House.allSwift() { found(["Task.detached"], in: file) }
  }

  @Test("says why, where it vouches for a type that several threads use")
  func unchecked() throws {
    for file in try House.swift("Sources") {
      for line in file.lines(holding: "@unchecked Sendable") {
        let hasReason = file.lines[max(0, line - 8)..<line].contains { $0.contains("//") }
        #expect(hasReason, "\(file.path):\(line): no reason above")
      }
    }
  }

  @Test("has nothing left to be done")
  func unfinished() throws {
    let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    for path in House.files() where [".swift", ".md", ".yaml", ".js", ".html", ".css"].contains(where: path.hasSuffix) {
      let text = try House.text(path)
      for word in words where text.holds(word) { Issue.record("\(path): \(word)") }
    }
  }

  @Test("stands in files of at most 350 lines")
  func fileLength() throws {
    for file in try House.allSwift() { #expect(file.lines.count <= 351, "\(file.path): \(file.lines.count - 1) lines") }
  }

  @Test("stands in functions of at most 70 lines")
  func functionLength() throws {
    for file in try House.allSwift() {
      for function in file.functions {
        #expect(function.length <= 70, "\(file.path):\(function.line): \(function.name) has \(function.length) lines")
      }
    }
  }

  private func found(_ words: [String], in file: SwiftFile) {
    for word in words {
      let lines = file.lines(holding: word)
      #expect(lines.isEmpty, "\(file.path):\(lines.map(String.init).joined(separator: ",")): \(word)")
    }
  }
}
