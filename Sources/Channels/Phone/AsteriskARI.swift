import Conversations

/// One event of the Asterisk REST Interface's event stream.
/// Source: documentation Asterisk_REST_Data_Models (Event, Channel); causes are those of Q.850.
struct AsteriskARI: Sendable {
  /// `nil` for events that say nothing about how a call stands.
  static func news(_ event: JSON, line: PhoneLine, inboundContexts: Set<String>, receivedAt: Instant) -> CallNews? {
    guard let type = event["type"]?.string, let channel = event["channel"],
      let id = PhoneLine.callID(channel["id"]?.text), let disposition = disposition(type: type, event: event)
    else { return nil }
    let plan = channel["dialplan"]
    return CallNews(
      callID: id, isOutbound: !inboundContexts.contains(plan?["context"]?.string ?? ""),
      from: line.number(channel["caller"]?["number"]?.text), to: line.number(plan?["exten"]?.text),
      callerName: channel["caller"]?["name"]?.string?.callLine(), disposition: disposition,
      at: Instant(provider: event["timestamp"]) ?? receivedAt, startedAt: Instant(provider: channel["creationtime"]))
  }

  private static func disposition(type: String, event: JSON) -> CallRecord.Disposition? {
    let state = event["channel"]?["state"]?.string
    switch type {
    case "StasisStart": return state == "Up" ? .answered : .ringing
    case "ChannelStateChange":
      return state == "Up" ? .answered : state == "Ring" || state == "Ringing" ? .ringing : nil
    case "ChannelDestroyed": return ended(cause: event["cause"]?.int, wasUp: state == "Up")
    default: return nil
    }
  }

  private static func ended(cause: Int?, wasUp: Bool) -> CallRecord.Disposition {
    if wasUp { return .completed }
    return switch cause {
    case 17: .busy
    case 18, 19, 20, 21: .noAnswer
    // 16 without an answer: the caller put down; 26: another telephone took it.
    case 16: .canceled
    case 26, nil: .completed
    default: .failed
    }
  }
}
