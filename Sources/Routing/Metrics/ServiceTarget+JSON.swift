package import Conversations

/// How the event log writes a promise down, so that a report about last year judges by last year's promises.
extension ServiceTarget {
  /// `{"name","hours","first_response","next_reply","resolution","warn_at","runs_in"}`, seconds; what is not promised is left out.
  package var json: JSON {
    var members: [JSON.Member] = [.init("name", JSON(name))]
    if let calendar { members.append(.init("hours", JSON(calendar))) }
    for (key, seconds) in [
      ("first_response", firstResponseSeconds), ("next_reply", nextReplySeconds), ("resolution", resolutionSeconds),
    ] {
      if let seconds { members.append(.init(key, JSON(seconds))) }
    }
    members.append(.init("warn_at", JSON(Int64((warnAtFraction * 1000).rounded()))))
    let runs = ConversationStatus.allCases.filter { resolutionRunsIn.contains($0) }.map(\.rawValue)
    members.append(.init("runs_in", JSON(runs)))
    return .object(members)
  }

  /// `nil` = nothing was promised.
  package init?(json: JSON) {
    guard let name = json["name"]?.string else { return nil }
    let runs = (json["runs_in"]?.array ?? []).compactMap { $0.string.flatMap { ConversationStatus(rawValue: $0) } }
    self.init(
      name: name, calendar: json["hours"]?.string, firstResponseSeconds: json["first_response"]?.int64,
      nextReplySeconds: json["next_reply"]?.int64, resolutionSeconds: json["resolution"]?.int64,
      warnAtFraction: Double(json["warn_at"]?.int64 ?? 800) / 1000, resolutionRunsIn: Set(runs))
  }
}
