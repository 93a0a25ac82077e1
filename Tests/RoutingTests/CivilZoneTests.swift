import Conversations
import Foundation
import Routing
import Testing

@Suite("Time zones")
struct CivilZoneTests {
  @Test(
    "offsets equal those of an independent reader",
    arguments: [
      "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Sydney", "Asia/Kolkata", "America/Santiago",
    ])
  func agreesWithFoundation(name: String) throws {
    let zone = try #require(CivilZone(name))
    let other = try #require(TimeZone(identifier: name))
    for step in stride(from: Int64(0), to: 2_208_988_800, by: 3_600 * 37) {
      let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(step)))
      #expect(zone.wallClock(of: Instant(seconds: step)).offset == expected, "\(name) at \(step)")
    }
  }

  @Test("the rule behind the last listed change goes on for centuries")
  func footer() throws {
    let zone = try #require(CivilZone("Europe/Berlin"))
    #expect(zone.wallClock(of: at("2150-07-01T12:00:00Z")).offset == 7200)
    #expect(zone.wallClock(of: at("2150-12-01T12:00:00Z")).offset == 3600)
    #expect(zone.wallClock(of: at("2499-07-01T12:00:00Z")).offset == 7200)
  }

  @Test("a skipped time becomes the end of the gap, a repeated one its first turn")
  func wallToInstant() throws {
    let zone = try #require(CivilZone("America/New_York"))
    let spring = try #require(CivilDate("2026-03-08"))
    #expect(zone.instant(of: spring, secondOfDay: 2 * 3600 + 1800) == at("2026-03-08T03:00:00-04:00"))
    let autumn = try #require(CivilDate("2026-11-01"))
    #expect(zone.instant(of: autumn, secondOfDay: 5400) == at("2026-11-01T01:30:00-04:00"))
  }

  @Test("a day begins when its first second comes, be that at one o'clock")
  func startOfDay() throws {
    let zone = try #require(CivilZone("America/Sao_Paulo"))
    let date = try #require(CivilDate("2018-11-04"))
    #expect(zone.startOfDay(date) == at("2018-11-04T01:00:00-02:00"))
    let shanghai = try #require(CivilZone("Asia/Shanghai"))
    #expect(shanghai.wallClock(of: at("2026-03-09T16:30:00Z")).date == CivilDate("2026-03-10"))
    #expect(shanghai.wallClock(of: at("2026-03-09T16:30:00Z")).rfc3339 == "2026-03-10T00:30:00+08:00")
  }

  @Test("the data says its version")
  func version() { #expect(CivilZone.dataVersion.hasPrefix("20")) }
}
