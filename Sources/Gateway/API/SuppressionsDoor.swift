import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// `/api/v1/suppressions[/ADDRESS]`: addresses that nothing is sent to. Everybody may look, leads and admins change.
struct SuppressionsDoor {
  let desk: Desk
  let agent: Agent

  func respond(to knock: Knock, address: String?) async throws -> Response {
    switch (knock.method, address) {
    case (.get, nil):
      let limit = min(max(knock.parameter("limit").flatMap { Int($0) } ?? 100, 1), 1000)
      return .json(["suppressions": .array(try await desk.suppressions(limit: limit).map(\.json))])
    case (.put, let address?):
      try mayChange()
      try await desk.suppress(address, reason: knock.parameter("reason") ?? "", by: agent.name)
    case (.delete, let address?):
      try mayChange()
      try await desk.liftSuppression(address, by: agent.name)
    default: throw DoorProblem(404, "not_found", "list with GET, add with PUT …/ADDRESS, remove with DELETE …/ADDRESS")
    }
    return .json(["address": JSON(address?.lowercased())])
  }

  private func mayChange() throws {
    guard agent.role != .agent else { throw DoorProblem(403, "denied", "leads and admins decide that") }
  }
}
