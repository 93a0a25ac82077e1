package import Conversations

/// What the event log tells of one conversation up to a moment: every number of a report is made from these
/// (METRICS §2–§5). `StoryTeller` makes it.
package struct ConversationStory: Sendable {
  /// A question and the answer that ended it.
  package struct Turn: Sendable, Hashable {
    /// `.firstResponse` or `.nextReply`.
    package var kind: ClockKind
    package var startedAt: Instant
    package var stoppedAt: Instant
    /// Who wrote the answer, not who the conversation is assigned to; `nil` = somebody with the provider's own tool.
    package var author: String?
    package var place: Placement
    package var businessSeconds: Int64
    package var calendarSeconds: Int64
    /// From the last hand-over by a bot on, where there was one (the agents' view).
    package var sinceHandoffSeconds: Int64?
    /// The answer is dated before the question: counted as 0.
    package var isSkewed = false
  }

  /// A promise, and where the conversation belonged when it was decided.
  package struct Decision: Sendable, Hashable {
    package var clock: ClockState
    package var place: Placement
    /// Who ended it; `nil` = nobody yet, or somebody with the provider's own tool.
    package var agent: String?
  }

  package struct Resolution: Sendable, Hashable {
    package var at: Instant
    package var actor: String?
    package var place: Placement
    package var businessSeconds: Int64
    package var calendarSeconds: Int64
    /// No human had answered, and no human resolved it.
    package var isByBot: Bool
  }

  /// An agent had it in hand.
  package struct Handling: Sendable, Hashable {
    package var agent: String
    package var from: Instant
    package var to: Instant
    package var place: Placement
  }

  /// One attempt to tell the customer something, and how it ended.
  package struct Sending: Sendable, Hashable {
    package enum Outcome: String, Sendable { case accepted, bounced, dead }
    package var at: Instant
    package var outcome: Outcome
    package var author: String?
    package var place: Placement
  }

  package struct Call: Sendable, Hashable {
    /// Of its message in the conversation; `nil` = it came along with a merge.
    package var seq: Int64?
    package var startedAt: Instant
    package var answeredAt: Instant?
    package var endedAt: Instant?
    /// As the system counts it.
    package var talkSeconds: Int64?
    package var wasAnswered: Bool { answeredAt != nil || isAnswered }
    /// Seconds that somebody spoke; `nil` = nobody did, or the call is not over.
    package var handleSeconds: Int64? {
      guard wasAnswered, let endedAt else { return nil }
      return talkSeconds ?? answeredAt.map { max(0, endedAt.seconds - $0.seconds) }
    }
    /// Answered at a time that nobody told.
    package var isAnswered = false
    /// Where the conversation belonged when somebody took it or the caller gave up.
    package var place = Placement()
  }

  package struct Rating: Sendable, Hashable {
    package var at: Instant
    /// 1…5.
    package var stars: Int
    package var agent: String?
  }

  /// `nil` = the log tells nothing of it yet.
  package var startedAt: Instant?
  package var place = Placement()
  /// The place it came in with.
  package var firstPlace = Placement()
  /// We wrote first.
  package var isProactive = false
  package var status = ConversationStatus.new
  /// Merged into another, spam or deleted: it counts for nothing.
  package var isGone = false
  package var waitingSince: Instant?
  package var turns: [Turn] = []
  package var decisions: [Decision] = []
  /// Promises that are neither kept nor broken yet.
  package var undecided: [ClockState] = []
  package var resolutions: [Resolution] = []
  package var reopens: [Instant] = []
  package var handlings: [Handling] = []
  package var sendings: [Sending] = []
  package var ratings: [Rating] = []
  package var surveys: [Instant] = []
  package var queueWaits: [(at: Instant, seconds: Int64, place: Placement)] = []
  /// In the order in which they came in.
  package var calls: [Call] = []
  /// When the customer left a chat in which nobody had answered, and where it belonged then; `nil` once they came back
  /// before that.
  package var left: (at: Instant, place: Placement)?
  /// Answers by humans that stand.
  package var replyCount = 0
  /// It once waited for the customer or for a third party.
  package var hasWaited = false
  /// Stretches of one status each, the last one up to the moment of the telling.
  package var statusSpans: [(status: ConversationStatus, from: Instant, to: Instant)] = []
  /// Where it belonged, from when on.
  package var placeSpans: [(from: Instant, hours: String?)] = []
  /// In the order in which they came.
  package var retargets: [Retarget] = []

  package init() {}

  package var isResolved: Bool { status == .resolved }

  /// Times a human dealt with the customer: answers, and calls that were taken.
  private var touchCount: Int { replyCount + calls.count { $0.wasAnswered } }
  /// Resolved with one answer, never reopened, never parked (METRICS §4).
  package var isOneTouch: Bool { isResolved && touchCount == 1 && reopens.isEmpty && !hasWaited }
  package var isZeroTouch: Bool { isResolved && touchCount == 0 && reopens.isEmpty }

  package enum Sum: String, Sendable, CaseIterable {
    case requesterWait = "requester_wait"
    case agentWork = "agent_work"
    case customerWait = "customer_wait"
    case onHold = "on_hold"

    var statuses: Set<ConversationStatus> {
      switch self {
      case .requesterWait: [.new, .open, .onHold]
      case .agentWork: [.new, .open]
      case .customerWait: [.pending]
      case .onHold: [.onHold]
      }
    }
  }
}

extension ConversationStory {
  /// Business seconds in `[from, to)`, each second by the hours of the queue it then belonged to.
  package func businessSeconds(from: Instant, to: Instant, _ histories: [String: CalendarHistory]) -> Int64 {
    guard from < to else { return 0 }
    var sum: Int64 = 0
    for (index, span) in placeSpans.enumerated() {
      let start = index == 0 ? from : max(from, span.from)
      let end = index + 1 < placeSpans.count ? min(to, placeSpans[index + 1].from) : to
      guard start < end else { continue }
      sum += span.hours.flatMap { histories[$0] }?.elapsed(from: start, to: end) ?? (end.seconds - start.seconds)
    }
    return sum
  }

  /// While a call goes on its conversation is nobody's work in the line (`pending`), yet nobody waits for the customer.
  mutating func countCallsAsWork() {
    for call in calls {
      guard let end = call.endedAt, call.startedAt < end else { continue }
      statusSpans = statusSpans.flatMap { span -> [(status: ConversationStatus, from: Instant, to: Instant)] in
        let (from, to) = (max(span.from, call.startedAt), min(span.to, end))
        guard span.status == .pending, from < to else { return [span] }
        return [(.pending, span.from, from), (.open, from, to), (.pending, to, span.to)].filter { $0.1 < $0.2 }
      }
    }
  }

  /// Seconds of business spent in the statuses of `sum`.
  package func total(_ sum: Sum, _ histories: [String: CalendarHistory]) -> Int64 {
    statusSpans.filter { sum.statuses.contains($0.status) }.reduce(0) {
      $0 + businessSeconds(from: $1.from, to: $1.to, histories)
    }
  }
}
