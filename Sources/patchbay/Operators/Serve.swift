import ArgumentParser
import Conversations
import Desk
import Foundation
import Gateway
import Logging
import Outbound
import ServiceLifecycle
import Setup
import Storage
import UnixSignals

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the router: doors, sending, service clocks, reports.",
    discussion: "SIGHUP, or `patchbay config reload`, makes it read its configuration again.")

  @OptionGroup var files: ConfigurationOptions
  @OptionGroup var place: StoreOptions

  @Option(help: "The address to listen at (PATCHBAY_HOST; default 127.0.0.1: put a TLS proxy in front).")
  var host: String?

  @Option(help: "The HTTP port (PATCHBAY_PORT; default 8080; 0 = any free one).")
  var port: Int?

  @Option(help: ArgumentHelp("Also listens for mail by LMTP here.", valueName: "host:port"))
  var lmtp: String?

  @Option(help: "debug, info, notice, warning or error (PATCHBAY_LOG; default info).")
  var log: String?

  func run() async throws {
    let logger = DeskWiring.logger(log)
    // Before anybody may know that we run: untrapped, the signal ends the process.
    let hangups = await UnixSignalsSequence(trapping: .sighup)
    let secrets = SecretUse.serving(dataDirectory: place.dataDirectory)
    let configuration = try DeskWiring.configuration(files.directory, secrets)
    for warning in configuration.warnings { say("\(warning)") }
    let store = try await place.open()
    // Routers that share PostgreSQL hear of each other; beside an embedded store there is one.
    let lock = store.location.engine.isShared ? nil : try ServeLock(directory: place.dataDirectory)
    defer { withExtendedLifetime(lock) {} }
    let desk = try await DeskWiring.desk(
      configuration, store: store, dataDirectory: place.dataDirectory, log: logger,
      reader: DeskWiring.reader(files.directory, secrets),
      entry: ConfigurationEntry(how: "start", actor: NSUserName()))
    // Whoever started the router anew may have put credentials right.
    try await desk.probe(channel: nil, by: "start")
    let services = doorServices(for: desk, try options()) { door, port in
      // A line that scripts wait for.
      FileOutput.write(Array("listening \(door) \(port)\n".utf8))
    }
    var workers: [any Service] = [
      Worker("sending") { await desk.runDeliveryLoop() }, Worker("clocks") { await desk.runClockSweep() },
      Worker("errands") { await desk.runErrands() },
      Worker("call records") { await desk.runRecordFollowing() },
      Worker("search") { await desk.runSearchLane() }, Worker("reports") { await desk.runReports() },
      Worker("housekeeping") { await desk.runHousekeeping() },
      Worker("collecting") { await desk.runCollecting() },
      Worker("offers") { await desk.runOffering() },
      Worker("reloading") { for await _ in hangups { await Serve.reload(desk) } },
    ]
    // A service that ends ends the router: only where there is something to look for.
    if store.location.engine.isShared { workers.append(Worker("feed") { await desk.runFeedPoll() }) }
    let group = ServiceGroup(
      configuration: .init(services: workers + services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch {
      throw Failure.error("cannot serve: \(error)")
    }
    desk.courier.close()
    await store.close()
  }

  /// SIGHUP. A configuration that is refused is told of by the desk; the one in force stays.
  private static func reload(_ desk: Desk) async {
    do {
      _ = try await desk.reload(by: "signal")
    } catch is ConfigurationRefusal {
    } catch {
      desk.log.error("could not reload", metadata: ["error": "\(error)"])
    }
  }

  private func options() throws -> DoorOptions {
    let port =
      try port ?? environment("PATCHBAY_PORT").map { text in
        guard let number = Int(text) else { throw Failure.usage("PATCHBAY_PORT is not a number: \(text)") }
        return number
      } ?? 8080
    return DoorOptions(
      host: host ?? environment("PATCHBAY_HOST") ?? "127.0.0.1", port: port,
      lmtp: try lmtp.map(Serve.address), trustedProxies: Serve.trustedProxies)
  }

  /// PATCHBAY_TRUSTED_PROXIES: addresses divided by commas, beside this machine's own.
  static var trustedProxies: Set<String> {
    let named = (environment("PATCHBAY_TRUSTED_PROXIES") ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    return Set(named).union(["127.0.0.1", "::1"])
  }

  /// `host:port`.
  static func address(_ text: String) throws -> (host: String, port: Int) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else {
      throw Failure.usage("`\(text)` is not host:port")
    }
    return (String(text[..<colon]), port)
  }
}

/// A loop that ends when the process is asked to.
struct Worker: Service {
  let name: String
  let body: @Sendable () async -> Void
  init(_ name: String, _ body: @escaping @Sendable () async -> Void) { (self.name, self.body) = (name, body) }
  func run() async throws { await cancelWhenGracefulShutdown { await body() } }
}
