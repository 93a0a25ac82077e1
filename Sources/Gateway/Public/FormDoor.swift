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
      let form = channel.adapter as? WebForm
    else { throw DoorProblem(404, "not_found", "no such form") }
    if knock.parts.count == 3 { return try Pages.asset(String(knock.parts[2]), knock) }
    switch knock.pageMethod {
    case .get: return Pages.form(knock, channel, form, context.desk)
    case .post: return try await submit(knock, channel, form)
    default: throw DoorProblem.method("GET the form or POST to it", allow: "GET, HEAD, POST")
    }
  }

  private func submit(_ knock: Knock, _ channel: Connection, _ form: WebForm) async throws -> Response {
    guard context.limiter.allows("form \(knock.peer)", burst: 30, perMinute: 10, now: context.desk.now()) else {
      throw DoorProblem(429, "too_many", "too many requests from this address; wait a minute")
    }
    guard let body = try await knock.body(upTo: WebForm.bodySizeMax) else {
      throw DoorProblem(413, "too_large", "the request is larger than \(WebForm.bodySizeMax) bytes")
    }
    let delivery = RawDelivery(
      door: .http, headers: knock.request.headers.shared, body: body, receivedAt: context.desk.now())
    let result = await context.desk.receive(delivery, on: channel.name.rawValue)
    let wantsJSON = knock.header(.accept)?.contains("application/json") == true
    guard knock.wantsPage || wantsJSON else { return Response(result.answer) }
    guard result.answer.status == 200 else {
      var problem = DoorProblem(result)
      problem.textMax = form.textMax
      throw problem
    }
    guard knock.wantsPage else { return Response(result.answer) }
    return Pages.formAnswer(knock, reference: (try? JSON(parsing: result.answer.body))?["reference"]?.string ?? "")
  }
}
