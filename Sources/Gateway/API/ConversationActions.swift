import Channels
import Conversations
import Desk
import Hummingbird

/// `POST /api/v1/conversations/ID/<action>`.
struct ConversationActions {
  let desk: Desk
  let agent: Agent
  /// A reply brings its files in base64.
  static let replySizeMax = 32 << 20

  func run(_ id: ConversationID, _ action: String, _ body: JSON) async throws -> Response {
    switch action {
    case "reply": return try await reply(id, body)
    case "take": try await desk.take(id, for: agent)
    case "accept": try await desk.accept(id, for: agent)
    case "decline": try await desk.decline(id, by: agent)
    case "note": try await desk.note(try text(body, "text"), on: id, by: agent)
    case "transfer": try await desk.transfer(id, to: try text(body, "queue"), reason: body["reason"]?.string, by: agent)
    case "assign": try await desk.assign(id, to: body["agent"]?.string, by: agent)
    case "snooze": try await desk.snooze(id, until: try instant(body, "until"), by: agent)
    case "release": try await desk.release(id, by: agent)
    case "resolve": try await desk.resolve(id, by: agent)
    case "reopen": try await desk.reopen(id, by: agent)
    case "category": try await desk.setCategory(id, try text(body, "category"), by: agent)
    case "priority": try await desk.setPriority(id, try priority(body), by: agent)
    case "merge": try await desk.merge(id, into: try conversation(body, "into"), by: agent)
    case "typing":
      try await desk.typing(on: id, by: agent)
      return .json([:])
    case "unmerge": try await desk.unmerge(id, by: agent)
    case "split":
      let new = try await desk.split(id, from: try message(body), by: agent)
      return .json(try await desk.show(new, to: agent))
    default: throw DoorProblem(404, "not_found", "no such action: \(action)")
    }
    return .json(try await desk.outcome(id, for: agent))
  }

  private func reply(_ id: ConversationID, _ body: JSON) async throws -> Response {
    var draft = ReplyDraft(
      text: body["text"]?.string ?? "", seq: body["seq"]?.int64, anyway: body["anyway"]?.bool ?? false)
    draft.options = try options(body["options"])
    if let name = body["template"]?.string {
      let filled = try await desk.templateText(name, for: id, agent: agent, ownText: draft.text)
      draft.text = filled.text
      if draft.options.isEmpty { draft.options = filled.options }
    }
    if let status = body["status"]?.string {
      guard let known = ConversationStatus(rawValue: status) else {
        throw DoorProblem(
          422, "invalid", "status is one of \(ConversationStatus.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      draft.status = known
    }
    draft.files = try files(body["attachments"])
    let message = try await desk.reply(draft, to: id, by: agent)
    let shown = try await desk.outcome(id, for: agent)
    let said = shown["messages"]?.array?.first { $0["id"]?.string == message.description }
    return .json(["message": said ?? .null, "conversation": shown])
  }

  private func options(_ list: JSON?) throws -> [String] {
    guard let list, !list.isNull else { return [] }
    let options = list.array?.map(\.string) ?? [nil]
    guard !options.contains(nil) else { throw DoorProblem(422, "invalid", "`options` is not a list of texts") }
    return options.compactMap(\.self)
  }

  /// `[{"filename","content_type"?,"data": base64}]`.
  private func files(_ list: JSON?) throws -> [Attachment] {
    try (list?.array ?? []).map { file in
      guard let content = file["data"]?.string.flatMap({ Signatures.decodeBase64($0) }), !content.isEmpty else {
        throw DoorProblem(422, "invalid", "an attachment's `data` is not base64, or empty")
      }
      let type = file["content_type"]?.string ?? MediaType.sniffed(content)
      return .uploaded(file["filename"]?.string, contentType: type, content)
    }
  }

  private func text(_ body: JSON, _ key: String) throws -> String {
    guard let text = body[key]?.string, !text.isEmpty else { throw DoorProblem(422, "invalid", "`\(key)` is missing") }
    return text
  }

  private func instant(_ body: JSON, _ key: String) throws -> Instant {
    guard let instant = Instant(rfc3339: try text(body, key)) else {
      throw DoorProblem(422, "invalid", "`\(key)` is not an RFC 3339 time")
    }
    return instant
  }

  private func conversation(_ body: JSON, _ key: String) throws -> ConversationID {
    guard let id = body[key]?.int64 else {
      throw DoorProblem(422, "invalid", "`\(key)` is not a conversation's number")
    }
    return ConversationID(id)
  }

  /// A message's id (a text), or its number in the conversation.
  private func message(_ body: JSON) throws -> Int64 {
    guard let message = body["from"]?.text.flatMap({ Int64($0) }), message > 0 else {
      throw DoorProblem(422, "invalid", "`from` is not a message's number or id")
    }
    return message
  }

  private func priority(_ body: JSON) throws -> Priority {
    guard let priority = Priority(rawValue: try text(body, "priority")) else {
      throw DoorProblem(
        422, "invalid", "priority is one of \(Priority.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return priority
  }
}
