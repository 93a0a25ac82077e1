import Foundation
import Testing

@Suite("The formatter")
struct FormatTests {
  @Test("finds nothing to say: `swift format lint --strict`")
  func lint() throws {
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tool.arguments = [
      "swift", "format", "lint", "--strict", "--parallel", "--recursive", "Sources", "Tests", "Package.swift",
    ]
    tool.currentDirectoryURL = URL(fileURLWithPath: House.root)
    let pipe = Pipe()
    (tool.standardOutput, tool.standardError) = (pipe, pipe)
    try tool.run()
    let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    tool.waitUntilExit()
    // 127: env found no `swift`. A toolchain may also come without the formatter.
    if tool.terminationStatus == 127 || words.contains("unable to invoke subcommand") {
      FileHandle.standardError.write(Data("SKIPPED: there is no `swift format` here\n".utf8))
      #expect(!House.isContinuousIntegration, "there is no `swift format` here")
      return
    }
    let findings = words.split(separator: "\n").map { $0.replacing(House.root + "/", with: "") }
    #expect(
      tool.terminationStatus == 0,
      "\(findings.count) findings, fixed by `swift format -i`:\n\(findings.prefix(20).joined(separator: "\n"))")
  }
}
