import Conversations
import Routing
import Testing

/// METRICS §4, §6 and the examples of §7 that need no events.
@Suite("Figures") struct MetricFunctionTests {
  private func near(_ value: Double?, _ wanted: Double, within tolerance: Double = 0.005) -> Bool {
    value.map { abs($0 - wanted) <= tolerance } ?? false
  }

  @Test("example 12: four service levels, two abandonment rates, the speed of answer")
  func serviceLevel() {
    let level = level(within: 20, short: 5)
    #expect(ServiceLevel.Convention.allCases.map { level.percent($0) } == [56.25, 45, 50, 60])
    #expect(level.percent(ServiceLevelRules.usual.convention) == 50, "SL3 is the default")
    #expect(level.abandonmentPercent == 20 && near(level.abandonmentWithoutShortPercent, 11.11))
    #expect(level.averageSpeedOfAnswer == 33.125)
    #expect(ServiceLevel.Convention.allCases.allSatisfy { ServiceLevel().percent($0) == nil })
    #expect(ServiceLevel().abandonmentPercent == nil && ServiceLevel().averageSpeedOfAnswer == nil)
  }

  private func level(within: Int64, short: Int64) -> ServiceLevel {
    var level = ServiceLevel()
    for wait in [3, 5, 7, 8, 12, 15, 18, 19, 20, 25, 31, 40, 55, 62, 90, 120] as [Int64] {
      level.answer(after: wait, within: within)
    }
    for wait in [2, 4, 10, 70] as [Int64] { level.abandon(after: wait, within: within, short: short) }
    return level
  }

  @Test(
    "example 12 with another Y and another short abandon",
    arguments: [
      (30, 5, [62.5, 50, 55.56, 65], 11.11), (30, 12, [62.5, 50, 58.82, 65], 5.88),
      (120, 5, [100, 80, 88.89, 100], 11.11), (1, 5, [0, 0, 0, 0], 11.11),
    ] as [(Int64, Int64, [Double], Double)])
  func otherGoals(within: Int64, short: Int64, levels: [Double], abandonment: Double) {
    let level = level(within: within, short: short)
    #expect(zip(ServiceLevel.Convention.allCases, levels).allSatisfy { near(level.percent($0), $1) })
    #expect(near(level.abandonmentWithoutShortPercent, abandonment) && level.abandonmentPercent == 20)
    #expect(level.averageSpeedOfAnswer == 33.125, "whatever was promised")
  }

  @Test("a sum of two is counted each by its own Y, and comes out as if all had been counted at once")
  func sums() {
    var sum = level(within: 20, short: 5)
    sum.add(level(within: 60, short: 5))
    // 9 and 13 of 16 in time, 3 and 3 of 4 abandoned.
    #expect(sum.offered == 40 && sum.within == [20, 60] && sum.percent(.answered) == 68.75)
    #expect(sum.percent(.offeredWithoutShort).map { near($0, 100 * 22 / 36.0) } == true)
    #expect(sum.averageSpeedOfAnswer == 33.125)
  }

  @Test("what is said of a channel goes before what is said of its kind; a run keeps all of it")
  func rules() {
    var rules = ServiceLevelRules()
    #expect(ServiceLevelRules(json: nil) == .usual && ServiceLevelRules(json: rules.json) == rules)
    rules.withinSecondsByName = ["webchat": 60, "shop": 90]
    (rules.shortAbandonSeconds, rules.convention) = (7, .withAbandoned)
    #expect(rules.withinSeconds(channel: "shop", kind: "webchat") == 90)
    #expect(rules.withinSeconds(channel: "other", kind: "webchat") == 60)
    #expect(rules.withinSeconds(channel: "hotline", kind: "asterisk") == 20)
    #expect(rules.allWithinSeconds == [20, 60, 90] && ServiceLevelRules(json: rules.json) == rules)
  }

  @Test("example 13: how many people a hundred calls in half an hour take")
  func erlangC() throws {
    func queue(_ servers: Int) -> ErlangC {
      ErlangC(arrivals: 100, perSeconds: 1800, handleSeconds: 180, servers: servers)
    }
    #expect(queue(14).load == 10)
    #expect(near(queue(13).serviceLevel(within: 20) * 100, 79.56))
    let goal = ErlangC.Goal(share: 0.8, seconds: 20, occupancyMax: 0.85, shrinkage: 0.3)
    let found = try #require(
      ErlangC.staffing(arrivals: 100, perSeconds: 1800, handleSeconds: 180, goal: goal))
    #expect(found.servers == 14)
    #expect(near(found.waitProbability * 100, 17.41) && near(found.serviceLevel(within: 20) * 100, 88.84))
    #expect(near(found.averageSpeedOfAnswer, 7.84) && near(found.occupancy * 100, 71.43))
    #expect(ErlangC.scheduled(found.servers, shrinkage: 0.3) == 20)
    let other = ErlangC(arrivals: 360, perSeconds: 1800, handleSeconds: 240, servers: 55)
    #expect(near(other.waitProbability, 0.2387, within: 0.00005))
    #expect(near(other.serviceLevel(within: 15) * 100, 84.59) && near(other.averageSpeedOfAnswer, 8.18))
    #expect(near(other.occupancy * 100, 87.27))
  }

  @Test("a queue with too few people grows without end, and a large one overflows nothing")
  func erlangLimits() {
    let few = ErlangC(arrivals: 100, perSeconds: 1800, handleSeconds: 180, servers: 10)
    #expect(few.waitProbability == 1 && few.serviceLevel(within: 20) == 0 && few.averageSpeedOfAnswer == nil)
    let many = ErlangC(arrivals: 100_000, perSeconds: 1800, handleSeconds: 180, servers: 10_200)
    #expect((0...1).contains(many.waitProbability) && many.serviceLevel(within: 20) > 0.9)
    let none = ErlangC(arrivals: 0, perSeconds: 1800, handleSeconds: 180, servers: 0)
    #expect(none.waitProbability == 0 && none.serviceLevel(within: 1) == 1)
    let goal = ErlangC.Goal(share: 0.8, seconds: 20)
    #expect(ErlangC.staffing(arrivals: 1e9, perSeconds: 1, handleSeconds: 1e9, goal: goal) == nil)
  }

  @Test("example 14: nearest rank and type 7")
  func percentiles() {
    let values: [Int64] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]
    #expect([50, 90, 95, 99].map { Percentiles.nearestRank($0, ofSorted: values) } == [5, 9, 100, 100])
    for (percent, wanted) in [(50.0, 5.5), (90, 18.1), (95, 59.05), (99, 91.81)] {
      #expect(near(Percentiles.linear(percent, ofSorted: values), wanted))
    }
    #expect(DurationSummary(values).mean == 14.5)
    #expect(Percentiles.nearestRank(50, ofSorted: []) == nil && Percentiles.linear(50, ofSorted: []) == nil)
    #expect(Percentiles.nearestRank(0, ofSorted: [7]) == 7 && Percentiles.linear(100, ofSorted: [7]) == 7)
  }

  @Test("example 15: satisfaction with Wilson's interval")
  func satisfaction() throws {
    let answers = Satisfaction(ratings: [5, 5, 4, 3, 1, 2, 4, 5], delivered: 20)
    #expect(answers.percent == 62.5 && answers.responsePercent == 40 && answers.mean == 3.625)
    let interval = try #require(answers.interval)
    #expect(near(interval.lowerBound, 30.6, within: 0.05) && near(interval.upperBound, 86.3, within: 0.05))
    let few = Satisfaction(ratings: [5, 5, 5, 5], delivered: 9)
    #expect(few.percent == nil && few.interval == nil && few.mean == nil)
    #expect(Satisfaction.wilson(0, of: 10)?.lowerBound == 0 && Satisfaction.wilson(10, of: 10)?.upperBound == 100)
  }

  @Test("example 17: occupancy, utilisation, handling time")
  func occupancy() {
    let day = WorkTime(handle: 270 * 60, wrapUp: 45 * 60, idle: 90 * 60, away: 75 * 60, conversations: 35)
    #expect(near(day.occupancyPercent, 77.78) && near(day.utilisationPercent, 65.625, within: 0.01))
    #expect(day.averageHandleSeconds == 540 && day.loggedIn == 480 * 60)
    let nothing = WorkTime(handle: 0, wrapUp: 0, idle: 0, away: 0, conversations: 0)
    #expect(nothing.occupancyPercent == nil && nothing.averageHandleSeconds == nil)
  }

  @Test("a changed calendar does not change the past")
  func history() throws {
    let (old, new) = (
      try calendar("Asia/Shanghai", weekdays(("09:00", "18:00"))),
      try calendar("Asia/Shanghai", weekdays(("10:00", "16:00")))
    )
    let change = at("2026-03-11T00:00:00+08:00")
    let history = try #require(
      CalendarHistory([.init(from: change, calendar: new), .init(from: .epoch, calendar: old)]))
    let (monday, friday) = (at("2026-03-09T00:00:00+08:00"), at("2026-03-14T00:00:00+08:00"))
    #expect(history.elapsed(from: monday, to: friday) == (2 * 9 + 3 * 6) * 3600)
    #expect(history.elapsed(from: monday, to: change) == old.elapsed(from: monday, to: change))
    #expect(history.due(from: monday, seconds: 19 * 3600) == at("2026-03-11T11:00:00+08:00"))
    #expect(history.due(from: monday, seconds: 18 * 3600) == at("2026-03-10T18:00:00+08:00"))
    #expect(history.versions(from: monday, to: friday) == [old.version, new.version])
    #expect(history.versions(from: monday, to: at("2026-03-10T00:00:00+08:00")) == [old.version])
  }
}
