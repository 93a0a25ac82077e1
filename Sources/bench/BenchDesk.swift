import Channels
import Conversations
import Desk
import Foundation
import Gateway
import Logging
import Outbound
import ServiceLifecycle
import Setup
import Storage

/// A real desk in a throw-away directory (or on a PostgreSQL database that is empty): the sample's rules, and one
/// Messenger channel with a known secret.
struct BenchDesk {
  let desk: Desk
  private let directory: String

  static func open(_ options: DeskOptions, database: String? = nil) async throws -> BenchDesk {
    let directory = "\(options.scratch)/patchbay-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let files = try Configuration.load(directory: options.config, environment: [:], secrets: .dryRun)
    let store = try Store.open(StoreLocation(data: directory, database: database))
    let offset = officeHours(from: wallClock()).seconds(since: wallClock())
    try await store.migrate(now: wallClock())
    var log = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
    log.logLevel = .notice
    let desk = Desk(
      store: store, attachments: try AttachmentStore(directory: directory + "/attachments"),
      reportFolder: ReportFolder(base: directory),
      configuration: try configuration(files, automatic: options.automatic),
      courier: Courier(options: CourierOptions()),
      keys: DeskKeys(secret: Array("thirty-two bytes for measurements".utf8)), node: 1, log: log,
      now: { wallClock().adding(seconds: offset) })
    return BenchDesk(desk: desk, directory: directory)
  }

  /// Ends everything and removes the directory.
  func close() async {
    desk.courier.close()
    await desk.store.close()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Messages as they would come from now on, of customers nobody knows.
  func traffic(perCustomer: Int) -> Traffic {
    Traffic(perCustomer: perCustomer, startMilliseconds: desk.now().microseconds / 1000)
  }

  private static func configuration(_ files: Configuration, automatic: Bool) throws -> DeskConfiguration {
    let given: JSON = [
      "page_id": JSON(Traffic.page), "app_secret": JSON(Traffic.secret.reveal()), "verify_token": "v",
      "page_access_token": "t",
    ]
    let values = SettingValues.check(given, against: Messenger.settings).values
    guard let name = ChannelName(rawValue: Traffic.channel) else { throw CocoaError(.coderInvalidValue) }
    let messenger = Connection(
      name: name, kind: Messenger.kind, title: "Messenger", adapter: try Messenger(values),
      repliesAutomatically: automatic)
    return DeskConfiguration(
      version: files.version, settings: files.settings,
      connections: files.connections.filter { $0.name != name } + [messenger], table: files.table,
      templates: files.templates, reports: files.reports, filesJSON: files.filesJSON)
  }

  /// The next Tuesday, 10:00 in Shanghai: the sample desk is open.
  private static func officeHours(from now: Instant) -> Instant {
    let day: Int64 = 86_400
    let today = now.microseconds / 1_000_000 / day
    // 1970-01-01 was a Thursday.
    let tuesday = today + (5 - today % 7 + 7) % 7
    return Instant(microseconds: (tuesday * day + 2 * 3600) * 1_000_000)
  }
}

extension BenchDesk {
  /// Opens the doors (and starts the lanes, where wanted), runs `body` with the port of one, closes them.
  func served<T: Sendable>(lanes: Bool, door: String = "http", _ body: @escaping @Sendable (Int) async throws -> T)
    async throws -> T
  {
    let ready = AsyncStream<Int>.makeStream()
    let options = DoorOptions(port: 0, lmtp: door == "lmtp" ? ("127.0.0.1", 0) : nil)
    var services = doorServices(for: desk, options) { name, port in
      if name == door { ready.continuation.yield(port) }
    }
    if lanes {
      services += [BenchLane { await $0.runSearchLane() }, BenchLane { await $0.runClockSweep() }].map { $0.of(desk) }
    }
    let group = ServiceGroup(configuration: .init(services: services, logger: desk.log))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var ports = ready.stream.makeAsyncIterator()
      guard let port = await ports.next() else { throw CancellationError() }
      let result = try await body(port)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      return result
    }
  }

  /// Takes `count` messages in without a network, 256 at a time.
  func fill(_ count: Int) async {
    let traffic = traffic(perCustomer: 1)
    await withTaskGroup(of: Void.self) { tasks in
      for number in 0..<count {
        if number >= 256 { await tasks.next() }
        tasks.addTask { [desk] in
          _ = await desk.receive(traffic.delivery(number, receivedAt: desk.now()), on: Traffic.channel)
        }
      }
    }
  }
}

/// One of the desk's loops, as a service.
private struct BenchLane: Sendable {
  let body: @Sendable (Desk) async -> Void
  init(_ body: @escaping @Sendable (Desk) async -> Void) { self.body = body }
  func of(_ desk: Desk) -> any Service { Running(desk: desk, body: body) }

  private struct Running: Service {
    let desk: Desk
    let body: @Sendable (Desk) async -> Void
    func run() async throws { await cancelWhenGracefulShutdown { await body(desk) } }
  }
}

func wallClock() -> Instant {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}
