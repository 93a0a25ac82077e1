import Foundation
import Setup
import Testing

@Suite("The documentation of settings") struct SettingsReferenceTests {
  private static let marks = (
    "<!-- settings: written by `RECORD=1 swift test --filter SettingsReferenceTests` -->", "<!-- end of settings -->"
  )

  @Test("channels/README.md holds what the adapters declare")
  func channels() throws {
    try check("\(SampleDeskTests.root)/channels/README.md", settingsReference())
  }

  @Test("templates/README.md holds the variables of each purpose")
  func templates() throws {
    try check("\(SampleDeskTests.root)/templates/README.md", templatesReference())
  }

  private func check(_ path: String, _ expected: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(text.range(of: Self.marks.0)?.upperBound)
    let end = try #require(text.range(of: Self.marks.1)?.lowerBound)
    let wanted = "\n\n\(expected)\n\n"
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try (text[..<start] + wanted + text[end...]).write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      #expect(text[start..<end] == wanted, "run again with RECORD=1")
    }
  }
}
