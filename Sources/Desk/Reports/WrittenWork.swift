import Conversations
import Routing

/// Questions that came in writing, in a period, and what answering them took.
struct WrittenWork: Sendable {
  private(set) var questions: [DeadlineSimulation.Question] = []
  /// Answered in the period, and the seconds that agents held these conversations in it.
  private(set) var answers = 0
  private(set) var heldSeconds: Int64 = 0

  /// Seconds of work for each answer; `nil` = nobody has answered.
  var answerSeconds: Double? { answers == 0 ? nil : Double(heldSeconds) / Double(answers) }

  mutating func add(_ story: ConversationStory, from: Instant, to: Instant) {
    guard story.calls.isEmpty, story.place.channelKind != "webchat" else { return }
    func covers(_ instant: Instant) -> Bool { from <= instant && instant < to }
    let clocks = story.decisions.map(\.clock) + story.undecided
    func ask(_ kind: ClockKind, _ instant: Instant, _ place: Placement) {
      guard covers(instant) else { return }
      let due = clocks.first { $0.kind == kind && $0.startedAt == instant }?.dueAt
      questions.append(.init(askedAt: instant, dueAt: due, priority: place.priority, hours: place.hours))
    }
    for turn in story.turns {
      ask(turn.kind, turn.startedAt, turn.place)
      if covers(turn.stoppedAt) { answers += 1 }
    }
    if let waiting = story.waitingSince {
      ask(story.replyCount == 0 ? .firstResponse : .nextReply, waiting, story.place)
    }
    for handling in story.handlings where covers(handling.to) {
      heldSeconds += max(0, handling.to.seconds(since: handling.from))
    }
  }
}
