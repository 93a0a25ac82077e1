import ArgumentParser
import Conversations
import Foundation
import Terminal

struct LoginCommand: AgentCommand {
  static let configuration = agentCommand(
    "login", .login, examples: "login", "login --url https://desk.example.com --token-file token.txt",
    "login --url http://127.0.0.1:8080 --token-file - < token.txt")

  @Option(help: help(.url)) var url: String?
  @Option(help: help(.tokenFile)) var tokenFile: String?
  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    let (say, console) = (desk.say, desk.console)
    let address = try Credentials.checked(url ?? askURL(desk), say)
    let credentials = Credentials(url: address, token: Secret(try token(desk)))
    if credentials.isReadableOnTheWay { console.talk(say(.plainHTTP, address)) }
    let me = try await DeskClient(credentials, say: say).get("/me")
    try credentials.keep(console)
    let name = me["agent"]?.text ?? me["name"]?.text ?? ""
    if common.json {
      console.print(me)
    } else if common.quiet {
      console.print(Neutral.oneLine(me["id"]?.text ?? name))
    } else {
      console.print(say(.loggedIn, address, Neutral.oneLine(name)))
    }
    console.hint("patchbay next")
  }

  private func askURL(_ desk: AgentDesk) throws -> String {
    let proposal =
      desk.console.environment["PATCHBAY_URL"] ?? Credentials.kept(desk.console)?.url ?? Credentials.urlDefault
    guard desk.console.canAsk else { throw AgentProblem(.usage, desk.say(.needsTokenFile)) }
    let answer = desk.console.ask(desk.say(.askURL, Neutral.oneLine(proposal))) ?? ""
    return answer.isEmpty ? proposal : answer
  }

  /// Never shown again, by any command.
  private func token(_ desk: AgentDesk) throws -> String {
    let text: String
    if let tokenFile {
      text = try TextSource.read(tokenFile, desk)
    } else {
      guard desk.console.canAsk else { throw AgentProblem(.usage, desk.say(.needsTokenFile)) }
      text = desk.console.askSecret(desk.say(.askToken)) ?? ""
    }
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    // RFC 6750 §2.1: a bearer token is visible ASCII.
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw AgentProblem(.usage, desk.say(.needsTokenFile))
    }
    return token
  }
}

struct LogoutCommand: AgentCommand {
  static let configuration = agentCommand("logout", .logout, examples: "logout")

  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    let wasIn = PrivateFiles.remove(Credentials.path(desk.console))
    if desk.isForPeople { desk.console.print(desk.say(wasIn ? .loggedOut : .notLoggedIn)) }
  }
}
