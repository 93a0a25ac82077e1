import Conversations
import Foundation
import Synchronization

/// An HTTP server on loopback that answers from a script and remembers what it was asked.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    var line: String
    var headers: String
    var body: JSON
  }

  let port: UInt16
  private let listener: Int32
  private let requests = Mutex<[Request]>([])
  private let answer: @Sendable (Request) -> (status: Int, body: JSON)

  var url: String { "http://127.0.0.1:\(port)" }
  var seen: [Request] { requests.withLock { $0 } }

  struct NoSocket: Error {}

  init(_ answer: @escaping @Sendable (Request) -> (status: Int, body: JSON)) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isUp = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard isUp else { throw NoSocket() }
    Thread { [self] in serve() }.start()
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      if let request = read(connection) {
        requests.withLock { $0.append(request) }
        let (status, body) = answer(request)
        let bytes = body.bytes
        let head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n\r\n"
        let whole = Array(head.utf8) + bytes
        _ = send(connection, whole, whole.count, Int32(MSG_NOSIGNAL))
      }
      close(connection)
    }
  }

  /// One request with a body of known length; `nil` when the client went away.
  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let request = complete(bytes) { return request }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  private func complete(_ bytes: [UInt8]) -> Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let gap = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = String(text[..<gap.lowerBound])
    let body = Array(text[gap.upperBound...].utf8)
    let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    let expected = length.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
    guard body.count >= expected else { return nil }
    let line = head.prefix { $0 != "\r\n" }
    return Request(line: String(line), headers: head, body: (try? JSON(parsing: body)) ?? .null)
  }
}
