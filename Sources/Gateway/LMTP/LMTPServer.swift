import Conversations
import Desk
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The LMTP listener: a mail server hands each message over and keeps it unless we answer 2xx, after the commit.
struct LMTPServer: Service {
  let desk: Desk
  let host: String
  let port: Int
  let onReady: @Sendable (Int) -> Void

  static let messageMax = 50 << 20
  /// A peer that says nothing for this long is sent away (RFC 5321 §4.5.3.2 gives commands five minutes).
  static let idle: TimeAmount = .minutes(5)
  /// Mail servers open a handful; each may hold a message in memory.
  static let connectionsMax = 64

  private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // Who has said all they have to say still hears the answers.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: Self.idle))
          try channel.pipeline.syncOperations.addHandler(CloseWhenIdle())
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
    onReady(server.channel.localAddress?.port ?? port)
    let present = Presence()
    try await withGracefulShutdownHandler {
      try await server.executeThenClose { inbound in
        await withDiscardingTaskGroup { tasks in
          do {
            for try await connection in inbound {
              let isWelcome = present.enter() <= Self.connectionsMax
              tasks.addTask {
                if isWelcome { await serve(connection) } else { await turnAway(connection) }
                present.leave()
              }
            }
          } catch {
            desk.log.error("LMTP listener failed", metadata: ["error": "\(error)"])
          }
        }
      }
    } onGracefulShutdown: {
      server.channel.close(promise: nil)
    }
    try await group.shutdownGracefully()
  }

  private func serve(_ connection: Connection) async {
    var session = LMTPSession(messageMax: Self.messageMax) { [desk] in desk.mailChannel(for: $0) != nil }
    do {
      try await withGracefulShutdownHandler {
        try await connection.executeThenClose { inbound, outbound in
          _ = try await perform([LMTPSession.greeting], outbound)
          for try await bytes in inbound {
            if try await perform(session.receive(bytes.readableBytesView), outbound) { return }
          }
        }
      } onGracefulShutdown: {
        // What was received is finished and answered; nothing more is taken in. Mail servers keep idle connections open.
        connection.channel.close(mode: .input, promise: nil)
      }
    } catch {
      desk.log.debug("LMTP connection ended", metadata: ["error": "\(error)"])
    }
  }

  private func turnAway(_ connection: Connection) async {
    try? await connection.executeThenClose { _, outbound in
      try await outbound.write(ByteBuffer(string: "421 4.3.2 too many connections, come again later\r\n"))
    }
  }

  /// Answers that belong together leave together (RFC 2920 §3.2). Returns whether the conversation is over.
  private func perform(_ actions: [LMTPSession.Action], _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>)
    async throws -> Bool
  {
    var lines = ""
    for action in actions {
      switch action {
      case .reply(let line): lines += line + "\r\n"
      case .deliver(let sender, let recipients, let message):
        for line in await deliver(sender, recipients, message) { lines += line + "\r\n" }
      case .close:
        if !lines.isEmpty { try await outbound.write(ByteBuffer(string: lines)) }
        return true
      }
    }
    if !lines.isEmpty { try await outbound.write(ByteBuffer(string: lines)) }
    return false
  }

  /// One answer per recipient, in their order; recipients of one channel are one delivery.
  private func deliver(_ sender: String, _ recipients: [String], _ message: [UInt8]) async -> [String] {
    var answers: [String: String] = [:]
    let byChannel = Dictionary(grouping: recipients) { desk.mailChannel(for: $0) ?? "" }
    for (channel, addresses) in byChannel {
      let delivery = RawDelivery(
        door: .lmtp, body: message, envelope: .init(sender: sender, recipients: addresses), receivedAt: desk.now())
      let line = Self.answer(await desk.receive(delivery, on: channel))
      for address in addresses { answers[address] = line }
    }
    return recipients.map { answers[$0] ?? "451 4.3.0 try again later" }
  }

  static func answer(_ result: IntakeResult) -> String {
    if result.isTemporary { return "451 4.3.0 the store does not take it now; try again later" }
    if result.refusal != nil { return "554 5.6.0 refused" }
    if result.parked > 0 { return "250 2.6.0 kept for the operator" }
    return result.filed > 0 ? "250 2.0.0 filed" : "250 2.0.0 known already"
  }
}

/// How many connections are open.
private final class Presence: Sendable {
  private let count = Mutex(0)
  func enter() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
  func leave() { count.withLock { $0 -= 1 } }
}

/// Closes a connection that has gone quiet.
private final class CloseWhenIdle: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
