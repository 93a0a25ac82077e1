import ArgumentParser
import Conversations
import Foundation
import Routing
import Setup
import Terminal

struct Hours: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Business-time arithmetic: elapsed, due, next-open, open.",
    discussion: """
      Examples:
        patchbay hours open --calendars channels/routing/hours.yaml --calendar hotline --from 2026-10-01T10:00:00+08:00
        patchbay hours due --calendars hours.yaml --calendar hotline --from 2026-09-30T17:30:00+08:00 --minutes 90
        patchbay hours --batch vectors.json
      """)

  enum Question: String, ExpressibleByArgument, CaseIterable {
    case elapsed, due, nextOpen = "next-open", next, open, week
  }

  @Argument(help: "elapsed, due, next-open (or next), open or week.") var question: Question?
  @Option(help: ArgumentHelp("Calendars, YAML or JSON.", valueName: "file")) var calendars: String?
  @Option(help: "The name of one of them.") var calendar: String?
  @Option(help: ArgumentHelp("RFC 3339.", valueName: "time")) var from: String?
  @Option(help: ArgumentHelp("RFC 3339, for elapsed.", valueName: "time")) var to: String?
  @Option(help: "Business minutes, for due.") var minutes: Int64?
  @Option(help: ArgumentHelp("A file of vectors: one answer a line.", valueName: "file.json")) var batch: String?

  func run() async throws {
    if let batch { return try printBatch(batch) }
    guard let question, let calendars, let calendar else {
      throw Failure.usage("say what: a question, --calendars and --calendar; or --batch")
    }
    let bytes = try readInput(calendars)
    let found: BusinessCalendar
    do {
      found = try CalendarsFile.calendar(calendar, path: calendars, bytes: bytes, holidays: holidays(beside: calendars))
    } catch {
      throw Failure.configuration("\(error)")
    }
    print(try answer(question, found))
  }

  /// The files that `holiday_files` may name.
  private func holidays(beside path: String) -> [String: [UInt8]] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("holidays").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.reduce(into: [:]) { found, name in
      found[String(name.dropLast(5))] = FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) }
    }
  }

  private func printBatch(_ path: String) throws {
    do {
      for line in HoursCommand.batch(try JSON(parsing: try readInput(path))) { print(line.description) }
    } catch let problem as JSONProblem {
      throw Failure.usage("\(path): \(problem)")
    }
  }

  private func answer(_ question: Question, _ calendar: BusinessCalendar) throws -> String {
    let start = try instant(from, "--from")
    switch question {
    case .elapsed: return HoursCommand.elapsed(calendar, from: start, to: try instant(to, "--to")).description
    case .due:
      guard let minutes else { throw Failure.usage("--minutes is missing") }
      let (seconds, overflow) = minutes.multipliedReportingOverflow(by: 60)
      guard !overflow else { throw Failure.usage("--minutes is too large: \(minutes)") }
      return HoursCommand.dueWithReservations(calendar, from: start, seconds: seconds).description
    case .nextOpen, .next: return HoursCommand.nextOpen(calendar, at: start).description
    case .open: return HoursCommand.open(calendar, at: start).description
    case .week:
      let language = Language(environment: ProcessInfo.processInfo.environment).rawValue
      return HoursCommand.week(calendar, around: start, language: language).joined(separator: "\n")
    }
  }

  private func instant(_ text: String?, _ name: String) throws -> Instant {
    guard let text else { return wallClock() }
    guard let instant = Instant(rfc3339: text) else { throw Failure.usage("\(name) is not an RFC 3339 time: \(text)") }
    return instant
  }
}
