/// Mails that nobody writes by hand, to see that no input takes more than linear time or much memory.
enum ExtremeMails {
  static var all: [(name: String, mail: [UInt8])] {
    let line = "The quick brown fox jumps over the lazy dog, and nobody knows why it does so.\n"
    let prose = String(repeating: line, count: 20_000_000 / line.utf8.count)
    let quoted = String(repeating: "> a quoted line of some words\n", count: 100_000)
    let parts = String(repeating: "--b\nContent-Type: text/plain\n\nx\n", count: 10_000)
    let nested = (0..<10_000).map { "--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n\n" }.joined()
    return [
      ("20 MB of plain text", mail("Content-Type: text/plain; charset=utf-8", prose)),
      ("20 MB of HTML", mail("Content-Type: text/html; charset=utf-8", prose.replacing("\n", with: "<br>\n"))),
      ("20 MB of quoted-printable", mail("Content-Transfer-Encoding: quoted-printable", prose)),
      ("20 MB of base64", mail("Content-Type: application/pdf\nContent-Transfer-Encoding: base64", base64)),
      ("20 MB in one line", mail("Content-Type: text/plain", String(repeating: "x", count: 20_000_000))),
      ("10,000 parts", mail("Content-Type: multipart/mixed; boundary=b", parts)),
      ("10,000 nested parts", mail("Content-Type: multipart/mixed; boundary=b0", nested)),
      ("a header of 50,000 characters", mail("X-Long: " + String(repeating: "a b", count: 16_667), "x")),
      ("a subject of 50,000 characters", mail("Subject: " + String(repeating: "=?utf-8?Q?a?= ", count: 3572), "x")),
      ("50,000 addresses", mail("Cc: " + String(repeating: "a@b.example, ", count: 50_000), "x")),
      ("100,000 quoted lines", mail("Content-Type: text/plain", "new\n\n" + quoted)),
      (
        "100,000 introductions of quotes",
        mail("X: y", String(repeating: "On 1 May 2023 at 10:00, Bo <bo@x.example>\n", count: 100_000))
      ),
      ("100,000 header lines in the text", mail("X: y", String(repeating: "From: a <a@b.example>\n", count: 100_000))),
      ("100,000 rules in the text", mail("X: y", String(repeating: "---\nshort\n", count: 100_000))),
      ("100,000 open elements", mail("Content-Type: text/html", String(repeating: "<div>", count: 100_000))),
      ("400,000 attributes", mail("Content-Type: text/html", "<div \(attributes(400_000))>x")),
      ("20,000 attributes of a root", mail("Content-Type: text/html", roots(20_000))),
      ("300 formats of 300 attributes", mail("Content-Type: text/html", formats(300))),
      ("319,200 elements, 399 deep", mail("Content-Type: text/html", towers(800, of: "<div>", "</div>", 399))),
      (
        "130 tables deep, 900 times",
        mail("Content-Type: text/html", towers(900, of: "<table><tr><td>", "</table>", 130))
      ),
      ("160,000 dates", mail("X: y", String(repeating: "On 1 May 2023 at 10:00,\n", count: 160_000))),
      (
        "100,000 quote elements",
        mail("Content-Type: text/html", String(repeating: "<div class=gmail_quote>a</div>", count: 100_000))
      ),
      ("100,000 uuencoded files", mail("X: y", String(repeating: "begin 644 a\n#0V%T\n`\nend\n", count: 100_000))),
      ("100,000 lines of a bounce", bounce),
      (
        "400 lines of a report that speak of its copy",
        mail(
          "Subject: failure notice",
          String(repeating: "original message " + String(repeating: "x 1 ", count: 480) + "\n", count: 400),
          from: "MAILER-DAEMON@a.example")
      ),
      ("5 MB within 300 mails", within(300, "Content-Type: message/rfc822\n\n", prose.prefix(5_000_000))),
      (
        "5 MB within 300 containers without end",
        within(300, "Content-Type: multipart/mixed; boundary=x\n\n--y\n", prose.prefix(5_000_000))
      ),
      ("500,000 dots in an address", mail("Cc: " + String(repeating: ".", count: 500_000) + "@b.example", "x")),
      ("500,000 spaces in an address", mail("Cc: a" + String(repeating: " ", count: 500_000) + "@b.example", "x")),
      (
        "3 MB of style",
        mail("Content-Type: text/html", "<p style='" + String(repeating: "a:b;", count: 800_000) + "'>x</p>")
      ),
    ]
  }

  private static func attributes(_ count: Int) -> String { (0..<count).map { "a\($0)=1" }.joined(separator: " ") }

  private static func roots(_ count: Int) -> String { (0..<count).map { "<body a\($0)>" }.joined() }

  private static func formats(_ count: Int) -> String {
    let same = attributes(count)
    return (0..<count).map { "<b \(same) c=\($0)>" }.joined()
  }

  private static func towers(_ count: Int, of open: String, _ close: String, _ height: Int) -> String {
    let tower = String(repeating: open, count: height) + "x" + String(repeating: close, count: height)
    return String(repeating: tower, count: count)
  }

  private static var base64: String { String(repeating: String(repeating: "QUJD", count: 19) + "\n", count: 260_000) }

  private static var bounce: [UInt8] {
    mail(
      "Subject: failure notice", String(repeating: "<a@b.example>: 550 5.1.1 unknown\n", count: 100_000),
      from: "mailer-daemon@x.example")
  }

  private static func within(_ levels: Int, _ head: String, _ body: Substring) -> [UInt8] {
    Array(("From: a@b.example\n" + String(repeating: head, count: levels)).utf8) + Array(body.utf8)
  }

  private static func mail(_ headers: String, _ body: String, from: String = "a@b.example") -> [UInt8] {
    Array("From: \(from)\nTo: support@example.com\nMIME-Version: 1.0\n\(headers)\n\n\(body)".utf8)
  }
}
