import Conversations

/// What a call record says, in words for the conversation and for the queue.
enum CallWords {
  static func text(_ call: CallRecord, note: String?) -> String {
    let outcome =
      switch call.disposition {
      case .ringing: "ringing"
      case .answered: "answered"
      case .completed: "completed"
      case .busy: "missed (busy)"
      case .noAnswer: "missed (no answer)"
      case .canceled: "missed (caller hung up)"
      case .failed: "failed"
      case .forwarded: "forwarded"
      case .blocked: "blocked"
      case .voicemail: "voicemail"
      }
    let length = call.durationSeconds.map { $0 >= 60 ? ", \($0 / 60) min \($0 % 60) s" : ", \($0) s" } ?? ""
    let line = "Call \(call.from) → \(call.to): \(outcome)\(length)"
    return [line, call.recordingURL.map { "Recording: \($0)" }, note].compactMap(\.self).joined(separator: "\n")
  }

  static func json(_ call: CallRecord, id: String) -> JSON {
    let answered: [JSON.Member] = call.answeredAt.map { [.init("answered_at", JSON($0))] } ?? []
    return .object(
      [
        .init("id", JSON(id)), .init("from", JSON(call.from)), .init("to", JSON(call.to)),
        .init("started_at", JSON(call.startedAt)), .init("duration_s", JSON(call.durationSeconds)),
        .init("disposition", JSON(call.disposition.rawValue)), .init("recording_url", JSON(call.recordingURL)),
      ] + answered)
  }

  /// Whether somebody must act: a missed call or one with a note waits, a finished one without is done, one in progress is
  /// nobody's work yet.
  static func status(after call: CallRecord, note: String?, isOutbound: Bool) -> ConversationStatus {
    if isOutbound { return .resolved }
    if note?.isEmpty == false { return .new }
    return switch call.disposition {
    case .ringing, .answered: .pending
    case .completed, .forwarded, .blocked: .resolved
    case .busy, .noAnswer, .canceled, .failed, .voicemail: .new
    }
  }
}
