import Channels
import Conversations
import Desk
import Foundation
import Logging
import Outbound
import Routing
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Reloads") struct ReloadTests {
  /// What the files say next.
  private final class Shelf: Sendable {
    private let next: Mutex<Result<DeskConfiguration, ConfigurationRefusal>>
    init(_ configuration: DeskConfiguration) { next = Mutex(.success(configuration)) }
    func put(_ result: Result<DeskConfiguration, ConfigurationRefusal>) { next.withLock { $0 = result } }
    var reader: ConfigurationReader {
      { () throws(ConfigurationRefusal) in try self.next.withLock { $0 }.get() }
    }
  }

  private func withShelf(_ engine: TestEngine, _ body: (Bench, Desk, Shelf) async throws -> Void) async throws {
    try await withBench(engine) { (bench) async throws in
      let shelf = Shelf(bench.desk.configuration.value)
      var log = Logger(label: "test")
      log.logLevel = .critical
      let desk = Desk(
        store: bench.store, attachments: bench.desk.attachments, reportFolder: bench.desk.reportFolder,
        configuration: bench.desk.configuration.value, courier: bench.desk.courier, keys: bench.desk.keys, node: 2,
        log: log, reader: shelf.reader, now: { bench.time.now })
      try await desk.rememberConfiguration(as: ConfigurationEntry(how: "start", actor: "root"))
      try await body(bench, desk, shelf)
    }
  }

  private func changed(
    _ bench: Bench, version: String, channels: [String]? = nil, _ change: (inout RoutingTable) -> Void = { _ in }
  ) -> DeskConfiguration {
    let old = bench.desk.configuration.value
    var table = old.table
    table.version = version
    change(&table)
    return DeskConfiguration(
      version: version, settings: old.settings,
      connections: old.channels.values.filter { channels?.contains($0.name.rawValue) ?? true }, table: table,
      templates: old.templates, reports: old.reports, filesJSON: #"{"channels/facebook.yaml":"changed"}"#)
  }

  private func log(_ bench: Bench) async throws -> [ConfigurationLogRow] {
    try await bench.store.read { try $0.configurationLog(limit: 10) }
  }

  @Test(
    "what is accepted is in force, kept and written down; what is refused changes nothing", arguments: TestEngine.all)
  func acceptedAndRefused(engine: TestEngine) async throws {
    try await withShelf(engine) { (bench, desk, shelf) async throws in
      let first = desk.configuration.value.version
      #expect(try await log(bench).map(\.how) == ["start"])
      bench.time.advance(60)
      shelf.put(.success(changed(bench, version: "second")))
      let reload = try await desk.reload(by: "wei")
      #expect(
        (reload.previous, reload.version) == (first, "second") && reload.changedFiles.contains("channels/facebook.yaml")
      )
      #expect(reload.notes.contains { $0.hasPrefix("channel facebook: opened anew") })
      #expect(desk.configuration.value.version == "second")
      #expect(try await bench.store.read { try $0.configurationFiles("second") } != nil)

      shelf.put(.failure(ConfigurationRefusal(["one", "two"])))
      let refusal = await #expect(throws: ConfigurationRefusal.self) { try await desk.reload(by: "wei") }
      #expect(refusal?.problems == ["one", "two"] && desk.configuration.value.version == "second")

      bench.time.advance(60)
      shelf.put(.success(bench.desk.configuration.value))
      _ = try await desk.reload(by: "root")
      // The same files once more are no new version.
      bench.time.advance(60)
      #expect(try await desk.reload(by: "root").notes.contains("the files are the same; secrets were read again"))
      let entries = try await log(bench)
      #expect(entries.map(\.version) == [first, "second", first] && entries.map(\.actor) == ["root", "wei", "root"])
    }
  }

  @Test("a store that takes nothing keeps the old configuration in force")
  func storeDown() async throws {
    try await withShelf(.sqlite) { (bench, desk, shelf) async throws in
      let first = desk.configuration.value.version
      shelf.put(.success(changed(bench, version: "second")))
      await bench.store.close()
      await #expect(throws: (any Error).self) { try await desk.reload(by: "wei") }
      #expect(desk.configuration.value.version == first)
    }
  }

  @Test("running clocks follow new hours, and a channel that was closed takes nothing", arguments: TestEngine.all)
  func settles(engine: TestEngine) async throws {
    try await withShelf(engine) { (bench, desk, shelf) async throws in
      _ = await bench.message("please refund my order", id: "m1")
      let before = try #require(try await bench.instant("SELECT due_at FROM clocks WHERE kind = 'first_response'"))
      let short = try BusinessCalendar(
        CalendarDefinition(
          name: "hotline", timeZone: "Asia/Shanghai",
          weekly: ["mon": [.init("09:00", "10:01")], "tue": [.init("09:00", "18:00")]]))
      shelf.put(
        .success(changed(bench, version: "second", channels: ["support-mail"]) { $0.calendars["hotline"] = short }))
      let reload = try await desk.reload(by: "wei")
      #expect(reload.notes.contains { $0.hasPrefix("channel facebook: closed") })
      let after = try #require(try await bench.instant("SELECT due_at FROM clocks WHERE kind = 'first_response'"))
      #expect(after > before.adding(seconds: 3600))
      #expect(await desk.receive(Bench.delivery([], at: bench.time.now), on: "facebook").answer.status == 404)
    }
  }

  @Test("what waits already moves on by an overflow that is new or sooner", arguments: TestEngine.all)
  func overflows(engine: TestEngine) async throws {
    try await withShelf(engine) { (bench, desk, shelf) async throws in
      let wei = try await bench.agent("wei")
      try await desk.setPresence(.online, of: wei)
      for number in 1...3 { _ = await bench.message("please refund my order", id: "m\(number)", from: "c\(number)") }
      try await desk.take(ConversationID(3), for: wei)
      func reload(_ version: String, after seconds: Int64?) async throws {
        let change = { (table: inout RoutingTable) in
          guard let place = table.queues.firstIndex(where: { $0.name == "refunds" }) else { return }
          table.queues[place].overflow = seconds.map { RouteTarget(queue: "payments", timeoutSeconds: $0) }
        }
        shelf.put(.success(changed(bench, version: version, change)))
        _ = try await desk.reload(by: "wei")
      }
      func moments() async throws -> [String] {
        try await bench.texts("SELECT CAST(moves_at AS TEXT) FROM conversations WHERE moves_at IS NOT NULL")
      }
      #expect(try await moments() == [])
      bench.time.advance(60)
      try await reload("second", after: 7200)
      #expect(try await Set(moments()) == ["\(bench.time.now.adding(seconds: 7200).microseconds)"])
      bench.time.advance(60)
      try await reload("third", after: 600)
      let sooner = "\(bench.time.now.adding(seconds: 600).microseconds)"
      #expect(try await Set(moments()) == [sooner])
      try await reload("fourth", after: 9000)
      #expect(try await Set(moments()) == [sooner], "a promise to move is not put off")
      bench.time.advance(600)
      try await desk.setPresence(.online, of: wei)
      #expect(try await desk.moveOn() == 2)
      #expect(
        try await bench.texts("SELECT queue FROM conversations ORDER BY id") == ["payments", "payments", "refunds"])
    }
  }

  @Test("a desk that was not made from files has nothing to reload")
  func noFiles() async throws {
    try await withBench(.sqlite) { (bench) async throws in
      await #expect(throws: DeskError.self) { try await bench.desk.reload(by: "wei") }
    }
  }
}
