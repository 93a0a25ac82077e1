import NIOCore
import NIOPosix
import Synchronization

/// A listening socket that can go away with all its connections and come back on the same port.
final class Listener: Sendable {
  private struct State {
    var port: Int
    var listening: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
  }

  private let host: String
  private let group: MultiThreadedEventLoopGroup
  private let prepare: @Sendable (any Channel) throws -> Void
  private let state: Mutex<State>

  /// Listens from here on. Port 0 means any free one, which is then kept; `prepare` puts the handlers into a new
  /// connection and is called on its event loop.
  static func open(
    host: String, port: Int, prepare: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> Listener {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener = Listener(host: host, port: port, group: group, prepare: prepare)
    do {
      try await listener.reopen()
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    return listener
  }

  private init(
    host: String, port: Int, group: MultiThreadedEventLoopGroup,
    prepare: @escaping @Sendable (any Channel) throws -> Void
  ) {
    (self.host, self.group, self.prepare) = (host, group, prepare)
    state = Mutex(State(port: port))
  }

  var openConnections: Int { state.withLock { $0.connections.count } }
  var port: Int { state.withLock { $0.port } }

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
    state.withLock { state in
      state.listening = channel
      state.port = channel.localAddress?.port ?? state.port
    }
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
