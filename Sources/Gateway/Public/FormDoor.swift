import Channels
import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// `/form/<channel>`: the contact form, for browsers and for programs.
struct FormDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count >= 2, let channel = context.desk.configuration.value.channels[String(knock.parts[1])],
      channel.adapter is WebForm
    else { throw DoorProblem(404, "not_found", "no such form") }
    if knock.parts.count == 3 { return Pages.asset(String(knock.parts[2])) }
    switch knock.method {
    case .get: return Pages.form(knock, channel, context.desk)
    case .post: return try await submit(knock, channel)
    default: throw DoorProblem(405, "method", "GET the form or POST to it")
    }
  }

  private func submit(_ knock: Knock, _ channel: Connection) async throws -> Response {
    guard context.limiter.allows("form \(knock.peer)", burst: 30, perMinute: 10, now: context.desk.now()) else {
      throw DoorProblem(429, "too_many", "too many requests from this address; wait a minute")
    }
    guard let body = try await knock.body(upTo: WebForm.bodySizeMax) else {
      throw DoorProblem(413, "too_large", "the request is larger than \(WebForm.bodySizeMax) bytes")
    }
    let delivery = RawDelivery(
      door: .http, headers: knock.request.headers.shared, body: body, receivedAt: context.desk.now())
    let result = await context.desk.receive(delivery, on: channel.name.rawValue)
    guard wantsPage(knock) else { return Response(result.answer) }
    let reference = (try? JSON(parsing: result.answer.body))?["reference"]?.string
    return Pages.formAnswer(knock, reference: reference, problem: result.refusal, status: result.answer.status)
  }

  /// A browser that sent the form itself, without script.
  private func wantsPage(_ knock: Knock) -> Bool {
    knock.header(.accept)?.contains("text/html") == true
  }
}
