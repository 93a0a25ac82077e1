import ArgumentParser
import Conversations
import Foundation
import Synchronization

struct Try: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Shows all of Patchbay at work on this machine, with pretend providers and a movable clock.",
    discussion: """
      Everything stays on loopback and in a throw-away directory. A tour sends one message through every door, answers \
      some, and checks what it promises; then chat page, form and board stay up until Ctrl-C.
      """)

  @Flag(help: "The tour only; exit 0 when everything in it was as it should be.")
  var once = false

  @Option(help: "The HTTP port; default: any free one.")
  var port: Int = 0

  @Option(
    help: ArgumentHelp("The directory with channels/ and templates/ (PATCHBAY_CONFIG).", valueName: "dir"))
  var config: String?

  @Option(help: ArgumentHelp("Works in this empty directory and leaves it behind.", valueName: "dir"))
  var keep: String?

  func run() async throws {
    guard (0...65_535).contains(port) else { throw Failure.usage("--port is 0…65535") }
    // Until the services listen for it: a directory half made would stay behind.
    signal(SIGINT, SIG_IGN)
    let source = try TryPlace.sampleDesk(config)
    let place = try TryPlace.make(keep: keep)
    defer { place.remove() }
    let misses = Misses()
    try await perform(in: place, from: source) { count in misses.count.withLock { $0 = count } }
    switch misses.count.withLock({ $0 }) {
    case nil: throw ExitCode(130)  // stopped in the middle: 128 + SIGINT, as shells count
    case 0?: return
    case let count?: throw Failure.error("\(count) of the tour's expectations were not met")
    }
  }

  private func perform(
    in place: TryPlace, from source: String, finished: @escaping @Sendable (Int) -> Void
  ) async throws {
    let stage = try await Stage.open(place, source: source)
    let staysUp = !once
    do {
      try await stage.serve(port: port) { doors in
        let tour = try await Tour(stage, doors)
        finished(try await tour.walk())
        guard staysUp else { return }
        try await tour.printGuide()
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
      }
    } catch {
      await stage.close()
      throw error
    }
    await stage.close()
  }
}

/// How many expectations were not met; `nil` while the tour is not over.
private final class Misses: Sendable {
  let count = Mutex<Int?>(nil)
}
