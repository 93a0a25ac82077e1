import Mail
import Testing

@Suite("Mail without words of its own")
struct SubstituteTests {
  private let invitation =
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nEND:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:Team\\, all\n"
    + "DTSTART;TZID=Europe/Berlin:20260105T100000\nDTEND;TZID=Europe/Berlin:20260105T110000\nLOCATION:Room 5\n"
    + "ORGANIZER;CN=\"Anna: Berg\":mailto:anna@x.example\nDESCRIPTION:One\\ntwo and\n  three\nBEGIN:VALARM\n"
    + "DESCRIPTION:ring\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"

  @Test("an invitation is told in a few lines, and kept as a file")
  func calendar() throws {
    let mail = try read(["MIME-Version: 1.0", "Content-Type: text/calendar; charset=utf-8"], body: invitation)
    #expect(
      mail.text
        == "Team, all\n2026-01-05 10:00 – 2026-01-05 11:00 (Europe/Berlin)\nRoom 5\nAnna: Berg <anna@x.example>\n\nOne\ntwo and three"
    )
    #expect(mail.attachments.map(\.contentType) == ["text/calendar"])
  }

  @Test("words beside the invitation go first; a cancellation says so")
  func calendarBesideWords() throws {
    func parts(_ text: String, _ calendar: String) throws -> String {
      try read(
        ["MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=b"],
        body: "--b\nContent-Type: text/plain\n\n\(text)\n--b\nContent-Type: text/calendar\n\n\(calendar)\n--b--\n"
      ).text
    }
    #expect(try parts("Please come", invitation).trimmingPrefix("\n").hasPrefix("Please come"))
    #expect(try parts(" ", invitation.replacing("REQUEST", with: "CANCEL")).hasPrefix("[CANCEL] Team"))
  }

  @Test("encrypted and opaquely signed mail is shown for what it is")
  func protected() throws {
    let base64 = ["MIME-Version: 1.0", "Content-Transfer-Encoding: base64"]
    let sealed = try read(base64 + ["Content-Type: application/pkcs7-mime; smime-type=enveloped-data"], body: "AAEC")
    #expect(sealed.text.contains("encrypted message (S/MIME)"))
    #expect(sealed.marks.contains(.encrypted))
    let signed = try read(base64 + ["Content-Type: application/x-pkcs7-mime; smime-type=signed-data"], body: "AAEC")
    #expect(signed.text.contains("signed message (S/MIME)"))
    #expect(signed.marks.contains(.signed) && !signed.marks.contains(.encrypted))
    let pgp = try read(
      ["MIME-Version: 1.0", "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b"],
      body:
        "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=e.asc\n\nx\n--b--\n"
    )
    #expect(pgp.text.contains("encrypted message (PGP/MIME)"))
    #expect(pgp.attachments.map(\.filename) == ["e.asc"])
  }

  @Test("a container none of whose boundaries comes is text")
  func noBoundary() throws {
    let mail = try read(
      ["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"], body: "only words\nin here\n")
    #expect(mail.text.contains("only words\nin here"))
    #expect(mail.attachments.isEmpty)
  }

  @Test("line ends of old Macintoshes are line ends")
  func returnsOnly() throws {
    let mail = try MailMessage(parsing: Array("From: a@b.example\rSubject: x\r\rone\rtwo".utf8))
    #expect(mail.subject == "x")
    #expect(mail.text == "one\ntwo")
  }

  @Test(
    "dates with comments, stretched colons and without them are read",
    arguments: [
      ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880_127_706), ("26 Aug 76 1429 EDT", 209_932_140),
      ("(a) Tue, 2 Jan 2024 10:00:00 +0000 (UTC (b))", 1_704_189_600),
    ])
  func dates(_ date: String, _ seconds: Int64) throws {
    #expect(try read(["Date: \(date)"]).date == seconds * 1_000_000)
  }
}
