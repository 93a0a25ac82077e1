import Channels
import Conversations
import Desk
import Hummingbird

/// `/hooks/<channel>[/…]`: web hooks of every provider, any method; the adapter says what it takes.
struct HookDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count >= 2 else { throw DoorProblem(404, "not_found", "name a channel: /hooks/<channel>") }
    let name = String(knock.parts[1])
    // Chat and form have doors of their own, which count and ask where a request comes from.
    guard let channel = context.desk.configuration.value.channels[name], let adapter = channel.adapter,
      !(adapter is WebChat), !(adapter is WebForm)
    else { throw DoorProblem(404, "not_found", "no such channel") }
    guard let body = try await knock.body(upTo: type(of: adapter).bodySizeMax) else {
      throw DoorProblem(413, "too_large", "the body is larger than \(type(of: adapter).bodySizeMax) bytes")
    }
    let rest = knock.parts.dropFirst(2).map { "/\($0)" }.joined()
    let delivery = RawDelivery(
      door: .http, method: knock.method.rawValue, path: rest, query: knock.query, headers: knock.request.headers.shared,
      body: body,
      receivedAt: context.desk.now())
    return Response(await context.desk.receive(delivery, on: name).answer)
  }
}

/// `POST /mail/<channel>`: a raw message (RFC 5322) from a mail server or a script; bearer token of an agent with the role admin.
struct MailDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count == 2 else { throw DoorProblem(404, "not_found", "name a channel: /mail/<channel>") }
    guard knock.method == .post else { throw DoorProblem.method("POST a message/rfc822 body", allow: "POST") }
    let agent = try await context.authenticated(knock)
    guard agent.role == .admin else { throw DoorProblem(403, "denied", "only an admin's token may deliver mail") }
    let name = String(knock.parts[1])
    guard let channel = context.desk.configuration.value.channels[name], let adapter = channel.adapter else {
      throw DoorProblem(404, "not_found", "no such channel")
    }
    guard let body = try await knock.body(upTo: type(of: adapter).bodySizeMax) else {
      throw DoorProblem(413, "too_large", "the message is larger than \(type(of: adapter).bodySizeMax) bytes")
    }
    let envelope = knock.parameter("sender").map { sender in
      RawDelivery.Envelope(sender: sender, recipients: knock.parameter("recipient").map { [$0] } ?? [])
    }
    let delivery = RawDelivery(
      door: .pipe, headers: knock.request.headers.shared, body: Self.onTheWire(body), envelope: envelope,
      receivedAt: context.desk.now()
    )
    let result = await context.desk.receive(delivery, on: name)
    guard result.answer.status == 200 else { return Response(result.answer) }
    return .json([
      "filed": JSON(result.filed), "known": JSON(result.known), "parked": JSON(result.parked),
      "conversations": .array(result.conversations.map { JSON($0.rawValue) }),
    ])
  }

  /// With the line ends that the message has on the wire (RFC 5322 §2.1), as LMTP gives it: a pipe's mail and the wire's
  /// are then the same bytes, and one message.
  static func onTheWire(_ bytes: [UInt8]) -> [UInt8] {
    var (out, last) = ([UInt8](), UInt8(0))
    out.reserveCapacity(bytes.count + bytes.count / 32 + 2)
    for byte in bytes {
      if byte == 0x0A, last != 0x0D { out.append(0x0D) }
      out.append(byte)
      last = byte
    }
    return out.isEmpty || last == 0x0A ? out : out + [0x0D, 0x0A]
  }
}
