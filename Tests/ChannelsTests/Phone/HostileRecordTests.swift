import Channels
import Conversations
import Testing

@Suite("Broken and hostile call records")
struct HostileRecordTests {
  private let adapter: Asterisk
  private let row =
    #""","03012345678","02214710334","from-trunk","03012345678","a","b","Dial","x","2026-08-20 09:00:00",,"#
    + #""2026-08-20 09:00:20",20,0,"NO ANSWER","DOCUMENTATION","1787216400.7","""#

  init() throws { adapter = try PhoneDesk.adapter(Asterisk.self, [JSON.Member("bearer_token", "t")]) }

  private func reading(_ body: String) throws -> Reading {
    try PhoneDesk.reading(adapter, PhoneDesk.delivery(body, door: .file))
  }

  @Test("a quote that never closes costs its own row only")
  func unterminatedQuote() throws {
    let reading = try reading("\"\",\"0301\n" + row + "\n\"\",\"never closed\n")
    #expect(reading.events.map(\.externalID) == ["1787216400.7"])
    #expect(reading.ignored.count == 2)
  }

  @Test("a row cut inside its id is not filed under half an id")
  func cutID() {
    let cut = row.replacing("400.7\",\"\"", with: "40")
    #expect(PhoneDesk.refusal(adapter, PhoneDesk.delivery(cut, door: .file)) == 400)
  }

  @Test("a line of a megabyte, without and with commas, loses nothing beside it", arguments: ["A", ",", "\"", "\"\","])
  func longLine(unit: String) throws {
    let reading = try reading(String(repeating: unit, count: 1_000_000) + "\n" + row + "\n")
    #expect(reading.events.count == 1 && reading.ignored.count == 1)
  }

  @Test("NUL and other control characters never reach names and numbers")
  func controlCharacters() throws {
    let name = "\"\"\"A\u{0}n\u{7}a\u{9B}\"\" <03012345678>\""
    let body = row.replacing("\"03012345678\",\"a\"", with: name + ",\"a\"")
    let event = try #require(try reading(body.replacing("\"02214710334\"", with: "\"022\u{0}14710334\"")).events.first)
    #expect(event.contact.name == "Ana")
    #expect(event.threadKey == "phone:+492214710334:+493012345678")
  }

  @Test("a million records, or empty ones, are refused or passed over quickly")
  func flood() throws {
    let commas = PhoneDesk.delivery(String(repeating: ",\n", count: 1_000_000), door: .file)
    #expect(PhoneDesk.refusal(adapter, commas) == 413)
    #expect(try reading(String(repeating: "\r\n", count: 2_000_000) + row).events.count == 1)
  }

  @Test("an empty delivery is unreadable, not an accident", arguments: ["", "\n\n", "\u{FEFF}", "\"", ","])
  func nothing(body: String) {
    #expect(PhoneDesk.refusal(adapter, PhoneDesk.delivery(body, door: .file)) == 400)
  }

  @Test("a caller name as long as a book is cut")
  func longName() throws {
    let name = "\"\"\"" + String(repeating: "长", count: 300_000) + "\"\" <03012345678>\""
    let event = try reading(row.replacing("\"03012345678\",\"a\"", with: name + ",\"a\"")).events.first
    #expect(event?.contact.name?.count == 120)
  }
}
