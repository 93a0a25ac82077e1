import ArgumentParser
import Routing
import Storage

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what this installation works with: versions, store, time-zone data.")
  @OptionGroup var place: StoreOptions

  func run() async throws {
    print("time-zone data \(CivilZone.dataVersion)")
    print("store \(try place.location())")
    let store = try await place.open()
    let problems = try await store.check()
    print(problems.isEmpty ? "store sound" : problems.joined(separator: "\n"))
    await store.close()
    if !problems.isEmpty { throw ExitCode(1) }
  }
}
