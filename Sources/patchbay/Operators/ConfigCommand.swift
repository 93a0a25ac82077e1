import ArgumentParser
import Conversations
import Desk
import Foundation
import Setup
import Storage
import Terminal

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "The configuration's life: what is in force, what it was, and the way back.",
    subcommands: [History.self, Diff.self, Rollback.self, Reload.self])

  struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists which versions came into force, newest first: when, how, by whom, and what was changed.")
    @OptionGroup var place: StoreOptions
    @Option(help: "At most so many.") var limit = 20
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      guard limit > 0 else { throw Failure.usage("--limit is a positive number") }
      // One more, to compare the oldest shown with.
      let count = limit
      let (log, kept) = try await KeptConfiguration.read(place) { tx in
        let log = try tx.configurationLog(limit: count + 1)
        let versions = Set(log.map(\.version))
        return (log, try versions.reduce(into: [:]) { $0[$1] = try KeptConfiguration($1, tx) })
      }
      for (index, row) in log.prefix(limit).enumerated() {
        let before = index + 1 < log.count ? kept[log[index + 1].version] : nil
        let changed = before.flatMap { before in kept[row.version].map { before.changedPaths(to: $0) } }
        print(json ? row.json(changed).description : row.line(changed))
      }
      if log.isEmpty { say("no router has been started at this store yet") }
    }
  }

  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows what differs: from what is in force to the files as they are now, or between versions.",
      discussion: """
        Examples:
          patchbay config diff                      what a reload would change
          patchbay config diff 3f2a91               from that version to the files as they are now
          patchbay config diff 3f2a91 88b0c4        from one version to another
        """)
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "A version, or its beginning; without it the one in force.") var from: String?
    @Argument(help: "Another one; without it the files in --config.") var to: String?

    func run() async throws {
      let (from, to) = (from, to)
      let (old, new) = try await KeptConfiguration.read(place) { tx in
        (try KeptConfiguration.find(from, tx), try to.map { try KeptConfiguration.find($0, tx) })
      }
      let present = Configuration.files(directory: files.directory, environment: processEnvironment()).files
      for line in old.difference(to: new ?? KeptConfiguration(version: nil, files: present)) { print(line) }
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Puts the files of an earlier version back into the configuration's directory, if they pass the check.",
      discussion: """
        The router goes on as it is until `patchbay config reload`. Files that no router has ever accepted are not \
        overwritten, unless with --discard. Secrets stay where they are: the files only name them.

        Example: patchbay config rollback 3f2a91 && patchbay config reload
        """)
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "The version, or its beginning.") var version: String
    @Flag(help: "Also when the files as they are now were never in force, and would be lost.") var discard = false

    func run() async throws {
      let (wanted, directory) = (version, files.directory)
      let present = Configuration.files(directory: directory, environment: processEnvironment())
      let (target, model, isKept) = try await KeptConfiguration.read(place) { tx in
        let target = try KeptConfiguration.find(wanted, tx)
        return (target, try target.model(tx), try tx.configurationFiles(present.version) != nil)
      }
      guard let version = target.version, !target.files.isEmpty else {
        throw Failure.error("the files of this version cannot be read")
      }
      if version == present.version { return print("the files are those of version \(version.prefix(12)) already") }
      guard isKept || discard else {
        throw Failure(
          4,
          "the files in \(directory) were never in force and would be lost; save them, or say --discard (see `patchbay config diff`)"
        )
      }
      try check(target.files, model, directory)
      let changes = ConfigurationWriting(directory: directory, from: present.files, to: target.files, model: model)
      try changes.carryOut()
      for line in changes.lines { print(line) }
      let written = Configuration.files(directory: directory, environment: processEnvironment())
      if written.version != version {
        say("the classifier's file of then was not kept: the present one stays (`patchbay train` makes it anew)")
      }
      say("written: version \(written.version.prefix(12)); `patchbay config reload` brings it into force")
    }

    /// What `patchbay check` would say of them.
    private func check(_ files: [ConfigurationFile], _ model: ConfigurationModel?, _ directory: String) throws {
      do {
        _ = try Configuration.load(
          files: files, model: model, directory: directory, environment: processEnvironment(), secrets: .checking)
      } catch {
        throw Failure.configuration("nothing was written: this version does not pass the check any more\n\(error)")
      }
    }
  }

  struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the running router read its files again (token of an admin); exit 78 when it refuses them.",
      discussion:
        "All or nothing: files with a mistake are refused with every problem, and the router goes on as it was.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let desk = AgentDesk(common)
      do {
        let answer = try await desk.client().post("/configuration/reload")
        if common.json { return desk.console.print(answer) }
        let version = { (key: String) in String((answer[key]?.string ?? "").prefix(12)) }
        if common.quiet { return print(version("version")) }
        let isSame = answer["changed"]?.bool == false
        print(isSame ? "version \(version("version")), as before" : "\(version("previous")) → \(version("version"))")
        for item in (answer["files"]?.array ?? []) + (answer["notes"]?.array ?? []) {
          print("  \(Neutral.oneLine(item.string ?? ""))")
        }
      } catch let refusal as DeskRefusal where refusal.code == "invalid_configuration" {
        if common.json { desk.console.print(refusal.json) }
        let problems = (refusal.json["problems"]?.array ?? []).compactMap(\.string).map { Neutral.lines($0) }
        throw Failure.configuration(([refusal.message] + problems).joined(separator: "\n"))
      } catch let refusal as DeskRefusal {
        let problem = refusal.problem(desk.say)
        throw Failure(problem.exit.rawValue, Neutral.oneLine(problem.message))
      } catch let problem as AgentProblem {
        throw Failure(problem.exit.rawValue, ([problem.message] + problem.lines).joined(separator: "\n"))
      }
    }
  }
}

extension ConfigurationLogRow {
  /// `changed` = `nil`: there is nothing to compare with.
  fileprivate func line(_ changed: [String]?) -> String {
    let files = changed.map { $0.isEmpty ? "" : "\n    " + $0.joined(separator: "\n    ") } ?? ""
    return "\(version.prefix(12))  \(at.rfc3339)  \(how)  by \(Neutral.oneLine(actor))\(files)"
  }

  fileprivate func json(_ changed: [String]?) -> JSON {
    [
      "version": JSON(version), "at": JSON(at), "how": JSON(how), "actor": JSON(actor),
      "files": changed.map { JSON($0) } ?? .null,
    ]
  }
}
