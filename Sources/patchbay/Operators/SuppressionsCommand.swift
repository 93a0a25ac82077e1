import ArgumentParser
import Conversations
import Desk
import Storage

struct SuppressionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suppressions",
    abstract: "Addresses that nothing is sent to, since mail to them came back for good: why, and the way back.",
    subcommands: [List.self, Add.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists them, newest first.")
    @OptionGroup var place: StoreOptions
    @Option(help: "At most so many.") var limit = 100
    @Flag(help: "One JSON object a line.") var json = false

    func run() async throws {
      let (store, count) = (try await place.open(), limit)
      let all = try await store.read { try $0.suppressions(limit: count) }
      for entry in all {
        print(json ? entry.json.description : "\(entry.at.rfc3339)  \(entry.address)  \(entry.reason)")
      }
      if all.isEmpty { say("nothing is suppressed") }
      await store.close()
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sends nothing more to an address.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "The address.") var address: String
    @Option(help: "Why.") var reason = ""

    func run() async throws {
      let (address, reason) = (address, reason)
      try await OperatorDesk.with(files, place) { try await $0.suppress(address, reason: reason, by: "operator") }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sends to addresses again.")
    @OptionGroup var files: ConfigurationOptions
    @OptionGroup var place: StoreOptions
    @Argument(help: "The addresses.") var addresses: [String]

    func run() async throws {
      let addresses = addresses
      try await OperatorDesk.with(files, place) { desk in
        for address in addresses {
          try await desk.liftSuppression(address, by: "operator")
          print(address)
        }
      }
    }
  }
}
