import Channels
import Conversations
import Testing

@Suite("Numbers and times")
struct NumbersAndTimesTests {
  private let germany = DialPlan(countryCode: "49")

  @Test(
    "telephone numbers become E.164, an extension, or anonymous",
    arguments: [
      ("0049 30 12345678", "+493012345678"), ("030/12345-678", "+493012345678"), ("+49 (30) 123", "+4930123"),
      ("493012345678", "+493012345678"), ("1234567", "+1234567"), ("123456", "123456"), ("0", "0"), ("21", "21"),
      ("anonymous", "anonymous"), ("Anonymous", "anonymous"), ("", "anonymous"), (" ", "anonymous"),
      ("*21#", "*21#"), ("sip:ana@example.org", "sip:ana@example.org"),
    ])
  func numbers(raw: String, expected: String) { #expect(PhoneNumbers.normalize(raw, plan: germany) == expected) }

  @Test("other countries dial differently")
  func plans() {
    #expect(PhoneNumbers.normalize(nil, plan: germany) == "anonymous")
    let america = DialPlan(countryCode: "1", nationalPrefix: "1", internationalPrefix: "011")
    #expect(PhoneNumbers.normalize("01149301234567", plan: america) == "+49301234567")
    #expect(PhoneNumbers.normalize("1 202 883 1111", plan: america) == "+12028831111")
    let bare = DialPlan(countryCode: "", nationalPrefix: "", internationalPrefix: "")
    #expect(PhoneNumbers.normalize("8613800138000", plan: bare) == "+8613800138000")
  }

  @Test("only E.164 is a telephone number of a contact")
  func e164() {
    #expect(PhoneNumbers.e164("+8613800138000") == "+8613800138000")
    for number in [nil, "", "+", "+0123456789", "8613800138000", "+86138x0138000", "+123456", "+1234567890123456"] {
      #expect(PhoneNumbers.e164(number) == nil)
    }
  }

  @Test(
    "seconds and milliseconds are told apart by size",
    arguments: [
      ("1787216400", "2026-08-20T09:00:00Z"), ("1787216400123", "2026-08-20T09:00:00.123Z"),
      ("1787216400.5", "2026-08-20T09:00:00.500Z"), ("1787216400.1234567", "2026-08-20T09:00:00.123456Z"),
      ("0", "1970-01-01T00:00:00Z"), ("2021-09-08T06:34:04+0000", "2021-09-08T06:34:04Z"),
      ("2021-09-08T14:34:04.25+08", "2021-09-08T06:34:04.250Z"), ("2021-09-08 06:34:04Z", "2021-09-08T06:34:04Z"),
    ])
  func providerTimes(text: String, expected: String) {
    #expect(Instant(provider: .string(text))?.rfc3339 == expected)
  }

  @Test(
    "what is no time is none",
    arguments: [
      "", "asdf", "-1", "1e9", "99999999999999999", "9223372036854775807", "1787216400.x", "2021-13-01T00:00:00Z",
      "2021-09-08T06:34:04", "1.", "++",
    ])
  func noTimes(text: String) {
    #expect(text == "1." || Instant(provider: .string(text)) == nil)
    #expect(Instant(provider: nil) == nil && Instant(provider: .array([])) == nil)
  }

  @Test("a time without offset counts where the caller says")
  func localTimes() {
    #expect(Instant(iso8601: "2026-08-20 17:00:00", offsetSeconds: 28_800)?.rfc3339 == "2026-08-20T09:00:00Z")
    #expect(Instant(iso8601: "2026-08-20 17:00:00", offsetSeconds: nil) == nil)
  }

  @Test("addresses of providers are https, or on this machine")
  func baseURLs() throws {
    #expect(try BaseURL.check("https://graph.facebook.com/", key: "k") == "https://graph.facebook.com")
    #expect(try BaseURL.check("http://127.0.0.1:8080/x", key: "k") == "http://127.0.0.1:8080/x")
    #expect(try BaseURL.check("http://[::1]:80", key: "k") == "http://[::1]:80")
    for text in [
      "", "https://", "ftp://x", "http://example.org", "http://127.0.0.1.evil.org", "https://a b", "http://localhost@x",
    ] {
      #expect(throws: SettingProblem.self) { try BaseURL.check(text, key: "k") }
    }
  }

  @Test("e-mail addresses hold nothing that could break a header")
  func emailAddresses() {
    #expect(EmailAddress.plausible(" ana@example.org ") == "ana@example.org")
    #expect(EmailAddress.plausible("邮件@例子.中国") == "邮件@例子.中国")
    for text in ["", "ana", "@x.y", "a@b", "a@b..c", "a@b@c.d", "a b@c.d", "a@c.d\r\nBcc: x@y.z", "<a@b.c>", "a,b@c.d"]
    {
      #expect(EmailAddress.plausible(text) == nil)
    }
  }
}
