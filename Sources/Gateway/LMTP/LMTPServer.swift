import Conversations
import Desk
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The LMTP listener: a mail server hands each message over and keeps it unless we answer 2xx, after the commit.
struct LMTPServer: Service {
  let desk: Desk
  let host: String
  let port: Int
  let onReady: @Sendable (Int) -> Void

  static let messageMax = 50 << 20
  /// A peer that says nothing for this long is sent away (RFC 5321 §4.5.3.2 gives commands five minutes).
  static let idle: TimeAmount = .minutes(5)

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
    try await withGracefulShutdownHandler {
      try await server.executeThenClose { inbound in
        await withDiscardingTaskGroup { tasks in
          do {
            for try await connection in inbound { tasks.addTask { await serve(connection) } }
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
          try await perform(LMTPSession.greeting, outbound)
          for try await bytes in inbound {
            for action in session.receive(bytes.readableBytesView) {
              if action == .close { return }
              try await perform(action, outbound)
            }
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

  private func perform(_ action: LMTPSession.Action, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws
  {
    switch action {
    case .reply(let line): try await outbound.write(ByteBuffer(string: line + "\r\n"))
    case .deliver(let sender, let recipients, let message):
      for line in await deliver(sender, recipients, message) {
        try await outbound.write(ByteBuffer(string: line + "\r\n"))
      }
    case .close: break
    }
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
