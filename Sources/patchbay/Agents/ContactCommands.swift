import ArgumentParser
import Conversations
import Terminal

struct ContactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contacts", abstract: helpText(.contacts),
    subcommands: [Show.self, Candidates.self, Merge.self, Unmerge.self])

  struct Show: AgentCommand {
    static let configuration = agentCommand("show", .contactsShow, examples: "contacts show #391")
    @Argument(help: help(.contactArgument)) var contact: String
    @OptionGroup var common: CommonOptions
    func work(_ desk: AgentDesk) async throws {
      let id = try await desk.contact(contact)
      let found = try await desk.client().get("/contacts/\(id)")
      if common.json { return desk.console.print(found) }
      if common.quiet { return desk.console.print(id) }
      desk.console.print(ContactLines(desk).lines(found))
    }
  }

  struct Candidates: AgentCommand {
    static let configuration = agentCommand("candidates", .contactsCandidates, examples: "contacts candidates #391")
    @Argument(help: help(.contactArgument)) var contact: String
    @OptionGroup var common: CommonOptions
    func work(_ desk: AgentDesk) async throws {
      let id = try await desk.contact(contact)
      let candidates = try await desk.client().get("/contacts/\(id)/candidates")["candidates"]?.array ?? []
      if common.json { return candidates.forEach(desk.console.print) }
      if common.quiet {
        return candidates.forEach { desk.console.print(Neutral.oneLine($0["contact"]?["id"]?.text ?? "")) }
      }
      if candidates.isEmpty { return desk.console.talk(desk.say(.noCandidates)) }
      for candidate in candidates { desk.console.print(ContactLines(desk).lines(candidate: candidate)) }
      let other = candidates[0]["contact"]?["id"]?.text ?? ""
      desk.console.hint("patchbay contacts merge \(Neutral.oneLine(other)) \(id)")
    }
  }

  struct Merge: AgentCommand {
    static let configuration = agentCommand("merge", .contactsMerge, examples: "contacts merge #391 #388")
    @Argument(help: help(.contactArgument)) var contact: String
    @Argument(help: help(.contactInto)) var into: String
    @OptionGroup var common: CommonOptions
    func work(_ desk: AgentDesk) async throws {
      let (id, survivor) = (try await desk.contact(contact), try await desk.contact(into))
      let answer = try await desk.client().post("/contacts/\(id)/merge", ["into": .string(survivor)])
      desk.done(answer, id: Int64(survivor) ?? 0, desk.say(.contactMerged, id, survivor))
    }
  }

  struct Unmerge: AgentCommand {
    static let configuration = agentCommand("unmerge", .contactsUnmerge, examples: "contacts unmerge 9183420011")
    @Argument(help: help(.contactArgument)) var contact: String
    @OptionGroup var common: CommonOptions
    func work(_ desk: AgentDesk) async throws {
      let id = try await desk.contact(contact)
      let answer = try await desk.client().post("/contacts/\(id)/unmerge")
      desk.done(answer, id: Int64(id) ?? 0, desk.say(.contactUnmerged, id))
    }
  }
}

extension AgentDesk {
  /// A contact's number, or the number of the contact behind `#391`.
  func contact(_ text: String) async throws -> String {
    if text.hasPrefix("#") {
      let id = try id(text)
      do {
        let conversation = try await client().get("/conversations/\(id)")
        if let contact = conversation["contact"]?["id"]?.text { return contact }
      } catch let refusal as DeskRefusal {
        throw problem(refusal, id)
      }
    }
    guard let number = Int64(text), number > 0 else { throw AgentProblem(.usage, say(.badContact, text)) }
    return text
  }
}

/// A contact, to be read by a person.
struct ContactLines {
  private let desk: AgentDesk
  init(_ desk: AgentDesk) { self.desk = desk }

  func lines(_ contact: JSON) -> [String] {
    let text = { (value: JSON?) in Neutral.oneLine(value?.text ?? "") }
    var head = "\(text(contact["id"]))  \(text(contact["name"]))"
    if let survivor = contact["merged_into"]?.text { head += "  " + desk.say(.mergedInto, Neutral.oneLine(survivor)) }
    var lines = [desk.console.paint(head, .bold)]
    for identity in contact["identities"]?.array ?? [] {
      lines.append("  \(text(identity["kind"]))  \(text(identity["address"]))  \(text(identity["display"]))")
    }
    for claim in contact["claims"]?.array ?? [] {
      lines.append(
        "  \(text(claim["kind"]))  \(text(claim["address"]))  (\(desk.say(.unproved)), \(text(claim["source"])))")
    }
    for conversation in contact["conversations"]?.array ?? [] {
      lines.append(
        "  #\(text(conversation["id"]))  \(text(conversation["channel"]))  \(text(conversation["status"]))  \(text(conversation["subject"]))"
      )
    }
    return lines
  }

  func lines(candidate: JSON) -> [String] {
    let why: [String: Phrase] = [
      "claimed_here": .claimedHere, "claimed_there": .claimedThere, "claimed_by_both": .claimedByBoth,
    ]
    let evidence = (candidate["evidence"]?.array ?? []).map { proof in
      let words = why[proof["why"]?.text ?? ""].map { desk.say($0) } ?? Neutral.oneLine(proof["why"]?.text ?? "")
      return "  = \(Neutral.oneLine(proof["address"]?.text ?? "")): \(words)"
    }
    return lines(candidate["contact"] ?? .null) + evidence
  }
}
