import Channels
import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// `/survey/TOKEN`: where customers rate. A link is only looked at, never a rating by itself: mail scanners follow links.
struct SurveyDoor {
  let context: DoorContext

  func respond(to knock: Knock) async throws -> Response {
    guard knock.parts.count == 2 else { throw DoorProblem(404, "not_found", "there is nothing at this address") }
    let name = String(knock.parts[1])
    if ["survey.js", "survey.css", "problems.js"].contains(name) { return try Pages.asset(name, knock) }
    guard context.limiter.allows("survey \(knock.peer)", burst: 30, perMinute: 20, now: context.desk.now()) else {
      throw DoorProblem(429, "too_many", "too many requests from this address; wait a minute")
    }
    switch knock.pageMethod {
    case .get:
      let survey = try await context.desk.survey(name)
      let wanted = knock.parameter("stars").flatMap { Int($0) }.flatMap { (1...5).contains($0) ? $0 : nil }
      return Pages.survey(knock, survey, wanted: wanted)
    case .post: return try await rate(name, knock)
    default: throw DoorProblem.method("GET the page or POST the rating", allow: "GET, HEAD, POST")
    }
  }

  private func rate(_ token: String, _ knock: Knock) async throws -> Response {
    guard let body = try await knock.body(upTo: 32 << 10) else {
      throw DoorProblem(413, "too_large", "the request is too large")
    }
    if knock.header(.contentType)?.lowercased().hasPrefix("application/json") == true {
      let json = (try? JSON(parsing: body)) ?? .null
      return .json(
        try await context.desk.rate(token, stars: json["stars"]?.int, comment: json["comment"]?.string))
    }
    let fields = FormFields(urlEncoded: body) ?? FormFields()
    let rated = try await context.desk.rate(
      token, stars: fields["stars"].flatMap { Int($0) }, comment: fields["comment"])
    return Pages.survey(knock, rated, wanted: nil)
  }
}
