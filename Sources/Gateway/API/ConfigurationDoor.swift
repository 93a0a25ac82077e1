import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// `/api/v1/configuration`: which one is in force; `POST …/reload`: the files as they are now, as a whole or not at all.
struct ConfigurationDoor {
  let desk: Desk
  let agent: Agent

  func respond(to knock: Knock, _ rest: [String]) async throws -> Response {
    guard agent.role == .admin else { throw DoorProblem(403, "denied", "only admins see to the configuration") }
    switch (knock.method, rest.first) {
    case (.get, nil): return .json(try await desk.configurationInForce())
    case (.post, "reload"): return try await reload()
    default: throw DoorProblem(404, "not_found", "look with GET /configuration, reload with POST /configuration/reload")
    }
  }

  private func reload() async throws -> Response {
    do {
      return .json(try await desk.reload(by: agent.name).json)
    } catch let refusal as ConfigurationRefusal {
      var problem = DoorProblem(
        422, "invalid_configuration", "the files were refused; the configuration in force stays")
      problem.members = [.init("problems", JSON(refusal.problems))]
      throw problem
    }
  }
}
