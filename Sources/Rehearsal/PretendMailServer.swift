package import Conversations
import NIOCore
import NIOPosix

/// An SMTP server on loopback that keeps what it is given and misbehaves as told: for rehearsals, never for real mail.
package final class PretendMailServer: Sendable {
  package let host: String
  package let port: Int
  private let ledger: Ledger<ReceivedMail>
  private let book: MailBook
  private let listener: Listener

  /// Opens the door; port 0 means any free one. Fails when the port cannot be had.
  package static func start(
    rules: MailRules = MailRules(), host: String = "127.0.0.1", port: Int = 0,
    clock: @escaping @Sendable () -> Instant = wallClock
  ) async throws -> PretendMailServer {
    let (ledger, book) = (Ledger<ReceivedMail>(), MailBook(rules: rules, clock: clock))
    let listener = try await Listener.open(host: host, port: port) { channel in
      try channel.pipeline.syncOperations.addHandler(
        MailHandler(SMTPSession(connection: book.newConnection(), book: book), book, ledger))
    }
    return PretendMailServer(host: host, listener: listener, ledger: ledger, book: book)
  }

  private init(host: String, listener: Listener, ledger: Ledger<ReceivedMail>, book: MailBook) {
    (self.host, self.port, self.listener) = (host, listener.port, listener)
    (self.ledger, self.book) = (ledger, book)
  }

  /// Every mail taken, oldest first.
  package var received: [ReceivedMail] { ledger.entries }
  package var receivedCount: Int { ledger.count }
  /// Connections accepted so far.
  package var connectionsMade: Int { book.connections }
  package var openConnections: Int { listener.openConnections }
  /// How often reading was stopped in mid-message.
  package var stalls: Int { book.stalls }

  /// - Returns: whether `count` mails were there before the time was over.
  package func waitForCount(_ count: Int, within limit: Duration) async -> Bool {
    await ledger.wait(for: count, within: limit)
  }

  package func forget() { ledger.removeAll() }
  package func change(_ change: @Sendable (inout MailRules) -> Void) { book.change(change) }

  /// Closes the door and every connection; connecting is refused until `comeUp`.
  package func goDown() async { await listener.close() }
  /// On the port it had, which stayed its own meanwhile.
  package func comeUp() async throws { try await listener.reopen() }
  /// For good.
  package func stop() async { await listener.stop() }
}

/// Lets a session talk over a socket.
private final class MailHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var session: SMTPSession
  private let book: MailBook
  private let ledger: Ledger<ReceivedMail>

  init(_ session: SMTPSession, _ book: MailBook, _ ledger: Ledger<ReceivedMail>) {
    (self.session, self.book, self.ledger) = (session, book, ledger)
  }

  func channelActive(context: ChannelHandlerContext) { perform(session.greeting(), context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let actions = unwrapInboundIn(data).withUnsafeReadableBytes { session.receive($0) }
    perform(actions, context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func perform(_ actions: [SMTPSession.Action], _ context: ChannelHandlerContext) {
    let channel = context.channel
    let delay = TimeAmount.milliseconds(book.rules.answerDelayMilliseconds)
    var answers = context.channel.allocator.buffer(capacity: 256)
    var isEnd = false
    for action in actions {
      switch action {
      case .say(let text): answers.writeString(text + "\r\n")
      case .deliver(let mail): ledger.add(mail)
      case .hangUp: isEnd = true
      case .sayLater(let text, let milliseconds):
        context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
          channel.writeAndFlush(ByteBuffer(string: text + "\r\n"), promise: nil)
        }
      case .stopReading(let milliseconds):
        channel.setOption(.autoRead, value: false).whenComplete { _ in
          channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
          }
        }
      }
    }
    let (said, isOver) = (answers, isEnd)
    let send: @Sendable () -> Void = {
      if said.readableBytes > 0 { channel.writeAndFlush(said, promise: nil) }
      if isOver { channel.close(promise: nil) }
    }
    if delay > .zero { context.eventLoop.scheduleTask(in: delay, send) } else { send() }
  }
}
