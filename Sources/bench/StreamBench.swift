import ArgumentParser
import Conversations
import Desk
import Foundation

/// Chat pages that are open: what each costs, and how soon an agent's answer is in one of them.
struct StreamBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streams", abstract: "Open chat streams: memory of each, time from an agent's reply to the browser.")

  @OptionGroup var files: DeskOptions

  @Option(help: "Streams that are open at once.")
  var streams = 5000

  @Option(help: "Replies, each to the reader of another stream.")
  var replies = 500

  func run() async throws {
    try allowFiles(streams * 2 + 200)
    let bench = try await BenchDesk.open(files)
    let (streams, replies) = (streams, replies)
    try await bench.served(lanes: false) { port in
      let visitors = try await aside { try (0..<streams).map { try ChatVisitor(port: port, number: $0) } }
      let before = residentKilobytes()
      try await aside { for visitor in visitors { try visitor.open() } }
      let each = Double(residentKilobytes() - before) / Double(streams)
      let agent = Agent(name: "bench", display: "bench", email: nil, role: .agent, queues: [], createdAt: wallClock())
      var times: [UInt64] = []
      for number in 0..<replies {
        let visitor = visitors[number * (streams / max(1, replies)) % streams]
        let (text, begin) = ("answer \(number) of the bench", nanoseconds())
        _ = try await bench.desk.reply(
          ReplyDraft(text: text, seq: nil, anyway: true), to: visitor.conversation, by: agent)
        times.append(try await aside { try visitor.wait(for: text) } - begin)
      }
      times.sort()
      say(
        """
        \(grouped(Double(streams))) streams open: \(rounded(each)) KB resident each; an agent's reply is in the browser's socket \
        after p50 \(rounded(percentile(0.5, of: times))) ms, p99 \(rounded(percentile(0.99, of: times))) ms
        """)
      for visitor in visitors { visitor.close() }
    }
    await bench.close()
  }

  private func allowFiles(_ count: Int) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, rlim_t(max(count, Int(limit.rlim_cur))))
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur >= rlim_t(count) else {
      throw ValidationError("the system allows \(limit.rlim_cur) open files, \(count) are needed: see `ulimit -n`")
    }
  }
}

/// Work that waits for sockets, on a thread of its own.
private func aside<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
  }
}

/// A visitor with a session, a message that is filed, and a stream.
private final class ChatVisitor: Sendable {
  private let socket: Int32
  private let session: String
  /// Visitors come through the proxy, each from an address of its own: limits are per address.
  private let address: String
  /// Nobody else writes to the desk: they are numbered as the visitors are.
  let conversation: ConversationID

  /// Opens a session and says something.
  init(port: Int, number: Int) throws {
    (socket, conversation) = (try LoadSocket.connect(port), ConversationID(Int64(number + 1)))
    address = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    let opened = try Self.post(socket, address, "session", [:])
    session = opened["session"]?.string ?? ""
    let said = try Self.post(
      socket, address, "messages",
      ["session": .string(session), "client_id": "1", "text": "When does my top-up arrive?"])
    guard said["error"] == nil, !session.isEmpty else { throw Generator.Problem(description: "\(said)") }
  }

  private static func post(_ socket: Int32, _ address: String, _ path: String, _ body: JSON) throws -> JSON {
    let bytes = body.bytes
    let head = """
      POST /chat/webchat/\(path) HTTP/1.1\r
      Host: 127.0.0.1\r
      X-Forwarded-For: \(address)\r
      Content-Type: application/json\r
      Content-Length: \(bytes.count)\r
      \r

      """
    try LoadSocket.send(socket, Array(head.utf8) + bytes)
    var received: [UInt8] = []
    while true {
      try LoadSocket.receive(socket, into: &received)
      if let answer = LoadSocket.answer(in: received) { return try JSON(parsing: answer.body) }
    }
  }

  func open() throws {
    let request = """
      GET /chat/webchat/events?session=\(session) HTTP/1.1\r
      Host: 127.0.0.1\r
      X-Forwarded-For: \(address)\r
      \r

      """
    try LoadSocket.send(socket, Array(request.utf8))
    // The message that is there already.
    _ = try wait(for: "top-up")
  }

  /// When the text had come, in nanoseconds.
  func wait(for text: String) throws -> UInt64 {
    var received: [UInt8] = []
    while true {
      try LoadSocket.receive(socket, into: &received)
      if String(decoding: received, as: UTF8.self).contains(text) { return nanoseconds() }
    }
  }

  func close() { _ = Glibc.close(socket) }
}
