import Conversations
import NIOCore
import NIOHTTP1

/// One connection to a pretend web provider.
final class WebHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let desk: WebDesk
  private let connection: Int
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var fault = WebFault.none

  private static let bodySizeMax = 64 << 20

  init(_ desk: WebDesk) { (self.desk, connection) = (desk, desk.newConnection()) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      (self.head, body, fault) = (head, [], desk.nextFault(path: head.uri, isMessage: head.method == .POST))
      if fault == .cutBeforeReading { hangUp(context) }
    case .body(let part):
      guard head != nil else { return }
      body.append(contentsOf: part.readableBytesView)
      if body.count > Self.bodySizeMax { hangUp(context) }
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func hangUp(_ context: ChannelHandlerContext) {
    head = nil
    context.close(promise: nil)
  }

  /// Past the HTTP encoder, straight into the socket.
  private func sendNoise(_ context: ChannelHandlerContext) {
    let noise = ByteBuffer(string: "\u{0}\u{1}no web server here\r\n\r\n")
    guard let encoder = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self) else {
      return hangUp(context)
    }
    encoder.writeAndFlush(NIOAny(noise), promise: nil)
    hangUp(context)
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let answer = desk.take(
      ReceivedRequest(
        number: 0, method: head.method.rawValue, path: head.uri,
        headers: Headers(head.headers.map { ($0.name, $0.value) }), body: body, fault: fault, messageID: nil,
        connection: connection, receivedAt: .epoch))
    body = []
    let channel = context.channel
    let isKept = head.isKeepAlive
    switch fault {
    case .cutAfterReading: hangUp(context)
    case .cutLater(let milliseconds):
      context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { channel.close(promise: nil) }
    case .cutDuringAnswer:
      write(200, [("Content-Length", "1000")], Array("{\"message_id\":".utf8), to: channel, isKept: false)
    case .noise:
      sendNoise(context)
    case .garbage: write(200, [], Array("<html>\u{1}it works".utf8), to: channel, isKept: isKept)
    case .huge(let count): write(200, [], [UInt8](repeating: 120, count: count), to: channel, isKept: isKept)
    case .slow(let milliseconds):
      context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
        write(answer.status, answer.headers, answer.bytes ?? answer.body.bytes, to: channel, isKept: isKept)
      }
    case .none, .status, .tooMany, .expiredToken, .closed, .refused, .cutBeforeReading:
      write(answer.status, answer.headers, answer.bytes ?? answer.body.bytes, to: channel, isKept: isKept)
    }
  }
}

private func write(
  _ status: Int, _ headers: [(String, String)], _ body: [UInt8], to channel: any Channel, isKept: Bool
) {
  var fields = HTTPHeaders(headers)
  if !fields.contains(name: "Content-Type") {
    fields.add(name: "Content-Type", value: "application/json; charset=UTF-8")
  }
  if !fields.contains(name: "Content-Length") { fields.add(name: "Content-Length", value: String(body.count)) }
  if !isKept { fields.add(name: "Connection", value: "close") }
  let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
  channel.write(HTTPServerResponsePart.head(head), promise: nil)
  channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
  let written = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
  if !isKept { written.whenComplete { _ in channel.close(promise: nil) } }
}
