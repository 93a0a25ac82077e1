import Mail
import Testing

@Suite("Headers")
struct HeaderTests {
  @Test("encoded words that split a character are joined as bytes first")
  func splitWords() throws {
    let mail = try read(["Subject: =?utf-8?B?5L2g5aU=?=\r\n =?UTF-8?B?vQ==?= =?utf-8?Q?_ok?="])
    #expect(mail.subject == "你好 ok")
  }

  @Test("an encoded word cannot bring a line end into a header")
  func noInjection() throws {
    let mail = try read(["Subject: =?utf-8?Q?a=0D=0ABcc:_x@y.example?="])
    #expect(mail.subject == "a  Bcc: x@y.example")
  }

  @Test("raw 8-bit subjects are read")
  func rawSubject() throws { #expect(try read(["Subject: Größe der Rechnung"]).subject == "Größe der Rechnung") }

  @Test(
    "addresses come in many shapes",
    arguments: [
      ("a@b.example", ["a@b.example"], [nil]),
      ("\"Berg, Anna\" <a@b.example>, c@d.example", ["a@b.example", "c@d.example"], ["Berg, Anna", nil]),
      ("a@b.example (Anna (the) Berg)", ["a@b.example"], ["Anna (the) Berg"]),
      ("Team: a@b.example, Bo <c@d.example>;", ["a@b.example", "c@d.example"], [nil, "Bo"]),
      ("undisclosed-recipients:;", [], []),
      (
        "=?utf-8?Q?M=C3=BCller=2C_Jo?= <a@b.example>; x@y.example", ["a@b.example", "x@y.example"], ["Müller, Jo", nil]
      ),
      ("<@relay.example:a@b.example>", ["a@b.example"], [nil]),
      ("'Anna' <mailto:a@b.example>", ["a@b.example"], ["Anna"]),
      ("Berg, Bo <bo@x.example>", ["bo@x.example"], ["Berg, Bo"]),
      ("anna, bo@x.example", ["anna", "bo@x.example"], [nil, nil]),
      ("Bo [mailto:bo@x.example]", ["bo@x.example"], ["Bo"]),
      ("Bo [bo@x.example], c@d.example", ["bo@x.example", "c@d.example"], ["Bo", nil]),
      ("Bo <\"bo berg\"@x.example>", ["\"bo berg\"@x.example"], ["Bo"]),
      ("\"bo berg\"@x.example", ["\"bo berg\"@x.example"], [nil]), ("a@[192.0.2.1]", ["a@[192.0.2.1]"], [nil]),
      ("[Team] Bo <bo@x.example>", ["bo@x.example"], ["[Team] Bo"]),
      ("a@b . example", ["a@b.example"], [nil]),
      ("Anna <a(home)@b.example>", ["a@b.example"], ["Anna"]),
    ] as [(String, [String], [String?])])
  func addresses(_ raw: String, _ addresses: [String], _ names: [String?]) throws {
    let mail = try read(["To: \(raw)"])
    #expect(mail.to.map(\.address) == addresses)
    #expect(mail.to.map(\.name) == names)
  }

  @Test("ids lose their brackets, and comments between them")
  func messageIDs() throws {
    let mail = try read([
      "Message-ID: <m1@x.example>", "In-Reply-To: <p@x.example> (Anna's message of Monday)",
      "References: <a@x.example><b@x.example>\r\n\t<c@x.example>",
    ])
    #expect(mail.messageID == "m1@x.example")
    #expect(mail.inReplyTo == ["p@x.example"])
    #expect(mail.references == ["a@x.example", "b@x.example", "c@x.example"])
  }

  @Test(
    "dates are read in RFC 5322's forms and in broken ones",
    arguments: [
      ("Wed, 10 May 2023 10:00:00 +0200", 1_683_705_600), ("10 May 2023 08:00 GMT", 1_683_705_600),
      ("Wed, 10 May 23 03:00:00 -0500 (EST)", 1_683_705_600), ("Wed, 10-May-2023 08:00:00 UT", 1_683_705_600),
      ("2023-05-10T10:00:00+02:00", 1_683_705_600), ("Wed May 10 08:00:00 2023", 1_683_705_600),
      ("Mi, 10 Mai 2023 10:00:00 +0200", 1_683_705_600), ("mer., 10 mai 2023 10:00:00 +0200", 1_683_705_600),
      ("mar., 10 may. 2023 10:00:00 +0200", 1_683_705_600), ("mer, 10 mag 2023 10:00:00 +0200", 1_683_705_600),
      ("Ср, 10 мая 2023 10:00:00 +0200", 1_683_705_600), ("周三, 10 5月 2023 10:00:00 +0200", 1_683_705_600),
      ("jeu., 1 juin 2023 00:00:00 +0000", 1_685_577_600), ("sam., 1 juil. 2023 00:00:00 +0000", 1_688_169_600),
      ("Fr, 1 Dez 2023 00:00:00 +0000", 1_701_388_800),
      ("Wed, 10 May 2023 04:00:00 EDT", 1_683_705_600), ("Thu, 1 Jan 1970 00:00:00 +0000", 0),
    ] as [(String, Int64)])
  func dates(_ raw: String, _ seconds: Int64) throws {
    #expect(try read(["Date: \(raw)"]).date == seconds * 1_000_000)
  }

  @Test("what is no date is none", arguments: ["", "yesterday", "32 Foo 2023", "99999999999999999999"])
  func noDate(_ raw: String) throws { #expect(try read(["Date: \(raw)"]).date == nil) }

  @Test("all values of a field are there for those who check them")
  func allValues() throws {
    let mail = try read(["Authentication-Results: a.example; spf=pass", "authentication-results: b.example; dkim=fail"])
    #expect(mail.headers.all("Authentication-Results") == ["a.example; spf=pass", "b.example; dkim=fail"])
    #expect(mail.headers["SUBJECT"] == nil)
  }
}
