import Conversations
import Routing

/// How many people mail and messages need: by the work there is, and by the promises there are.
struct MailStaffing: Sendable {
  let questions: Int
  /// Of work for each answer; `nil` = nothing was measured, and nothing was said.
  let answerSeconds: Double?
  /// Share (0…1) of the promises that is to be kept.
  let share: Double
  /// People on the rota for the work alone: work ÷ productive time on days of eight hours (METRICS §6).
  let workPeople: Double
  /// The fewest who keep the share, the rota for them, one fewer, and as many as were asked about; in rising order.
  let outcomes: [DeadlineSimulation.Outcome]
  let needed: Int?
  let rota: Int?

  init(_ work: WrittenWork, _ request: WhatIfRequest, _ histories: [String: CalendarHistory], days: Int) {
    (questions, share) = (work.questions.count, request.mailShare)
    answerSeconds = request.mailSeconds ?? work.answerSeconds
    let goal = request.goal
    let productive = Double(days) * 8 * 3600 * goal.occupancyMax * (1 - goal.shrinkage)
    workPeople = (answerSeconds ?? 0) * Double(questions) / productive
    guard let answerSeconds, questions > 0 else {
      (outcomes, needed, rota) = ([], nil, nil)
      return
    }
    let simulation = DeadlineSimulation(
      work.questions, histories: histories, answerSeconds: Int64(answerSeconds.rounded()))
    let fewest = simulation.fewest(keeping: share)
    needed = fewest?.agents
    rota = fewest.map { ErlangC.scheduled($0.agents, shrinkage: goal.shrinkage) }
    let asked = Set([fewest.map { $0.agents - 1 }, request.mailAgents].compactMap(\.self))
    outcomes =
      (asked.filter { $0 > 0 && $0 != fewest?.agents }.map(simulation.run) + [fewest].compactMap(\.self))
      .sorted { $0.agents < $1.agents }
  }

  var lines: [String] {
    let work = "Mail and messages: \(questions) answers"
    guard let answerSeconds else { return [work + "; nothing measured how long one takes (`--mail-aht` says it)"] }
    let title =
      "\(work) of \(decimalText(answerSeconds)) s each; the work alone is \(decimalText(workPeople)) on the rota"
    guard questions > 0 else { return [title] }
    let verdict: String
    if let needed, let rota {
      verdict = "\(needed) at work (\(rota) on the rota) keep \(decimalText(share * 100)) % of the promises"
    } else {
      verdict = "no number of people keeps \(decimalText(share * 100)) % of the promises"
    }
    let rows = outcomes.map { outcome in
      [
        "\(outcome.agents)", outcome.inTimePercent.map(decimalText) ?? "–", "\(outcome.met)/\(outcome.promised)",
        durationText(outcome.waits.p50), durationText(outcome.waits.p90),
      ]
    }
    return [title, verdict + ", most pressing first:"]
      + (rows.isEmpty ? [] : PlainTable.lines([["people", "in time %", "kept", "wait p50", "wait p90"]] + rows))
  }

  private func durationText(_ seconds: Int64?) -> String {
    seconds.map { "\($0 / 3600):\(padded(Int($0 / 60 % 60), to: 2))" } ?? "–"
  }

  var json: JSON {
    [
      "answers": JSON(questions), "answer_seconds": ReportValue.decimal(answerSeconds).json,
      "goal_percent": ReportValue.percent(share * 100).json, "work_rota": ReportValue.decimal(workPeople).json,
      "needed": JSON(needed), "rota": JSON(rota),
      "staffing": .array(
        outcomes.map { outcome in
          [
            "agents": JSON(outcome.agents), "promised": JSON(outcome.promised), "met": JSON(outcome.met),
            "in_time_percent": ReportValue.percent(outcome.inTimePercent).json,
            "wait_p50_seconds": JSON(outcome.waits.p50), "wait_p90_seconds": JSON(outcome.waits.p90),
          ]
        }),
    ]
  }
}
