import Conversations
package import Routing

/// A file of calendars on its own, as `patchbay hours --calendars` takes it: YAML as in `hours.yaml`, or JSON in the form
/// of the test vectors.
package enum CalendarsFile {
  /// The calendar `name` of the file.
  /// - Throws: Every problem of the file with its place, or that there is no such calendar.
  /// `holidays`: base name of a file in `holidays/` beside it → its bytes.
  package static func calendar(_ name: String, path: String, bytes: [UInt8], holidays: [String: [UInt8]] = [:])
    throws(ConfigurationProblems) -> BusinessCalendar
  {
    let complaints = Complaints()
    let file = SourceFile(path: path, complaints: complaints)
    if let json = try? JSON(parsing: bytes) {
      do { return try HoursCommand.calendar(name, in: json) } catch {
        file.complain(.said(path: name, words: "\(error)", hint: nil))
        throw ConfigurationProblems(complaints.problems)
      }
    }
    var days: [String: HolidayFile.Days] = [:]
    for (base, bytes) in holidays {
      let file = SourceFile(path: "holidays/\(base).yaml", complaints: complaints)
      days[base] = YAMLDocument.read(bytes, of: file).flatMap { HolidayFile(file: file).read($0) }
    }
    let calendars = YAMLDocument.read(bytes, of: file).map { HoursFile(file: file, holidayFiles: days).read($0) } ?? [:]
    if !complaints.hasErrors, let found = calendars[name] { return found }
    if !complaints.hasErrors {
      let known = calendars.keys.sorted()
      file.complain(
        .unknownName(kind: "calendar", read: clipped(name), nearest: nearestWord(to: name, among: known), known: known))
    }
    throw ConfigurationProblems(complaints.problems)
  }
}
