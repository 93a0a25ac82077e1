import Foundation

/// The client's end of a connection to a server on this machine; its calls wait.
enum LoadSocket {
  static func connect(_ port: Int) throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), in_port_t(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw Generator.Problem(description: "cannot connect to port \(port)") }
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return socket
  }

  /// A request is smaller than any socket's buffer: one call takes all of it.
  static func send(_ socket: Int32, _ request: [UInt8]) throws {
    guard Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Generator.Problem(description: "the server does not take a request")
    }
  }

  /// Waits for bytes, up to 30 seconds, and adds them.
  static func receive(_ socket: Int32, into received: inout [UInt8]) throws {
    let got = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer -> Int in
      let got = recv(socket, buffer.baseAddress, 4096, 0)
      if got > 0 { received.append(contentsOf: buffer.prefix(got)) }
      return got
    }
    guard got > 0 else {
      throw Generator.Problem(description: got == 0 ? "the server hung up" : "no answer for 30 s")
    }
  }

  /// Status and body of an answer once all of it is there.
  static func answer(in received: [UInt8]) -> (status: Int, body: [UInt8])? {
    guard let end = headEnd(received) else { return nil }
    let head = String(decoding: received[..<end], as: UTF8.self).lowercased()
    let length =
      head.firstRange(of: "content-length: ").flatMap { Int(head[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
    guard received.count >= end + length else { return nil }
    return (Int(head.dropFirst(9).prefix(3)) ?? 0, Array(received[end..<end + length]))
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
      return index + 1
    }
    return nil
  }
}
