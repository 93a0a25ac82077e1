import Conversations
import Foundation
import Outbound
import Rehearsal
import TestSupport
import Testing

/// `patchbay serve` while it runs.
struct Running: Sendable {
  let router: Router
  let pid: Int32
  let http: Int
  let lmtp: Int
  private let ended: Task<Int32, Never>

  var url: String { "http://127.0.0.1:\(http)" }

  /// Starts it and waits for both doors. `wrapper`: a shell line that ends in `exec "$@"`.
  static func start(_ router: Router, wrapper: String = "exec \"$@\"", lmtp: Int = 0) async throws -> Running {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", wrapper, "sh", Router.program.path, "serve", "--port", "0", "--lmtp", "127.0.0.1:\(lmtp)",
    ]
    process.environment = router.environment
    let base = router.folder.path + "/serve-" + UUID().uuidString
    for end in [".out", ".talk"] { try Data().write(to: URL(fileURLWithPath: base + end)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: base + ".out"))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: base + ".talk"))
    let (ends, end) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      end.yield($0.terminationReason == .uncaughtSignal ? -$0.terminationStatus : $0.terminationStatus)
      end.finish()
    }
    try process.run()
    let ended = Task { await ends.first { _ in true } ?? 0 }
    var ports: [String: Int] = [:]
    let isUp = await eventually(60) {
      let text = String(decoding: FileManager.default.contents(atPath: base + ".out") ?? Data(), as: UTF8.self)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 3, words[0] == "listening", let port = Int(words[2]) { ports[String(words[1])] = port }
      }
      return ports.count == 2 || !process.isRunning
    }
    let talk = String(decoding: FileManager.default.contents(atPath: base + ".talk") ?? Data(), as: UTF8.self)
    try #require(isUp && process.isRunning, "\(talk)")
    return Running(
      router: router, pid: process.processIdentifier, http: try #require(ports["http"]),
      lmtp: try #require(ports["lmtp"]),
      ended: ended)
  }

  /// Sends the signal and waits for the end: the exit status, or the signal's number negated.
  func end(_ signal: Int32 = SIGTERM) async -> Int32 {
    kill(pid, signal)
    // A router that does not end must not keep the tests from theirs.
    let patience = Task {
      try await Task.sleep(for: .seconds(60))
      kill(pid, SIGKILL)
    }
    defer { patience.cancel() }
    return await ended.value
  }

  var isAlive: Bool { kill(pid, 0) == 0 }

  /// Resident memory in bytes.
  var resident: Int {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
  }

  // MARK: requests

  struct Reply: Sendable {
    /// 0 = no answer.
    var status: Int
    var headers = Headers()
    var body: [UInt8] = []
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
  }

  func request(
    _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = [], seconds: Int = 30
  ) async -> Reply {
    let request = HTTPRequest(
      method: method, url: Secret(url + path), headers: Headers(headers), body: body, timeoutSeconds: seconds)
    switch await router.courier.carry(.http(request)) {
    case .http(let status, let headers, let body): return Reply(status: status, headers: headers, body: body)
    case .failed, .mail: return Reply(status: 0)
    }
  }

  func api(_ method: String, _ path: String, _ token: String, _ body: JSON? = nil) async -> Reply {
    await request(
      method, "/api/v1/" + path, headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
      body: body?.bytes ?? [])
  }

  /// One signed Messenger delivery with these messages: (id, customer, text).
  func hook(_ items: [(id: String, customer: String, text: String)]) async -> Reply {
    let now = wallClock()
    let list = items.map { item -> JSON in
      [
        "sender": ["id": .string(item.customer)], "recipient": ["id": .string(Router.page)],
        "timestamp": JSON(now.microseconds / 1000), "message": ["mid": .string(item.id), "text": .string(item.text)],
      ]
    }
    let body: JSON = ["object": "page", "entry": [["id": .string(Router.page), "messaging": .array(list)]]]
    return await hook(body.bytes)
  }

  func hook(_ body: [UInt8]) async -> Reply {
    await request("POST", "/hooks/facebook", headers: Running.signed(body), body: body)
  }

  static func signed(_ body: [UInt8]) -> [(String, String)] {
    HookSigning.meta(appSecret: Router.appSecret).headers(over: body, at: wallClock())
      + [("Content-Type", "application/json")]
  }
}
