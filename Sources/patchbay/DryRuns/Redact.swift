import ArgumentParser
import Desk
import Routing

struct Redact: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replaces card numbers and the like in the lines of standard input, as intake does.")

  func run() async throws {
    let keys = DeskKeys(secret: DeskWiring.randomBytes(32))
    let redactor = Redactor(token: { keys.redactionToken(for: $0) })
    while let line = readLine(strippingNewline: true) { print(redactor.redact(line).text) }
  }
}
