import Conversations
// Time zone rules are the one thing here that Foundation knows and no text can tell; no clock is read.
import Foundation

/// Turns the local times that call records carry into instants.
struct WallClock: Sendable {
  private let zone: TimeZone

  static let setting = Setting(
    "cdr_timezone", .text, default: "UTC", help: "the zone of times in call records, e.g. Europe/Berlin (IANA name)")

  init(_ values: SettingValues) throws(SettingProblem) {
    let name = values.text(Self.setting.key) ?? "UTC"
    guard let zone = TimeZone(identifier: name) else {
      throw SettingProblem(Self.setting.key, "is not a time zone: use an IANA name like Asia/Shanghai")
    }
    self.zone = zone
  }

  /// `2026-08-20 09:00:00` or `2026/08/20 09:00:00`, with or without a fraction; a time that brings its own offset
  /// keeps it.
  ///
  /// The hour that a change of clocks runs through twice counts as its first run, a time inside the hour it leaves out
  /// as if the clocks had not changed yet.
  func instant(_ text: String?) -> Instant? {
    guard let text, (19...35).contains(text.utf8.count) else { return nil }
    let dashed = text.replacing("/", with: "-")
    if let absolute = Instant(iso8601: dashed) { return absolute }
    guard let wall = Instant(iso8601: dashed, offsetSeconds: 0) else { return nil }
    // The rules in force a day before and a day after enclose any single change between them.
    let before = wall.adding(seconds: -offset(at: wall.adding(seconds: -86_400)))
    if offset(at: before) == -before.seconds(since: wall) { return before }
    let after = wall.adding(seconds: -offset(at: wall.adding(seconds: 86_400)))
    return offset(at: after) == -after.seconds(since: wall) ? after : before
  }

  /// Seconds east of UTC.
  private func offset(at instant: Instant) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds))))
  }
}
