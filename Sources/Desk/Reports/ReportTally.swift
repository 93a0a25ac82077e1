import Conversations
import Routing

/// What a report counts, before anything is grouped: a story at a time goes in, lines come out.
struct ReportTally: Sendable {
  enum Counter: UInt8, Sendable, CaseIterable {
    case arrived, proactive, resolved, reopened, reopens, oneTouch, zeroTouch, botResolved, lastResolved, backlog
    case firstResponseMet, firstResponseBreached, nextReplyMet, nextReplyBreached, resolutionMet, resolutionBreached
    case accepted, bounced, dead, handled, skewed
  }

  enum Measure: UInt8, Sendable, CaseIterable {
    case firstResponse, firstResponseFromHandoff, nextReply, resolution, firstResolution, fullResolution
    case requesterWait, agentWork, customerWait, onHold, queueWait, handle
  }

  struct Key: Hashable, Sendable {
    var counter: Counter
    var place: Int
    /// −1 = nobody's.
    var agent: Int
  }

  struct SampleKey: Hashable, Sendable {
    var measure: Measure
    var place: Int
    /// −1 = nobody's.
    var agent: Int
  }

  /// In seconds, as small as they go: a report of a million conversations has ten million of them.
  struct Samples: Sendable {
    var business: [Int32] = []
    /// Empty = the measure has no calendar form.
    var calendar: [Int32] = []
  }

  let from: Instant
  let to: Instant
  let zone: CivilZone
  let histories: [String: CalendarHistory]
  let filter: ReportFilter
  let rules: ServiceLevelRules

  private(set) var places: [Placement] = []
  private(set) var agents: [String] = []
  private(set) var counts: [Key: Int] = [:]
  private(set) var samples: [SampleKey: Samples] = [:]
  /// Arrivals by weekday (Monday first) and hour.
  private(set) var heat = Array(repeating: Array(repeating: 0, count: 24), count: 7)
  /// Calls and chats by hour of the day.
  private(set) var liveByHour = Array(repeating: 0, count: 24)
  /// Civil day → arrivals, resolutions.
  private(set) var days: [Int64: (arrived: Int, resolved: Int)] = [:]
  /// Of each conversation in the backlog: age in seconds, and in seconds of business.
  private(set) var ages: [(calendar: Int64, business: Int64)] = []
  /// Calls and chats by the place where they were answered or given up.
  private(set) var levels: [Int: ServiceLevel] = [:]
  /// What calls and chats took, and how many there were.
  private(set) var liveHandleSeconds: Int64 = 0
  private(set) var liveHandled = 0
  /// Hours of the queues that they came into; `nil` = one that is always open.
  private(set) var liveHours: Set<String?> = []
  private(set) var ratings: [Int] = []
  private(set) var surveys = 0
  /// What a simulation of other people at mail and messages needs; kept only for who asks.
  private(set) var written: WrittenWork?
  /// By agent, whatever the queue.
  private(set) var times: [String: AgentTime] = [:]
  private var placeIndex: [Placement: Int] = [:]
  private var agentIndex: [String: Int] = [:]

  init(
    from: Instant, to: Instant, zone: CivilZone, histories: [String: CalendarHistory], filter: ReportFilter,
    rules: ServiceLevelRules, keepsWrittenWork: Bool = false
  ) {
    (self.from, self.to, self.zone) = (from, to, zone)
    (self.histories, self.filter, self.rules) = (histories, filter, rules)
    written = keepsWrittenWork ? WrittenWork() : nil
  }

  mutating func add(_ story: ConversationStory) {
    guard !story.isGone, let start = story.startedAt else { return }
    if covers(start) { arrived(story, start) }
    if !story.isProactive { live(story, start) }
    turns(story)
    resolutions(story)
    decisions(story)
    work(story)
    if wanted(story.place) { written?.add(story, from: from, to: to) }
    if start <= to, !story.isResolved, wanted(story.place) {
      count(.backlog, story.place)
      ages.append((max(0, to.seconds - start.seconds), story.businessSeconds(from: start, to: to, histories)))
    }
  }

  private var period: TimeSpans.Span { .init(from: from, to: to) }

  mutating func note(_ state: Presence, of agent: String, from: Instant, to: Instant) {
    _ = index(agent)
    switch state {
    case .online: times[agent, default: AgentTime()].online.add(from, to, within: period)
    case .away: times[agent, default: AgentTime()].away.add(from, to, within: period)
    case .offline: break
    }
  }

  private func covers(_ instant: Instant) -> Bool { from <= instant && instant < to }
  private func wanted(_ place: Placement) -> Bool { filter.admits(place) }

  private mutating func count(_ counter: Counter, _ place: Placement, agent: String? = nil, by number: Int = 1) {
    guard wanted(place) else { return }
    counts[Key(counter: counter, place: index(place), agent: index(agent)), default: 0] += number
  }

  private mutating func sample(
    _ measure: Measure, _ place: Placement, agent: String? = nil, _ business: Int64, calendar: Int64? = nil
  ) {
    guard wanted(place) else { return }
    let key = SampleKey(measure: measure, place: index(place), agent: index(agent))
    samples[key, default: Samples()].business.append(Int32(clamping: business))
    if let calendar { samples[key, default: Samples()].calendar.append(Int32(clamping: calendar)) }
  }

  private mutating func index(_ place: Placement) -> Int {
    if let known = placeIndex[place] { return known }
    places.append(place)
    placeIndex[place] = places.count - 1
    return places.count - 1
  }

  private mutating func index(_ agent: String?) -> Int {
    guard let agent else { return -1 }
    if let known = agentIndex[agent] { return known }
    agents.append(agent)
    agentIndex[agent] = agents.count - 1
    return agents.count - 1
  }
}

extension ReportTally {
  private mutating func arrived(_ story: ConversationStory, _ start: Instant) {
    guard wanted(story.place) else { return }
    if story.isProactive {
      count(.proactive, story.place)
      return
    }
    count(.arrived, story.place)
    let wall = zone.wallClock(of: start)
    heat[wall.date.weekday - 1][wall.secondOfDay / 3600] += 1
    days[wall.date.daysSinceEpoch, default: (0, 0)].arrived += 1
  }

  /// METRICS §4: who was answered, and who gave up before; who still waits is neither yet. Each call counts, however many
  /// of them one conversation holds. They belong to the period in which it was decided, arrivals to that in which they
  /// began.
  private mutating func live(_ story: ConversationStory, _ start: Instant) {
    guard story.calls.isEmpty else { return calls(story) }
    guard story.place.channelKind == "webchat" else { return }
    if covers(start) { liveArrived(at: start, story) }
    chat(story, start)
    guard wanted(story.place) else { return }
    for handling in story.handlings where covers(handling.to) {
      liveHandleSeconds += handling.to.seconds - handling.from.seconds
    }
    if story.handlings.contains(where: { covers($0.to) }) { liveHandled += 1 }
  }

  private mutating func liveArrived(at start: Instant, _ story: ConversationStory) {
    guard wanted(story.place) else { return }
    liveByHour[zone.wallClock(of: start).secondOfDay / 3600] += 1
    liveHours.insert(story.place.hours)
  }

  private mutating func calls(_ story: ConversationStory) {
    for call in story.calls {
      if covers(call.startedAt) { liveArrived(at: call.startedAt, story) }
      if let taken = call.answeredAt {
        if covers(taken) { answered(call.place, after: taken.seconds - call.startedAt.seconds) }
      } else if !call.wasAnswered, let ended = call.endedAt, covers(ended) {
        gaveUp(call.place, after: ended.seconds - call.startedAt.seconds)
      }
      guard let ended = call.endedAt, covers(ended), let seconds = call.handleSeconds, wanted(call.place) else {
        continue
      }
      count(.handled, call.place)
      sample(.handle, call.place, seconds)
      (liveHandleSeconds, liveHandled) = (liveHandleSeconds + seconds, liveHandled + 1)
    }
  }

  /// A chat that begins while we are closed is a message left behind: only open time is waited.
  private mutating func chat(_ story: ConversationStory, _ start: Instant) {
    func waited(until end: Instant) -> Int64 { story.businessSeconds(from: start, to: end, histories) }
    if let left = story.left {
      if covers(left.at) { gaveUp(left.place, after: waited(until: left.at)) }
    } else if let first = story.turns.first(where: { $0.kind == .firstResponse }) {
      if covers(first.stoppedAt) { answered(first.place, after: first.businessSeconds) }
    } else if let resolution = story.resolutions.first, story.replyCount == 0, covers(resolution.at) {
      gaveUp(resolution.place, after: waited(until: resolution.at))
    }
  }

  private mutating func answered(_ place: Placement, after seconds: Int64) {
    guard wanted(place) else { return }
    let (index, within) = (index(place), within(place))
    levels[index, default: ServiceLevel()].answer(after: max(0, seconds), within: within)
  }

  private mutating func gaveUp(_ place: Placement, after seconds: Int64) {
    guard wanted(place) else { return }
    let (index, within, short) = (index(place), within(place), rules.shortAbandonSeconds)
    levels[index, default: ServiceLevel()].abandon(after: max(0, seconds), within: within, short: short)
  }

  private func within(_ place: Placement) -> Int64 {
    rules.withinSeconds(channel: place.channel, kind: place.channelKind)
  }

  private mutating func turns(_ story: ConversationStory) {
    for turn in story.turns where covers(turn.stoppedAt) {
      let measure: Measure = turn.kind == .firstResponse ? .firstResponse : .nextReply
      sample(measure, turn.place, agent: turn.agentName, turn.businessSeconds, calendar: turn.calendarSeconds)
      if turn.kind == .firstResponse, let seconds = turn.sinceHandoffSeconds {
        sample(.firstResponseFromHandoff, turn.place, agent: turn.agentName, seconds)
      }
      if turn.isSkewed { count(.skewed, turn.place) }
    }
  }

  private mutating func resolutions(_ story: ConversationStory) {
    let inside = story.resolutions.filter { covers($0.at) }
    if let last = inside.last {
      count(.resolved, last.place, agent: last.actor)
      if wanted(last.place) { days[day(of: last.at), default: (0, 0)].resolved += 1 }
      if story.resolutions.first?.at == inside.first?.at, let first = inside.first {
        sample(
          .firstResolution, first.place, agent: first.actor, first.businessSeconds, calendar: first.calendarSeconds)
      }
      if story.isResolved, story.resolutions.last?.at == last.at { finished(story, last) }
    }
    let reopens = story.reopens.count { covers($0) }
    if reopens > 0 {
      count(.reopened, story.place)
      count(.reopens, story.place, by: reopens)
    }
  }

  private func day(of instant: Instant) -> Int64 { zone.wallClock(of: instant).date.daysSinceEpoch }

  private mutating func finished(_ story: ConversationStory, _ last: ConversationStory.Resolution) {
    let (place, agent) = (last.place, last.actor)
    sample(.fullResolution, place, agent: agent, last.businessSeconds, calendar: last.calendarSeconds)
    count(.lastResolved, place, agent: agent)
    if story.isOneTouch { count(.oneTouch, place, agent: agent) }
    if story.isZeroTouch { count(.zeroTouch, place, agent: agent) }
    if last.isByBot { count(.botResolved, place) }
    for (measure, sum) in [
      (Measure.requesterWait, ConversationStory.Sum.requesterWait), (.agentWork, .agentWork),
      (.customerWait, .customerWait), (.onHold, .onHold),
    ] {
      sample(measure, place, agent: agent, story.total(sum, histories))
    }
  }

  /// METRICS §4: a kept promise belongs to its stop, a broken one to the moment it broke.
  private mutating func decisions(_ story: ConversationStory) {
    for decision in story.decisions {
      let clock = decision.clock
      if let broken = clock.breachedAt {
        if covers(broken) { count(clock.kind.breached, decision.place, agent: decision.agent) }
      } else if let stopped = clock.stoppedAt, clock.status == .met, covers(stopped) {
        count(clock.kind.met, decision.place, agent: decision.agent)
      }
      if clock.kind == .resolution, let stopped = clock.stoppedAt, covers(stopped), let used = clock.businessSeconds {
        sample(.resolution, decision.place, agent: decision.agent, used, calendar: clock.calendarSeconds)
      }
    }
  }

  private mutating func work(_ story: ConversationStory) {
    for sending in story.sendings where covers(sending.at) {
      let counter: Counter =
        switch sending.outcome {
        case .accepted: .accepted
        case .bounced: .bounced
        case .dead: .dead
        }
      count(counter, sending.place, agent: sending.author)
    }
    var seconds: [String: (place: Placement, sum: Int64)] = [:]
    for handling in story.handlings where covers(handling.to) {
      let sum = (seconds[handling.agent]?.sum ?? 0) + handling.to.seconds - handling.from.seconds
      seconds[handling.agent] = (handling.place, sum)
    }
    for (agent, work) in seconds.sorted(by: { $0.key < $1.key }) {
      count(.handled, work.place, agent: agent)
      sample(.handle, work.place, agent: agent, work.sum)
    }
    for handling in story.handlings {
      times[handling.agent, default: AgentTime()].busy.add(handling.from, handling.to, within: period)
    }
    for wait in story.queueWaits where covers(wait.at) { sample(.queueWait, wait.place, wait.seconds) }
    guard wanted(story.place) else { return }
    ratings += story.ratings.filter { covers($0.at) }.map(\.stars)
    surveys += story.surveys.count { covers($0) }
  }
}

extension ConversationStory.Turn {
  /// METRICS §3: the author of the answer, not whom the conversation is assigned to.
  var agentName: String { author ?? ReportTally.elsewhere }
}

extension ReportTally {
  /// Answers written with the provider's own tool, by whomever.
  static let elsewhere = "(elsewhere)"
}

extension ClockKind {
  var met: ReportTally.Counter {
    switch self {
    case .firstResponse: .firstResponseMet
    case .nextReply: .nextReplyMet
    case .resolution: .resolutionMet
    }
  }

  var breached: ReportTally.Counter {
    switch self {
    case .firstResponse: .firstResponseBreached
    case .nextReply: .nextReplyBreached
    case .resolution: .resolutionBreached
    }
  }
}
