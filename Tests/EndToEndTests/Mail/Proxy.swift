import Foundation
import Synchronization

/// Stands between the router and a server, hears what is said in the clear, and hangs up when told to.
final class Proxy: Sendable {
  struct Rules: Sendable {
    /// Connections from now on are cut after so many bytes from the server, each number once.
    var cuts: [Int] = []
    /// Called, once, before a command that contains the text goes on to the server.
    var watch: (text: String, action: @Sendable () -> Void)?
    var connections = 0
  }

  let port: Int
  let rules = Mutex(Rules())
  private let listener: Int32
  private let target: Int

  init(to target: Int) throws {
    self.target = target
    port = try freePort()
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard Self.with(port, { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
    Thread.detachNewThread { [self] in accept() }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func with(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  private func accept() {
    while true {
      let client = Foundation.accept(listener, nil, nil)
      guard client >= 0 else { return }
      let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      guard Self.with(target, { connect(server, $0, $1) }) == 0 else {
        close(client)
        close(server)
        continue
      }
      let limit = rules.withLock { rules in
        rules.connections += 1
        return rules.cuts.isEmpty ? nil : rules.cuts.removeFirst()
      }
      Thread.detachNewThread { [self] in pump(client, server, limit: nil, isCommands: true) }
      Thread.detachNewThread { [self] in
        pump(server, client, limit: limit, isCommands: false)
        // Not earlier: the other pump still reads from it.
        Thread.sleep(forTimeInterval: 0.2)
        close(client)
        close(server)
      }
    }
  }

  private func pump(_ from: Int32, _ to: Int32, limit: Int?, isCommands: Bool) {
    var (buffer, passed) = ([UInt8](repeating: 0, count: 16_384), 0)
    while true {
      let count = recv(from, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      if isCommands { look(String(decoding: buffer[..<count], as: UTF8.self)) }
      let room = limit.map { max(0, min(count, $0 - passed)) } ?? count
      guard room == 0 || Foundation.send(to, buffer, room, Int32(MSG_NOSIGNAL)) == room else { break }
      passed += room
      if let limit, passed >= limit { break }
    }
    shutdown(from, Int32(SHUT_RDWR))
    shutdown(to, Int32(SHUT_RDWR))
  }

  private func look(_ text: String) {
    let action = rules.withLock { rules -> (@Sendable () -> Void)? in
      guard let watch = rules.watch, text.contains(watch.text) else { return nil }
      rules.watch = nil
      return watch.action
    }
    action?()
  }
}
