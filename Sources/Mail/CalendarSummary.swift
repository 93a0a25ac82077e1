/// An invitation (RFC 5545) as a few lines for people: what, when, where, who, and its description.
enum CalendarSummary {
  private static let linesMax = 5000
  private static let valueMax = 2000

  /// The first event or task of a calendar; `nil` when there is none with a title or a time.
  static func read(_ text: String) -> String? {
    var event: [String: Property] = [:]
    var method: String?
    var depth = 0
    for line in unfolded(text) {
      guard let property = Property(line) else { continue }
      if property.name == "METHOD", depth == 0 { method = property.value.trimmed.uppercased() }
      if property.name == "BEGIN", depth > 0 || isShown(property.value) { depth += 1 }
      if property.name == "END", depth > 0 {
        depth -= 1
        if depth == 0 { break }
      }
      // Alarms within the event have descriptions of their own.
      if depth == 1, event[property.name] == nil { event[property.name] = property }
    }
    return words(event, method: method)
  }

  private static func isShown(_ component: String) -> Bool {
    ["VEVENT", "VTODO", "VJOURNAL"].contains(component.trimmed.uppercased())
  }

  private static func words(_ event: [String: Property], method: String?) -> String? {
    guard event["SUMMARY"] != nil || event["DTSTART"] != nil else { return nil }
    var lines: [String] = []
    let mark = method.flatMap { ["CANCEL", "REPLY", "COUNTER"].contains($0) ? "[\($0)] " : nil } ?? ""
    lines.append(mark + (event["SUMMARY"]?.text ?? ""))
    if let start = event["DTSTART"] {
      let end = (event["DTEND"] ?? event["DUE"]).map { " – \($0.time)" } ?? ""
      let zone = start["TZID"].map { " (\($0))" } ?? (start.value.hasSuffix("Z") ? " (UTC)" : "")
      lines.append(start.time + end + zone)
    }
    if let place = event["LOCATION"]?.text, !place.isBlank { lines.append(place) }
    if let organizer = event["ORGANIZER"] { lines.append(organizer.person) }
    if let description = event["DESCRIPTION"]?.text, !description.isBlank { lines += ["", description] }
    let text = lines.joined(separator: "\n").trimmed
    return text.isEmpty ? nil : text
  }

  /// §3.1: a line that begins with a space or tab goes on from the one before.
  private static func unfolded(_ text: String) -> [String] {
    var lines: [String] = []
    for line in LineEnds.unified(text).split(separator: "\n", maxSplits: linesMax).prefix(linesMax) {
      if line.first == " " || line.first == "\t", let last = lines.last {
        if last.utf8.count < valueMax * 4 { lines[lines.count - 1] += line.dropFirst() }
      } else {
        lines.append(String(line))
      }
    }
    return lines
  }

  private struct Property {
    let name: String
    let value: String
    private let parameters: [Substring]

    init?(_ line: String) {
      var isQuoted = false
      let colon = line.firstIndex { character in
        if character == "\"" { isQuoted.toggle() }
        return character == ":" && !isQuoted
      }
      guard let colon else { return nil }
      let head = line[..<colon].split(separator: ";")
      guard let first = head.first else { return nil }
      name = first.trimmingPrefix(" ").uppercased()
      parameters = Array(head.dropFirst())
      value = String(line[line.index(after: colon)...].prefix(CalendarSummary.valueMax))
    }

    subscript(name: String) -> String? {
      guard let parameter = parameters.first(where: { $0.uppercased().hasPrefix(name + "=") }) else { return nil }
      return parameter.dropFirst(name.count + 1).filter { $0 != "\"" }
    }

    /// §3.3.11: escaped line ends, commas, semicolons, backslashes.
    var text: String {
      var out = ""
      var isEscaped = false
      for character in value {
        if isEscaped {
          out.append(character == "n" || character == "N" ? "\n" : character)
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else {
          out.append(character)
        }
      }
      return out.trimmed
    }

    /// `20260105T100000Z` as `2026-01-05 10:00`; anything else as it stands.
    var time: String {
      let digits = value.trimmed.utf8.filter { (0x30...0x39).contains($0) }
      guard digits.count >= 8 else { return value.trimmed }
      func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
      let day = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
      return digits.count >= 12 ? "\(day) \(part(8..<10)):\(part(10..<12))" : day
    }

    /// `CN` and the address.
    var person: String {
      let address = value.trimmed
      let bare = address.lowercased().hasPrefix("mailto:") ? String(address.dropFirst(7)) : address
      return self["CN"].map { "\($0) <\(bare)>" } ?? bare
    }
  }
}
