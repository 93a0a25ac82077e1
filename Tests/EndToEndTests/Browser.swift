import Conversations
import Foundation
import Outbound
import Testing

/// Debian's chromium, driven by WebDriver (W3C WebDriver, https://www.w3.org/TR/webdriver2/): chromedriver speaks plain HTTP.
/// The waits are for a state of the page, never for a time.
struct Browser: Sendable {
  private let courier: Courier
  private let base: String

  static let driver = "/usr/bin/chromedriver"
  static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Both are there. In CI they must be.
  static let isPossible: Bool = {
    let isThere = program != nil && FileManager.default.isExecutableFile(atPath: driver)
    if !isThere, ProcessInfo.processInfo.environment["CI"] == nil {
      FileHandle.standardError.write(Data("SKIPPED: no chromium with chromedriver, so no page was opened\n".utf8))
      return false
    }
    return true
  }()

  /// Runs `body` with a browser of its own; it and its driver are ended afterwards. `size`: of the window, in CSS pixels.
  static func open<T>(
    languages: String = "en-US", size: (width: Int, height: Int) = (1000, 800),
    _ body: (Browser) async throws -> T
  ) async throws -> T {
    // Short: the browser makes sockets below it, and their paths have 107 bytes (unix(7)).
    let home = "/tmp/patchbay-browser-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: home) }
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let (server, port) = try await startDriver(home)
    let courier = Courier()
    var result: Result<T, any Error> = .failure(CancellationError())
    do {
      let browser = try await Browser(courier, port: port, home: home, languages: languages, size: size)
      do { result = .success(try await body(browser)) } catch { result = .failure(error) }
      try await browser.call("DELETE", "")
    } catch { result = .failure(error) }
    courier.close()
    server.stop()
    return try result.get()
  }

  /// It takes a free port of IPv4 and gives up when that one is in use on IPv6: then it is asked again.
  private static func startDriver(_ home: String) async throws -> (LeashedServer, port: Int) {
    var said = ""
    for attempt in 1...5 {
      let out = home + "/driver-\(attempt).out"
      try Data().write(to: URL(fileURLWithPath: out))
      let server = try LeashedServer(
        driver, ["--port=0"],
        environment: ["HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": home, "TZ": "UTC"],
        out: try FileHandle(forWritingTo: URL(fileURLWithPath: out)))
      var port: Int?
      _ = await eventually(30) {
        said = String(decoding: FileManager.default.contents(atPath: out) ?? Data(), as: UTF8.self)
        port = said.firstMatch(of: #/started successfully on port (\d+)/#).flatMap { Int($0.output.1) }
        return port != nil || said.contains("Exiting")
      }
      if let port { return (server, port) }
      server.stop()
    }
    throw NoDriver(said: said)
  }

  private struct NoDriver: Error {
    let said: String
  }

  private init(
    _ courier: Courier, port: Int, home: String, languages: String, size: (width: Int, height: Int)
  ) async throws {
    self.courier = courier
    let options: JSON = [
      "binary": JSON(Self.program ?? ""),
      "args": [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        .string("--user-data-dir=\(home)/profile"), .string("--lang=\(languages)"),
        .string("--window-size=\(size.width),\(size.height)"),
      ],
      // A window is never narrower than 500 pixels; a telephone's screen is.
      "mobileEmulation": [
        "deviceMetrics": [
          "width": JSON(size.width), "height": JSON(size.height), "pixelRatio": 1, "touch": false,
        ]
      ],
      "prefs": ["intl.accept_languages": .string(languages)],
    ]
    let wanted: JSON = [
      "capabilities": [
        "alwaysMatch": [
          "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
          // A page with an open event stream need never be "loaded".
          "pageLoadStrategy": "eager",
        ]
      ]
    ]
    let answer = try await Self.ask(courier, "POST", "http://127.0.0.1:\(port)/session", wanted)
    let session = try #require(answer["sessionId"]?.string, "\(answer)")
    base = "http://127.0.0.1:\(port)/session/\(session)"
  }

  private static func ask(_ courier: Courier, _ method: String, _ url: String, _ body: JSON?) async throws -> JSON {
    let request = HTTPRequest(
      method: method, url: Secret(url), headers: Headers([("Content-Type", "application/json")]),
      body: body?.bytes ?? [], timeoutSeconds: 120)
    guard case .http(let status, _, let bytes) = await courier.carry(.http(request)) else { return .null }
    let value = try JSON(parsing: bytes)["value"] ?? .null
    try #require(status == 200, "\(method) \(url): \(value)")
    return value
  }

  @discardableResult
  private func call(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
    try await Self.ask(courier, method, base + path, body)
  }

  /// Goes to `url` and waits until its document is parsed, its deferred scripts run.
  func go(_ url: String) async throws { try await call("POST", "/url", ["url": .string(url)]) }

  /// What `script` (a function body) returns.
  @discardableResult
  func run(_ script: String) async throws -> JSON {
    try await call("POST", "/execute/sync", ["script": .string(script), "args": []])
  }

  /// Whether the JavaScript expression becomes true.
  func becomesTrue(_ expression: String, within seconds: Int = 20) async throws -> Bool {
    try await eventually(seconds) { try await run("return Boolean(\(expression))") == true }
  }

  /// Whether the browser reaches the network.
  func setOffline(_ isOffline: Bool) async throws {
    let conditions: JSON = ["offline": JSON(isOffline), "latency": 0, "throughput": 1_000_000]
    try await call("POST", "/chromium/network_conditions", ["network_conditions": conditions])
  }

  /// What the user has set up: `prefers-color-scheme`, `prefers-reduced-motion` and the like.
  func prefer(_ features: [(name: String, value: String)]) async throws {
    let list = features.map { ["name": JSON($0.name), "value": JSON($0.value)] as JSON }
    try await call(
      "POST", "/goog/cdp/execute", ["cmd": "Emulation.setEmulatedMedia", "params": ["features": .array(list)]])
  }

  /// The tab it looks at.
  func tab() async throws -> String { try #require(try await call("GET", "/window").string) }

  /// Opens another tab and looks at it.
  func openTab() async throws {
    let new = try await call("POST", "/window/new", ["type": "tab"])
    try await look(at: try #require(new["handle"]?.string))
  }

  func look(at tab: String) async throws { try await call("POST", "/window", ["handle": .string(tab)]) }

  func closeTab() async throws { try await call("DELETE", "/window") }

  func click(_ selector: String) async throws {
    let found = try await call("POST", "/element", ["using": "css selector", "value": .string(selector)])
    let id = try #require(found.members?.first?.value.string)
    try await call("POST", "/element/\(id)/click", [:])
  }

  /// Types into the element that `selector` finds, as a keyboard does.
  func type(_ text: String, into selector: String) async throws {
    let found = try await call("POST", "/element", ["using": "css selector", "value": .string(selector)])
    let id = try #require(found.members?.first?.value.string)
    try await call("POST", "/element/\(id)/value", ["text": .string(text)])
  }

  /// What the console has said since the last call: `(level, message)`.
  func console() async throws -> [(level: String, message: String)] {
    (try await call("POST", "/se/log", ["type": "browser"]).array ?? []).map {
      ($0["level"]?.string ?? "", $0["message"]?.string ?? "")
    }
  }
}
