import Conversations
import Dispatch
import Foundation
import Outbound

/// Plain HTTP as providers and customers speak it, through libcurl.
struct Wire: Sendable {
  let base: String
  let courier = Courier(options: CourierOptions())

  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
  }

  func send(_ method: String, _ path: String, _ headers: [(String, String)] = [], _ body: [UInt8] = []) async throws
    -> Answer
  {
    let request = HTTPRequest(method: method, url: Secret(base + path), headers: Headers(headers), body: body)
    switch await courier.carry(.http(request)) {
    case .http(let status, _, let body): return Answer(status: status, body: body)
    case .mail(let code, let text): throw Failure.error("\(method) \(path): \(code) \(text)")
    case .failed(let failure): throw Failure.error("\(method) \(path): \(failure.detail)")
    }
  }

  func post(_ path: String, _ json: JSON, _ headers: [(String, String)] = []) async throws -> Answer {
    try await send("POST", path, [("Content-Type", "application/json")] + headers, json.bytes)
  }
}

/// The sending side of LMTP (RFC 2033): one mail to one recipient over a socket.
enum LMTPClient {
  static let timeoutSeconds = 30

  /// The server's answer to the message itself, e.g. `250 2.0.0 filed`.
  static func send(_ message: [UInt8], from sender: String, to recipient: String, port: Int) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // Blocking calls belong on a thread of their own, not on the tasks'.
      DispatchQueue.global().async {
        continuation.resume(with: Result { try exchange(message, sender, recipient, port) })
      }
    }
  }

  private static func exchange(_ message: [UInt8], _ sender: String, _ recipient: String, _ port: Int) throws -> String
  {
    let line = try SocketLine(port: port)
    defer { line.close() }
    try line.expect(220)
    for (command, code) in [
      ("LHLO localhost", 250), ("MAIL FROM:<\(sender)>", 250), ("RCPT TO:<\(recipient)>", 250), ("DATA", 354),
    ] {
      try line.write(Array((command + "\r\n").utf8))
      try line.expect(code)
    }
    try line.write(stuffed(message) + Array(".\r\n".utf8))
    let answer = try line.reply()
    try line.write(Array("QUIT\r\n".utf8))
    return answer
  }

  /// RFC 5321 §4.5.2: a dot at the front of a line is doubled.
  private static func stuffed(_ message: [UInt8]) -> [UInt8] {
    var (out, atStart) = ([UInt8](), true)
    for byte in message {
      if atStart, byte == UInt8(ascii: ".") { out.append(byte) }
      out.append(byte)
      atStart = byte == 0x0A
    }
    return out
  }
}

/// A socket to this machine, read line by line.
private final class SocketLine {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: LMTPClient.timeoutSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let done = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard done == 0 else { throw Failure.error("cannot reach the LMTP door: \(String(cString: strerror(errno)))") }
  }

  func close() { _ = Foundation.close(descriptor) }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure.error("the LMTP door hung up") }
      rest = rest.dropFirst(count)
    }
  }

  func expect(_ code: Int) throws {
    let answer = try reply()
    guard answer.hasPrefix("\(code)") else { throw Failure.error("LMTP: \(answer)") }
  }

  /// The last line of a reply; lines with a `-` behind the code have others after them (RFC 5321 §4.2.1).
  func reply() throws -> String {
    while true {
      let line = try nextLine()
      if line.utf8.dropFirst(3).first != UInt8(ascii: "-") { return line }
    }
  }

  private func nextLine() throws -> String {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = String(decoding: buffer[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        buffer.removeFirst(end + 1)
        return line
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { throw Failure.error("the LMTP door does not answer") }
      buffer += chunk.prefix(count)
    }
  }
}
