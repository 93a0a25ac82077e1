import Conversations
import Foundation
import Outbound
import Rehearsal
import Storage
import TestSupport
import Testing

/// The built program as a router of its own: the sample desk, a throw-away data directory, pretend providers.
final class Router: Sendable {
  static let page = "100000000000000"
  static let appSecret = Secret("the app secret of the tests")
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  let folder: TestFolder
  let web: PretendWebProvider
  let post: PretendMailServer
  let courier = Courier()
  /// Where the store lies; may be a mount of its own.
  let data: String
  /// `nil` = SQLite in `data`.
  let database: Secret?

  var config: String { folder.path + "/desk" }

  init(data: String? = nil, database: Secret? = nil) async throws {
    folder = try TestFolder()
    (web, post) = (try await PretendWebProvider.start(), try await PretendMailServer.start())
    self.data = data ?? folder.path + "/data"
    self.database = database
    for name in ["channels", "templates"] {
      try FileManager.default.createDirectory(atPath: config, withIntermediateDirectories: true)
      // Never a link to the repository's own files: they are written to below.
      let source = URL(fileURLWithPath: "\(Self.root)/\(name)").resolvingSymlinksInPath()
      try FileManager.default.copyItem(at: source, to: URL(fileURLWithPath: "\(config)/\(name)"))
    }
    try write(
      "facebook",
      """
      kind: messenger
      title: Facebook
      settings:
        page_id: "\(Self.page)"
        app_secret: env:APP_SECRET
        verify_token: env:VERIFY
        page_access_token: env:TOKEN
        api_base: \(web.url)

      """)
    try write(
      "support-mail",
      """
      kind: email
      title: Support
      settings:
        address: support@example.com
        smtp_host: \(post.host)
        smtp_port: \(post.port)
        smtp_encryption: none
        bearer_token: env:TOKEN

      """)
  }

  func write(_ channel: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(config)/channels/\(channel).yaml"))
  }

  func stop() async {
    courier.close()
    await web.stop()
    await post.stop()
  }

  var environment: [String: String] {
    var variables = ["PATCHBAY_DATABASE": database?.reveal() ?? ""]
    variables.merge([
      "HOME": folder.path, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC", "APP_SECRET": Self.appSecret.reveal(),
      "VERIFY": "verify me please", "TOKEN": "a token of the tests, long enough", "PATCHBAY_CONFIG": config,
      "PATCHBAY_DATA": data, "PATCHBAY_LOG": "error",
    ]) { $1 }
    return variables
  }

  /// What the store holds, read beside the running router.
  func query<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    let location = database.map { StoreLocation.postgres(url: $0, attachmentsDirectory: data + "/attachments") }
    let store = try Store.open(location ?? .sqlite(directory: data), options: StoreOptions(readers: 1))
    let result: Result<T, any Error>
    do { result = .success(try await store.read(body)) } catch { result = .failure(error) }
    await store.close()
    return try result.get()
  }

  func count(_ sql: String) async throws -> Int {
    try await query { try $0.first(sql)?.int(0) ?? -1 }
  }

  /// An agent's token, made by the program itself.
  func token(_ name: String, role: String = "admin") async throws -> String {
    let made = try await run(["agents", "add", name, "--role", role, "--token"])
    try #require(made.status == 0, "\(made.talk)")
    return made.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension Router {
  struct Ended: Sendable {
    var status: Int32
    var out: String
    var talk: String
  }

  static var program: URL { Bundle.main.bundleURL.appendingPathComponent("patchbay") }

  /// Runs one command of the program to its end.
  func run(_ arguments: [String], input: [UInt8] = [], environment extra: [String: String] = [:]) async throws -> Ended
  {
    try await execute(Self.program, arguments, input: input, environment: extra)
  }

  func execute(
    _ program: URL, _ arguments: [String], input: [UInt8] = [], environment extra: [String: String] = [:]
  ) async throws -> Ended {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = environment.merging(extra) { $1 }
    let base = folder.path + "/" + UUID().uuidString
    try Data(input).write(to: URL(fileURLWithPath: base + ".in"))
    for end in [".out", ".talk"] { try Data().write(to: URL(fileURLWithPath: base + end)) }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: base + ".in"))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: base + ".out"))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: base + ".talk"))
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in done.resume() }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    let read = { (end: String) in
      String(decoding: FileManager.default.contents(atPath: base + end) ?? Data(), as: UTF8.self)
    }
    return Ended(status: process.terminationStatus, out: read(".out"), talk: read(".talk"))
  }
}

/// `condition` becoming true before the time is over; looked at every 50 ms.
func eventually(_ seconds: Int, _ condition: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(50))
  }
  return try await condition()
}
