import ArgumentParser
import Conversations
import Terminal

extension AgentDesk {
  /// Says whether the agent is there.
  func setPresence(_ state: Presence, _ sentence: Phrase) async throws {
    let answer = try await client().post("/presence", ["state": .string(state.rawValue)])
    if common.json { return console.print(answer) }
    console.print(common.quiet ? state.rawValue : say(sentence))
  }
}

struct AvailableCommand: AgentCommand {
  static let configuration = agentCommand("available", .available, examples: "available")
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.setPresence(.online, .nowOnline)
    desk.console.hint("patchbay watch · patchbay next")
  }
}

struct AwayCommand: AgentCommand {
  static let configuration = agentCommand("away", .away, examples: "away")
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws { try await desk.setPresence(.away, .nowAway) }
}

struct OfflineCommand: AgentCommand {
  static let configuration = agentCommand("offline", .offline, examples: "offline")
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws { try await desk.setPresence(.offline, .nowOffline) }
}

struct AcceptCommand: AgentCommand {
  static let configuration = agentCommand("accept", .accept, examples: "accept 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "accept") { id, _ in desk.say(.taken, String(id)) }
    desk.console.hint("patchbay show \(Neutral.oneLine(conversation))")
  }
}

struct DeclineCommand: AgentCommand {
  static let configuration = agentCommand("decline", .decline, examples: "decline 391")
  @Argument(help: help(.conversation)) var conversation: String
  @OptionGroup var common: CommonOptions
  func work(_ desk: AgentDesk) async throws {
    try await desk.change(conversation, "decline") { id, _ in desk.say(.declined, String(id)) }
  }
}
