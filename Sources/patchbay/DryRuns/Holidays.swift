import ArgumentParser
import Conversations
import Foundation
import Setup

struct Holidays: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turns iCalendar files of public holidays into files for channels/routing/holidays/.",
    discussion: """
      Prints what it found; with --out it writes <country>-<year>.yaml there. Days that are only observed, and events with \
      hours of their own, are left out and told. Look the file through before hours.yaml names it: not every calendar on \
      the web is right.

      Examples:
        patchbay holidays cn.ics --country CN --year 2027
        patchbay holidays cn-zh.ics cn-en.ics --country CN --out channels/routing/holidays
      """)

  @Argument(
    help: ArgumentHelp("iCalendar files; names of one day from several stand beside each other.", valueName: "file.ics")
  )
  var files: [String]
  @Option(help: ArgumentHelp("ISO 3166-1, such as CN.", valueName: "code")) var country: String
  @Option(help: "A year; may be given several times. Default: this one and the next, as far as the files go.")
  var year: [Int] = []
  @Option(help: ArgumentHelp("The page that says so. Default: the files' names.", valueName: "url")) var source: String?
  @Option(help: ArgumentHelp("Write files there instead of printing.", valueName: "dir")) var out: String?
  @Flag(help: "Replace files that are there.") var force = false
  @Flag(help: "Days that are only observed, too.") var observed = false

  func run() async throws {
    let code = country.uppercased()
    guard code.utf8.count == 2, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw Failure.usage("--country takes two letters of ISO 3166-1, such as CN: \(country)")
    }
    let years = year.isEmpty ? Self.thisAndNext() : year
    guard years.allSatisfy({ (1970...2500).contains($0) }) else { throw Failure.usage("--year: 1970 to 2500") }
    let days = try read(years)
    for skipped in days.skipped {
      say("left out: \(skipped.date.map { "\($0) " } ?? "")\(skipped.name) (\(skipped.reason.rawValue))")
    }
    for day in days.workedOut {
      say("look this up: \(day.date) \(day.name) (follows from a rule of another calendar, may be a day off)")
    }
    let names = files.map { $0 == "-" ? "standard input" : URL(fileURLWithPath: $0).lastPathComponent }
    let texts = Set(years).sorted().compactMap { year in
      days.text(country: code, year: year, source: source ?? names.joined(separator: ", ")).map {
        (name: "\(code.lowercased())-\(year)", text: $0)
      }
    }
    guard !texts.isEmpty else {
      throw Failure.notFound(
        "no day off in \(years.map { "\($0)" }.joined(separator: ", ")): \(files.joined(separator: ", "))")
    }
    if let out { return try write(texts, to: out) }
    print(texts.map(\.text).joined(separator: "---\n"), terminator: "")
  }

  private static func thisAndNext() -> [Int] {
    let now = CivilDate(daysSinceEpoch: wallClock().seconds / 86_400).year
    return [now, now + 1]
  }

  private func read(_ years: [Int]) throws -> HolidayImport {
    var days = HolidayImport(years: Set(years), takesObserved: observed)
    for file in files {
      let content = try readInput(file)
      do { try days.read(content) } catch { throw Failure.usage("\(file): \(error)") }
    }
    return days
  }

  private func write(_ texts: [(name: String, text: String)], to folder: String) throws {
    let places = texts.map { URL(fileURLWithPath: folder).appendingPathComponent("\($0.name).yaml") }
    if !force, let taken = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) {
      throw Failure.usage("\(taken.path) is there already; --force replaces it")
    }
    for (place, entry) in zip(places, texts) {
      do { try Data(entry.text.utf8).write(to: place, options: .atomic) } catch {
        throw Failure.error("cannot write \(place.path): \(error.localizedDescription)")
      }
      say("wrote \(place.path); hours.yaml names it under `holiday_files: [\(entry.name)]`")
    }
  }
}
