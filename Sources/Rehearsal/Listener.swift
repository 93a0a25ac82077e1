import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A listening socket that can go away with all its connections and come back on the same port.
final class Listener: Sendable {
  private struct State {
    var listening: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
  }

  private let host: String
  private let group: MultiThreadedEventLoopGroup
  private let prepare: @Sendable (any Channel) throws -> Void
  private let state: Mutex<State>
  private let place: HeldPort
  var port: Int { place.port }

  /// Listens from here on. Port 0 means any free one, which is then kept; `prepare` puts the handlers into a new
  /// connection and is called on its event loop.
  static func open(
    host: String, port: Int, prepare: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> Listener {
    let place = try HeldPort(host: host, port: port)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener = Listener(host: host, place: place, group: group, prepare: prepare)
    do {
      try await listener.reopen()
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    return listener
  }

  private init(
    host: String, place: HeldPort, group: MultiThreadedEventLoopGroup,
    prepare: @escaping @Sendable (any Channel) throws -> Void
  ) {
    (self.host, self.place, self.group, self.prepare) = (host, place, group, prepare)
    state = Mutex(State())
  }

  var openConnections: Int { state.withLock { $0.connections.count } }

  /// Connecting is refused from here on, and every connection is cut.
  func close() async {
    let channels = state.withLock { state in
      defer { (state.listening, state.connections) = (nil, [:]) }
      return [state.listening].compactMap { $0 } + Array(state.connections.values)
    }
    for channel in channels { try? await channel.close() }
  }

  func reopen() async throws {
    guard state.withLock({ $0.listening == nil }) else { return }
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          self.remember(channel)
          try self.prepare(channel)
        }
      }
      .bind(host: host, port: port).get()
    state.withLock { $0.listening = channel }
  }

  func stop() async {
    await close()
    try? await group.shutdownGracefully()
  }

  private func remember(_ channel: any Channel) {
    let name = ObjectIdentifier(channel)
    state.withLock { $0.connections[name] = channel }
    channel.closeFuture.whenComplete { [weak self] _ in self?.state.withLock { $0.connections[name] = nil } }
  }
}

/// A port that stays ours while nobody listens on it: whoever connects then is refused, and nobody else is given it. A
/// socket that is bound and does not listen lets another with `SO_REUSEADDR` listen (socket(7)).
private final class HeldPort: Sendable {
  private let descriptor: Int32
  let port: Int

  /// Port 0 means any free one.
  init(host: String, port: Int) throws {
    let wanted = try SocketAddress.makeAddressResolvingHost(host, port: port)
    let descriptor = socket(wanted.protocol.rawValue, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    var (yes, name, size) = (Int32(1), sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = wanted.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
    guard bound == 0 else {
      let reason = errno
      Glibc.close(descriptor)
      throw IOError(errnoCode: reason, reason: "bind \(wanted)")
    }
    _ = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    // In network order behind the family, for IPv4 and IPv6 alike.
    self.descriptor = descriptor
    self.port = withUnsafeBytes(of: name) { Int($0[2]) << 8 | Int($0[3]) }
  }

  deinit { Glibc.close(descriptor) }
}
