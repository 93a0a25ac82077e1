import ArgumentParser
import Conversations
import Desk
import Outbound
import Setup
import Storage

struct AgentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents", abstract: "The people who answer.",
    subcommands: [Add.self, List.self, Set.self, Disable.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds an agent.",
      discussion: "Example: patchbay agents add wei --display \"Wei Chen\" --queue refunds --queue payments")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "What colleagues type: a–z, 0–9, - and _.") var name: String
    @Option(help: "What customers and colleagues read; default: the name.") var display: String?
    @Option(help: "Mail address.") var email: String?
    @Option(help: "agent, lead (sees every queue) or admin (also delivers and repairs).") var role: String = "agent"
    @Option(name: .customLong("queue"), help: "A queue to serve; again for more; none = all.") var queues: [String] = []
    @OptionGroup var abilities: AbilityOptions
    @Flag(help: "Also makes a token and prints it.") var token = false

    func run() async throws {
      guard let role = Agent.Role(rawValue: role) else { throw Failure.usage("role is agent, lead or admin") }
      try await OperatorDesk.with(files, place) { desk in
        var agent = Agent(
          name: name, display: display ?? name, email: email, role: role, queues: queues, createdAt: wallClock())
        (agent.languages, agent.skills) = (abilities.languages, abilities.skills)
        agent.capacity = try abilities.number()
        try await desk.addAgent(agent)
        if token {
          print(try await desk.createToken(for: name, label: nil, chance: DeskWiring.randomBytes(32)))
        } else {
          print(name)
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists agents.")
    @OptionGroup var place: StoreOptions
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let store = try await place.open()
      for agent in try await store.read({ try $0.agents() }) {
        let end = agent.disabledAt == nil ? "" : "  disabled"
        print(json ? agent.json.description : "\(agent.name)  \(agent.role.rawValue)  \(agent.abilities)\(end)")
      }
      await store.close()
    }
  }

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Changes what an agent serves, speaks, can, and holds at the same time.",
      discussion: "What is not named stays; `none` empties. Example: patchbay agents set wei --language zh --capacity 4"
    )
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument var name: String
    @Option(name: .customLong("queue"), help: "A queue to serve; again for more; none = all.") var queues: [String] = []
    @OptionGroup var abilities: AbilityOptions

    func run() async throws {
      let change = AgentChange(
        queues: Self.list(queues), languages: Self.list(abilities.languages), skills: Self.list(abilities.skills),
        capacity: abilities.capacity == nil ? nil : .some(try abilities.number()))
      try await OperatorDesk.with(files, place) { desk in
        let agent = try await desk.changeAgent(name, change)
        print("\(agent.name)  \(agent.abilities)")
      }
    }

    /// Nothing named: as it is. `none`: empty.
    private static func list(_ words: [String]) -> [String]? {
      words.isEmpty ? nil : words == ["none"] ? [] : words
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends an agent's access: tokens revoked, held work given back.")
    @OptionGroup var place: StoreOptions
    @Argument var name: String

    func run() async throws {
      let (store, name, now) = (try await place.open(), name, wallClock())
      let known = try await store.write { tx in
        guard try tx.agent(name) != nil else { return false }
        try tx.disableAgent(name, at: now)
        return true
      }
      guard known else { throw Failure.notFound("no agent `\(name)`") }
      print(name)
      await store.close()
    }
  }
}

/// What an agent speaks, can, and holds at the same time.
struct AbilityOptions: ParsableArguments {
  @Option(
    name: .customLong("language"), help: "A language they answer in, such as zh; again for more; none named = any.")
  var languages: [String] = []
  @Option(name: .customLong("skill"), help: "A skill that queues or categories ask for; again for more.")
  var skills: [String] = []
  @Option(help: "How much they hold at the same time, in weights of channels; none = as much as they take.")
  var capacity: String?

  /// `nil` = without bound.
  func number() throws -> Int? {
    guard let capacity, capacity != "none" else { return nil }
    guard let number = Int(capacity) else { throw Failure.usage("--capacity is a number, or none") }
    return number
  }
}

struct TokensCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens", abstract: "What agents log in with.", subcommands: [Create.self, List.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a token and prints it, once: only its hash is kept.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "The agent's name.") var agent: String
    @Option(help: "To tell tokens apart, e.g. laptop.") var label: String?

    func run() async throws {
      try await OperatorDesk.with(files, place) { desk in
        print(try await desk.createToken(for: agent, label: label, chance: DeskWiring.randomBytes(32)))
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists tokens; never their values.")
    @OptionGroup var place: StoreOptions
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let store = try await place.open()
      for token in try await store.read({ try $0.tokens() }) {
        let end = token.revokedAt == nil ? "" : "  revoked"
        print(
          json
            ? token.json.description
            : "\(token.id)  \(token.agent)  \(token.label ?? "-")  \(token.createdAt.rfc3339)\(end)")
      }
      await store.close()
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ends a token.")
    @OptionGroup var place: StoreOptions
    @Argument(help: "Its number.") var id: Int64

    func run() async throws {
      let (store, number, now) = (try await place.open(), id, wallClock())
      guard try await store.write({ try $0.revokeToken(number, at: now) }) else {
        throw Failure.notFound("no living token \(id)")
      }
      print(id)
      await store.close()
    }
  }
}

extension TokenRecord {
  fileprivate var json: JSON {
    [
      "id": JSON(id), "agent": JSON(agent), "label": JSON(label), "created_at": JSON(createdAt),
      "revoked_at": JSON(revokedAt),
    ]
  }
}

/// A desk for one command of the operator's.
enum OperatorDesk {
  static func with(_ files: ConfigurationOptions, _ place: StoreOptions, _ body: (Desk) async throws -> Void)
    async throws
  {
    let configuration = try DeskWiring.configuration(files.directory, .dryRun)
    let store = try await place.open()
    let desk = try await DeskWiring.desk(
      configuration, store: store, dataDirectory: place.dataDirectory, log: DeskWiring.logger("error"))
    do {
      try await body(desk)
    } catch DeskError.notFound(let what) {
      throw Failure.notFound(what)
    } catch DeskError.invalid(let why) {
      throw Failure.usage(why)
    }
    desk.courier.close()
    await store.close()
  }
}
