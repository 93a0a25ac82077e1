import Desk
import HTTPTypes
import Hummingbird

/// `/files/TOKEN/NAME`: where providers fetch the files of our answers, and customers those that a channel of words only
/// carries the address of. The token is the right to one file until it ends; the name is for people.
struct FileDoor {
  let context: DoorContext

  /// Of types that a browser may show: nothing in them runs.
  static let pictures: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]
  /// What else is called by its type, for providers that go by it; anything else is just bytes.
  private static let plainTypes: Set<String> = [
    "application/pdf", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac", "audio/amr", "video/mp4", "video/3gpp",
    "text/plain", "text/csv", "text/vcard",
  ]

  func respond(to knock: Knock) async throws -> Response {
    guard knock.method == .get || knock.method == .head else {
      throw DoorProblem.method("GET the file", allow: "GET, HEAD")
    }
    guard (2...3).contains(knock.parts.count) else {
      throw DoorProblem(404, "not_found", "there is nothing at this address")
    }
    do {
      let (bytes, name, type) = try await context.desk.publicFile(String(knock.parts[1]))
      let isPicture = type.map(Self.pictures.contains) ?? false
      let isKnown = isPicture || (type.map(Self.plainTypes.contains) ?? false)
      return .file(
        bytes, name: name, type: isKnown ? type ?? "" : "application/octet-stream", isShown: isPicture,
        cache: "private, max-age=3600")
    } catch let error as DeskError {
      // Whoever guesses is slowed down; whoever knows is not counted.
      guard context.limiter.allows("file \(knock.peer)", burst: 30, perMinute: 20, now: context.desk.now()) else {
        throw DoorProblem(429, "too_many", "too many requests from this address; wait a minute")
      }
      throw error
    }
  }
}
