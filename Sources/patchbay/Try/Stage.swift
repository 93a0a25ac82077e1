import Conversations
import Desk
import Foundation
import Gateway
import Logging
import Outbound
import Rehearsal
import ServiceLifecycle
import Setup
import Storage
import Synchronization
import UnixSignals

/// The present of a rehearsal: the machine's clock, moved.
final class TryClock: Sendable {
  private let offset: Mutex<Int64>

  init(at start: Instant) { offset = Mutex(start.microseconds - wallClock().microseconds) }

  var now: Instant { wallClock().adding(microseconds: offset.withLock { $0 }) }

  /// Forward only: nothing in the desk expects the past to come back.
  func move(to instant: Instant) { advance(microseconds: max(0, instant.microseconds - now.microseconds)) }
  func advance(seconds: Int64) { advance(microseconds: seconds * 1_000_000) }
  private func advance(microseconds: Int64) { offset.withLock { $0 += microseconds } }
}

/// Where the doors stand.
struct OpenDoors: Sendable {
  var http: Int
  var lmtp: Int
  var url: String { "http://127.0.0.1:\(http)" }
}

/// A whole desk with pretend providers around it.
struct Stage: Sendable {
  let place: TryPlace
  let source: String
  let clock: TryClock
  let secrets: MadeUp
  let mail: PretendMailServer
  let web: PretendWebProvider
  let desk: Desk

  static func open(_ place: TryPlace, source: String) async throws -> Stage {
    let (clock, secrets) = (TryClock(at: TourDates.tuesday), MadeUp())
    let mail = try await PretendMailServer.start(clock: { clock.now })
    let web = try await PretendWebProvider.start(clock: { clock.now })
    try place.copyDesk(from: source, mailPort: mail.port, web: web.url)
    let configuration: Configuration
    do {
      configuration = try Configuration.load(
        directory: place.config, environment: processEnvironment().merging(secrets.environment) { _, own in own },
        secrets: .serving(dataDirectory: place.data))
    } catch {
      throw Failure.configuration("\(error)")
    }
    let store = try Store.open(try StoreLocation(data: place.data, database: nil))
    try await store.migrate(now: clock.now)
    let desk = try await DeskWiring.desk(
      configuration, store: store, dataDirectory: place.data,
      log: DeskWiring.logger(environment("PATCHBAY_LOG") ?? "error"),
      now: { clock.now })
    return Stage(place: place, source: source, clock: clock, secrets: secrets, mail: mail, web: web, desk: desk)
  }

  /// Opens the doors and runs every loop of the desk while `body` runs.
  func serve(port: Int, _ body: @escaping @Sendable (OpenDoors) async throws -> Void) async throws {
    let (ports, opened) = AsyncStream.makeStream(of: (String, Int).self)
    let doors = doorServices(
      for: desk, DoorOptions(host: "127.0.0.1", port: port, lmtp: ("127.0.0.1", 0))
    ) { name, port in opened.yield((name, port)) }
    let stopping = Stopping()
    // The last service is the first to be stopped, so it knows before any door closes.
    var configuration = ServiceGroupConfiguration(
      services: workers + doors + [Worker("interruption") { await stopping.wait() }],
      gracefulShutdownSignals: [.sigint, .sigterm], logger: desk.log)
    // Open chat pages and boards hold their event streams: they are cut, not waited for.
    configuration.maximumGracefulShutdownDuration = .seconds(2)
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: End.self) { tasks in
      tasks.addTask {
        defer { opened.finish() }
        try await group.run()
        return .services
      }
      tasks.addTask {
        guard let open = await Self.bothDoors(ports) else { return .neverOpened }
        do {
          try await body(open)
        } catch {
          // The doors closed under it: that is the interruption's doing.
          guard stopping.hasBegun else { throw error }
          return .services
        }
        await group.triggerGracefulShutdown()
        return .body
      }
      let end = try await tasks.next()
      if end == .services { tasks.cancelAll() }
      switch end {
      case .neverOpened: try await tasks.waitForAll()  // says why
      case .body, .services, nil: try? await tasks.waitForAll()
      }
    }
  }

  private enum End { case services, body, neverOpened }

  private static func bothDoors(_ ports: AsyncStream<(String, Int)>) async -> OpenDoors? {
    var known: [String: Int] = [:]
    for await (name, port) in ports {
      known[name] = port
      if let http = known["http"], let lmtp = known["lmtp"] { return OpenDoors(http: http, lmtp: lmtp) }
    }
    return nil
  }

  /// As `serve` has them, but looking at the moved clock more often.
  private var workers: [any Service] {
    let desk = desk
    return [
      Worker("sending") { await desk.runDeliveryLoop() },
      Worker("clocks") { await desk.runClockSweep(every: .milliseconds(250)) },
      Worker("search") { await desk.runSearchLane() },
      Worker("reports") { await desk.runReports(every: .seconds(1)) },
      Worker("housekeeping") { await desk.runHousekeeping() },
    ]
  }

  func close() async {
    desk.courier.close()
    await desk.store.close()
    await mail.stop()
    await web.stop()
  }
}

/// Notes that the services have been asked to end.
private final class Stopping: Sendable {
  private let begun = Mutex(false)
  var hasBegun: Bool { begun.withLock { $0 } }

  /// Returns when its task is cancelled.
  func wait() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    begun.withLock { $0 = true }
  }
}
