import Foundation

/// One thread, one request in flight per connection.
struct Generator {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// One connection with the request it waits for.
  private struct Line {
    let socket: Int32
    var startedAt: UInt64 = 0
    var received: [UInt8] = []
  }

  private var lines: [Line] = []
  private let requests: [[UInt8]]

  init(port: Int, connections: Int, requests: [[UInt8]]) throws {
    self.requests = requests
    for _ in 0..<connections { lines.append(Line(socket: try Self.connect(port))) }
  }

  private static func connect(_ port: Int) throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), in_port_t(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw Problem(description: "cannot connect to port \(port)") }
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return socket
  }

  /// Sends `count` requests and waits for all answers.
  func send(_ count: Int) throws -> LoadResult {
    var (lines, result, times) = (lines, LoadResult(), [UInt64]())
    times.reserveCapacity(count)
    var next = 0
    let begin = nanoseconds()
    while next < min(count, lines.count) {
      try launch(&lines[next], next)
      next += 1
    }
    var waiting = lines.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
    while times.count < count {
      guard poll(&waiting, nfds_t(waiting.count), 30_000) > 0 else { throw Problem(description: "no answer for 30 s") }
      for index in waiting.indices where waiting[index].revents != 0 {
        guard let status = try answer(&lines[index]) else { continue }
        if status == 200 { result.answered200 += 1 } else { result.others += 1 }
        times.append(nanoseconds() - lines[index].startedAt)
        guard next < count else { continue }
        try launch(&lines[index], next)
        next += 1
      }
    }
    result.seconds = Double(nanoseconds() - begin) / 1_000_000_000
    times.sort()
    (result.median, result.p99) = (percentile(0.5, of: times), percentile(0.99, of: times))
    return result
  }

  private func launch(_ line: inout Line, _ number: Int) throws {
    let request = requests[number % requests.count]
    line.startedAt = nanoseconds()
    // A request is smaller than any socket's buffer: one call takes all of it.
    guard Glibc.send(line.socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Problem(description: "the server does not take a request")
    }
  }

  /// The status of the answer once all of it is there.
  private func answer(_ line: inout Line) throws -> Int? {
    let got = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer -> Int in
      let got = recv(line.socket, buffer.baseAddress, 4096, 0)
      if got > 0 { line.received.append(contentsOf: buffer.prefix(got)) }
      return got
    }
    guard got > 0 else { throw Problem(description: "the server hung up") }
    guard let end = headEnd(line.received) else { return nil }
    let head = String(decoding: line.received[..<end], as: UTF8.self).lowercased()
    let length =
      head.firstRange(of: "content-length: ").flatMap { Int(head[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
    guard line.received.count >= end + length else { return nil }
    line.received.removeAll(keepingCapacity: true)
    return Int(head.dropFirst(9).prefix(3)) ?? 0
  }

  private func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
      return index + 1
    }
    return nil
  }
}
