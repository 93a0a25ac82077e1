import Conversations
import Foundation
import Testing

/// What operators and scripts are told when something they gave is wrong.
@Suite("Commands and what they cannot read") struct DryRunCommandTests {
  private func with(_ body: (Program) async throws -> Void) async throws {
    let program = try Program()
    defer { program.remove() }
    try await body(program)
  }

  @Test("of several inputs, one that cannot be read is a line, and its neighbours are read")
  func unreadable() async throws {
    try await with { program in
      for name in ["a.eml", "b.eml"] {
        try Data("From: li@x.example\nSubject: \(name)\n\nhi\n".utf8).write(
          to: URL(fileURLWithPath: program.path(name)))
      }
      let result = try await program.run(
        ["normalize", "--adapter", "email", program.path("a.eml"), "/nowhere.eml", program.path("b.eml")])
      #expect(result.status == 0)
      let lines = try result.out.split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(lines.map { $0["accepted"]?.bool } == [true, false, true])
      #expect(lines.count == 3 && lines[1]["error"] == "cannot read /nowhere.eml")
      #expect(lines.last?["messages"]?[0]?["subject"] == "b.eml")
    }
  }

  @Test("an adapter that is not there is named, and so are those that are")
  func adapter() async throws {
    try await with { program in
      let result = try await program.run(["normalize", "--adapter", "nosuch"])
      #expect(result.status == 2 && result.out.isEmpty)
      #expect(result.talk.contains("no adapter `nosuch`") && result.talk.contains("email, "))
    }
  }

  @Test("what is no message is not routed; a connection that is not there is said")
  func route() async throws {
    try await with { program in
      let desk = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
      let environment = ["PATCHBAY_CONFIG": desk]
      for input in ["[1]", "7", "not json"] {
        let result = try await program.run(["route"], input: input, environment: environment)
        #expect(result.status == 2 && result.out.isEmpty && result.talk.contains("standard input"), "\(result.talk)")
      }
      let odd = try await program.run(
        ["route"], input: #"{"channel":"nosuch","text":"where is my refund"}"#, environment: environment)
      #expect(odd.status == 0 && odd.talk.contains("no connection is called `nosuch`") && odd.talk.contains("webchat"))
      let known = try await program.run(
        ["route"], input: #"{"channel":"webchat","text":"where is my refund"}"#, environment: environment)
      #expect(known.status == 0 && known.talk.isEmpty && known.out.contains(#""queue":"refunds""#))
    }
  }

  @Test("a mail server's pipe that is set up wrongly keeps the mail; a file that is not there is 66")
  func deliver() async throws {
    try await with { program in
      try await program.expect(["deliver"], status: 75)
      try await program.expect(["deliver", "--channel", "x", "--nosuch"], status: 75)
      let environment = ["PATCHBAY_URL": "http://127.0.0.1:1", "PATCHBAY_TOKEN": "secret-token"]
      try await program.expect(["deliver", "--channel", "x", "/nowhere.eml"], environment: environment, status: 66)
      try await program.expect(["route", "--nosuch"], status: 2)
    }
  }
}
