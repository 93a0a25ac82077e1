import Foundation
import Testing

@Suite("The pages")
struct PageTests {
  static let pages = House.files(ending: ".md")

  @Test("name only scripts that are there and can be run", arguments: pages)
  func files(page: String) throws {
    for line in try Page(page).code {
      let words = line.split(separator: " ")
      guard let first = words.first, ["scripts/", ".ci/", "docker/collect"].contains(where: first.hasPrefix) else {
        continue
      }
      #expect(FileManager.default.isExecutableFile(atPath: "\(House.root)/\(first)"), "\(page): \(first)")
    }
  }

  @Test("name only commands and flags that exist", arguments: pages)
  func commands(page: String) throws {
    let known = try KnownCommands()
    for line in try Page(page).code {
      for place in line.ranges(of: "patchbay ") where Page.isCommand(line, at: place.lowerBound) {
        let words = line[place.upperBound...].prefix { !"|;&#)（".contains($0) }.split(separator: " ").map(String.init)
        for problem in known.problems(words) { Issue.record("\(page): `\(line)`: \(problem)") }
      }
    }
  }

  @Test("link only to what is there", arguments: pages)
  func links(page: String) throws {
    let folder = page.split(separator: "/").dropLast().joined(separator: "/")
    for target in try Page(page).links
    where !target.contains("://") && !target.hasPrefix("#") && !target.hasPrefix("mailto:") {
      let path = "\(House.root)/\(folder)/\(target.prefix { $0 != "#" })"
      #expect(FileManager.default.fileExists(atPath: path), "\(page): \(target)")
    }
  }

  @Test("and all other files hold no path of somebody's own machine")
  func paths() throws {
    let homes = ["/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/", "/wo" + "rk/"]
    for path in House.files() where path != "Package.resolved" {
      guard let text = try? House.text(path) else { continue }
      for home in homes {
        let isNamed = text.ranges(of: home).contains { Page.startsPath(text, at: $0.lowerBound) }
        #expect(!isNamed, "\(path): \(home)")
      }
    }
  }
}

/// A page in Markdown.
struct Page {
  /// Lines of fenced blocks and what stands in backticks.
  let code: [Substring]
  /// Targets of links.
  let links: [Substring]

  init(_ path: String) throws {
    let text = try House.text(path)
    var (code, isFenced): ([Substring], Bool) = ([], false)
    for line in text.split(separator: "\n") {
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        isFenced.toggle()
      } else if isFenced {
        code.append(line.drop { $0 == " " || $0 == "$" })
      } else {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        code += stride(from: 1, to: parts.count - 1, by: 2).map { parts[$0] }
      }
    }
    self.code = code
    links = text.ranges(of: "](").map { text[$0.upperBound...].prefix { $0 != ")" && $0 != "\n" } }
  }

  /// Whether the word at `place` stands where a command does: first, after a path, an assignment, a pipe or an option's space.
  static func isCommand(_ line: Substring, at place: Substring.Index) -> Bool {
    let before = line[..<place]
    if before.hasSuffix("/") || before.isEmpty { return true }
    guard before.hasSuffix(" ") else { return false }
    return before.split(separator: " ").allSatisfy { $0.contains("=") || ["|", "exec", "$", "sudo"].contains($0) }
      || before.hasSuffix("| ") || before.hasSuffix("-- ")
  }

  /// Whether an absolute path starts here, and not a later part of one or of a URL.
  static func startsPath(_ text: String, at place: String.Index) -> Bool {
    guard place > text.startIndex else { return true }
    let before = text[text.index(before: place)]
    return !(before.isLetter || before.isNumber || "/.-_$}>".contains(before))
  }
}
