import ArgumentParser
import Conversations
import Foundation
import Terminal

/// What every agents' command understands.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: help(.json)) var json = false
  @Flag(name: .shortAndLong, help: help(.quiet)) var quiet = false
  @Flag(name: .long, help: help(.absolute)) var absolute = false
}

/// A help text in the user's language.
func help(_ phrase: HelpPhrase) -> ArgumentHelp { ArgumentHelp(helpText(phrase)) }

func helpText(_ phrase: HelpPhrase) -> String {
  phrase.text(in: Language(environment: ProcessInfo.processInfo.environment))
}

/// Name, abstract and examples of a command.
func agentCommand(_ name: String, _ abstract: HelpPhrase, examples: String...) -> CommandConfiguration {
  let lines = examples.map { "  patchbay \($0)" }
  return CommandConfiguration(
    commandName: name, abstract: helpText(abstract),
    discussion: ([helpText(.examples)] + lines).joined(separator: "\n"))
}

/// A command for agents: it works through the HTTP API, and its problems become words and exit codes in one place.
protocol AgentCommand: AsyncParsableCommand {
  var common: CommonOptions { get }
  func work(_ desk: AgentDesk) async throws
}

extension AgentCommand {
  func run() async throws {
    let desk = AgentDesk(common)
    do {
      try await work(desk)
    } catch let problem as AgentProblem {
      desk.report(problem)
      throw ExitCode(problem.exit.rawValue)
    } catch let refusal as DeskRefusal {
      let problem = refusal.problem(desk.say)
      desk.report(problem)
      throw ExitCode(problem.exit.rawValue)
    } catch let failure as PrivateFiles.Failure {
      desk.report(AgentProblem(.error, desk.say(.noWrite, failure.path, failure.reason)))
      throw ExitCode(CommandExit.error.rawValue)
    }
  }
}

/// What a command has at hand: the terminal, the words, and the way to the server.
struct AgentDesk {
  let common: CommonOptions
  let console: Console
  let say: Speech
  let time: TimeWords

  init(_ common: CommonOptions) {
    self.common = common
    console = Console()
    say = console.speech
    time = TimeWords(console.speech, zone: console.zone, now: console.now, absolute: common.absolute)
  }

  /// For people, not for scripts.
  var isForPeople: Bool { !common.json && !common.quiet }

  /// Connected as the agent that the environment or `login` names.
  func client() throws(AgentProblem) -> DeskClient {
    try DeskClient(Credentials.current(console), say: say)
  }

  func report(_ problem: AgentProblem) {
    let text = Neutral.oneLine(problem.message)
    console.talk(say(.error, console.talkPaint(text, .red)))
    for line in problem.lines { console.talk(line) }
    if common.json, let details = problem.details { console.print(details) }
  }

  /// Ends an action: the server's answer for scripts, the id for `-q`, a sentence for people.
  func done(_ answer: JSON, id: Int64, _ sentence: String) {
    if common.json {
      console.print(answer)
    } else if common.quiet {
      console.print(String(id))
    } else {
      console.print(sentence)
    }
  }

  /// `391` or `#391`.
  func id(_ text: String) throws(AgentProblem) -> Int64 {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard let id = Int64(digits), id > 0 else { throw AgentProblem(.usage, say(.badID, text)) }
    return id
  }

  func choice(_ text: String, of all: [String]) throws(AgentProblem) -> String {
    let wanted = text.lowercased().replacing("-", with: "_")
    guard all.contains(wanted) else {
      throw AgentProblem(.usage, say(.badChoice, text, all.joined(separator: ", ")))
    }
    return wanted
  }

  static let statuses = ConversationStatus.allCases.map(\.rawValue)
  static let priorities = Priority.allCases.map(\.rawValue)
}
