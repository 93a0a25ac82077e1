import Channels
import Conversations
import Desk
import Foundation
import Logging
import Outbound
import Rehearsal
import Routing
import Setup
import Storage
import Synchronization
import TestSupport

/// The present of a test: it stands still until the test moves it.
final class Timepiece: Sendable {
  private let present: Mutex<Instant>

  init(_ start: Instant) { present = Mutex(start) }

  var now: Instant { present.withLock { $0 } }
  func advance(_ seconds: Int64) { present.withLock { $0 = $0.adding(seconds: seconds) } }
  func move(to instant: Instant) { present.withLock { $0 = instant } }
}

/// The sample desk on a new store, its mail and Messenger connections led to pretend providers.
struct Bench: Sendable {
  /// Monday 2026-11-16 10:00 in Shanghai: every queue is open.
  static let monday = Instant(seconds: 1_794_794_400)
  static let page = "100000000000000"
  static let appSecret = Secret("the app secret of the tests")
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  let desk: Desk
  let time: Timepiece
  let web: PretendWebProvider
  let post: PretendMailServer
  let folder: TestFolder

  var store: Store { desk.store }

  /// Another process at the same store.
  func colleague(node: Int) throws -> Desk {
    try Bench.desk(store, desk.configuration.value, folder, time, node: node)
  }

  fileprivate static func desk(
    _ store: Store, _ configuration: DeskConfiguration, _ folder: TestFolder, _ time: Timepiece, node: Int
  ) throws -> Desk {
    var log = Logger(label: "test")
    log.logLevel = .critical
    var options = CourierOptions()
    options.connectTimeoutSeconds = 5
    return Desk(
      store: store, attachments: try AttachmentStore(directory: folder.path + "/attachments"),
      reportFolder: ReportFolder(base: folder.path),
      configuration: configuration, courier: Courier(options: options),
      keys: DeskKeys(secret: Array("0123456789abcdef0123456789abcdef".utf8)), node: node, log: log, now: { time.now })
  }

  /// The repository's own desk with these files in the place of its own.
  static func configuration(
    web: PretendWebProvider, post: PretendMailServer, mailbox: String = "support@example.com", more: String = "",
    files own: [String: String] = [:]
  ) throws -> DeskConfiguration {
    let sample = try Configuration.load(directory: root, environment: [:], secrets: .checking)
    let usual = [
      "channels/facebook.yaml": """
      kind: messenger
      title: Facebook
      settings:
        page_id: "\(page)"
        app_secret: env:APP_SECRET
        verify_token: env:VERIFY
        page_access_token: env:TOKEN
        api_base: \(web.url)

      """,
      "channels/support-mail.yaml": """
      kind: email
      title: Support
      settings:
        address: \(mailbox)
        trusted_authserv_ids: [mx.example.com]
        smtp_host: \(post.host)
        smtp_port: \(post.port)
        smtp_encryption: none
        bearer_token: env:TOKEN\(more.isEmpty ? "" : "\n  " + more)

      """,
    ]
    let changed = usual.merging(own) { $1 }
    let kept = sample.files.filter { changed[$0.path] == nil }
    let files = kept + changed.map { ConfigurationFile(path: $0.key, text: $0.value) }
    let whole = try Configuration.load(
      files: files, directory: root,
      environment: [
        "APP_SECRET": appSecret.reveal(), "VERIFY": "verify me please", "TOKEN": "a token of the tests, long",
        "BOT": botToken,
      ],
      secrets: .checking)
    return DeskConfiguration(
      version: whole.version, settings: whole.settings, connections: whole.connections, table: whole.table,
      templates: whole.templates, reports: whole.reports.filter(\.isEnabled), filesJSON: whole.filesJSON)
  }
}

/// Hands `body` a desk on a new store of `engine` and throws everything away afterwards.
func withBench(
  _ engine: TestEngine, observer: StoreOptions.Observer? = nil, mailbox: String = "support@example.com",
  more: String = "", files: [String: String] = [:], _ body: (Bench) async throws -> Void
) async throws {
  try await withTurn {
    let time = Timepiece(Bench.monday)
    let (web, post, folder) = (
      try await PretendWebProvider.start(clock: { time.now }), try await PretendMailServer.start(clock: { time.now }),
      try TestFolder()
    )
    let configuration = try Bench.configuration(web: web, post: post, mailbox: mailbox, more: more, files: files)
    try await withStore(engine, options: StoreOptions(observer: observer)) { store in
      try await store.migrate(now: time.now)
      let desk = try Bench.desk(store, configuration, folder, time, node: 1)
      let bench = Bench(desk: desk, time: time, web: web, post: post, folder: folder)
      defer { desk.courier.close() }
      try await body(bench)
    }
    await web.stop()
    await post.stop()
  }
}
