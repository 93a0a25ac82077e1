import Conversations
import Desk
import Testing

@Suite("Addresses of files") struct FileAddressTests {
  private let now = Instant(seconds: 1_773_000_000)
  private let keys = DeskKeys(secret: Array(repeating: 7, count: 32))

  @Test("a token opens its file until its second, and no other")
  func genuine() throws {
    let token = FileToken(keys: keys)
    let text = token.text(for: 391, until: now.seconds)
    #expect(text.hasPrefix("f391-1773000000-"))
    #expect(token.attachment(in: text, now: now) == 391)
    #expect(token.attachment(in: text, now: now.adding(seconds: 1)) == nil)
    let code = text.split(separator: "-")[2]
    for forged in [
      "f392-1773000000-\(code)", "f391-1773000001-\(code)", "f0391-1773000000-\(code)", "f391-+1773000000-\(code)",
      "f391-1773000000-\(code.dropLast())", "f391-1773000000-\(code)a", "f391-1773000000-", "", "f--", "s391-\(code)",
      "f99999999999999999999-1-\(code)", "f391-1773000000-\(code)-", String(repeating: "f", count: 10_000),
    ] {
      #expect(token.attachment(in: forged, now: now) == nil, "\(forged.prefix(40))")
    }
  }

  @Test("an earlier secret's tokens still count, a stranger's never")
  func secrets() {
    let text = FileToken(keys: keys).text(for: 5, until: now.seconds)
    let rotated = DeskKeys(secret: Array(repeating: 8, count: 32), retired: [Array(repeating: 7, count: 32)])
    #expect(FileToken(keys: rotated).attachment(in: text, now: now) == 5)
    #expect(FileToken(keys: DeskKeys(secret: Array(repeating: 8, count: 32))).attachment(in: text, now: now) == nil)
  }
}
