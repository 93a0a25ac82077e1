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
    for _ in 0..<connections { lines.append(Line(socket: try LoadSocket.connect(port))) }
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
    try LoadSocket.send(line.socket, request)
  }

  /// The status of the answer once all of it is there.
  private func answer(_ line: inout Line) throws -> Int? {
    try LoadSocket.receive(line.socket, into: &line.received)
    guard let answer = LoadSocket.answer(in: line.received) else { return nil }
    line.received.removeAll(keepingCapacity: true)
    return answer.status
  }
}
