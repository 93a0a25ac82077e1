import Conversations
import Desk
import HTTPTypes
import Hummingbird

/// `/api/v1/contacts/ID`, `…/candidates`, `…/merge`, `…/unmerge`.
struct ContactActions {
  let desk: Desk
  let agent: Agent

  func respond(_ method: HTTPRequest.Method, _ path: [String], _ body: JSON) async throws -> Response {
    let contact = try contact(path[0])
    switch (method, path.count == 2 ? path[1] : "") {
    case (.get, ""): return .json(try await desk.contact(contact, to: agent))
    case (.get, "candidates"):
      return .json(["candidates": .array(try await desk.candidates(for: contact, to: agent))])
    case (.post, "merge"):
      guard let into = body["into"]?.text else { throw DoorProblem(422, "invalid", "`into` is missing") }
      let survivor = try self.contact(into)
      try await desk.merge(contact: contact, into: survivor, by: agent)
      return .json(try await desk.contact(survivor, to: agent))
    case (.post, "unmerge"):
      try await desk.unmerge(contact: contact, by: agent)
      return .json(try await desk.contact(contact, to: agent))
    default: throw DoorProblem(404, "not_found", "no such call")
    }
  }

  private func contact(_ text: String) throws -> ContactID {
    guard let number = Int64(text), number > 0 else { throw DoorProblem(404, "not_found", "no contact `\(text)`") }
    return ContactID(number)
  }
}
