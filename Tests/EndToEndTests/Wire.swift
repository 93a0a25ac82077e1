import Foundation

/// A blocking TCP connection for protocols that are spoken line by line, and for requests no client would make. Its waits
/// are on threads of their own.
final class Wire: Sendable {
  private let socket: Int32

  /// `source`: the loopback address to come from.
  init?(port: Int, source: String = "127.0.0.1", seconds: Int = 20) {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard Self.with(source, 0, { bind(socket, $0, $1) }) == 0,
      Self.with("127.0.0.1", port, { connect(socket, $0, $1) }) == 0
    else {
      close(socket)
      return nil
    }
  }

  deinit { close(socket) }

  private static func with(_ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32
  {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr(host)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  /// Whether all of it went out.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Foundation.send(socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// No more will be said.
  func finish() { shutdown(socket, Int32(SHUT_WR)) }

  /// What came until `isWhole`, the other side's end, or the time is over.
  func receive(until isWhole: (String) -> Bool) -> String {
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
    while !isWhole(String(decoding: bytes, as: UTF8.self)) {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The next `count` last lines of answers (`250 …`; `250-…` goes on).
  func answers(_ count: Int) -> [String] {
    func lines(_ text: String) -> [String] {
      text.split(separator: "\r\n").map(String.init).filter { $0.dropFirst(3).first == " " }
    }
    return lines(receive { $0.hasSuffix("\r\n") && lines($0).count >= count })
  }

  func say(_ text: String, answers count: Int = 1) -> [String] {
    send(Array(text.utf8))
    return answers(count)
  }
}

/// Runs blocking work beside the tasks.
func onThread<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
  await withCheckedContinuation { done in
    Thread.detachNewThread { done.resume(returning: work()) }
  }
}
