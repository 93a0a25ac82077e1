/// Small mails of our own with something of everything that the reader knows.
enum FuzzSeeds {
  static let mails: [[UInt8]] = [
    TypicalMail(number: 1).bytes, bytes(report), bytes(words), bytes(reply), bytes(nested), bytes(invitation),
    bytes(coded),
    bytes(markup), outlook,
  ]

  private static func bytes(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\r\n").utf8) }

  private static let head = "From: \"Bo Berg\" <bo@x.example>\nTo: support@example.com\nMIME-Version: 1.0\n"

  private static let report =
    head
    + "Subject: Returned mail\nReturn-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b1\n\n"
    + "--b1\n\nSorry.\n--b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\n"
    + "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n--b1\nContent-Type: message/rfc822\n\n"
    + "Message-ID: <o@example.com>\nSubject: x\n\nwords\n--b1--\n"

  private static let words =
    "From: MAILER-DAEMON@x.example\nTo: support@example.com\nSubject: failure notice\n\nHi. This is the qmail-send program.\n"
    + "<a@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown\n\n"
    + "--- Below this line is a copy of the message.\n\nMessage-ID: <o@example.com>\n"

  private static let reply =
    head
    + "Subject: =?utf-8?B?5L2g5aW9?= =?gb2312?Q?=B5=C7?=\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
    + "Thanks, that \nworks.\n\nSent from my iPhone\n\nOn Mon, 1 May 2023 at 10:00, Bo <\nbo@x.example> wrote:\n> old\n>> older\n"
    + "\n---\nAnna Berg\nExample Ltd\n\n发件人: Bo\n发送时间: 2023-05-01\n收件人: Anna\n主题: x\n\n> 旧\n"

  private static let nested =
    head
    + "Subject: fwd\nContent-Type: multipart/mixed; boundary=\"o\"\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n"
    + "--i\nContent-Type: text/plain; charset=iso-2022-jp\n\n\u{1B}$B4A\u{1B}(B\n--i\nContent-Type: text/html\n\n<p>x</p>\n--i--\n--o\n"
    + "Content-Type: message/rfc822\n\nFrom: z@x.example\nContent-Type: multipart/signed; boundary=s\n\n--s\n\nin\n--s\n"
    + "Content-Type: application/pgp-signature\n\nxx\n--s--\n--o\nContent-Type: application/pdf; name*0*=utf-8''%E5; name*1*=%90%88\n"
    + "Content-Disposition: attachment; filename=\"=?utf-8?B?5L2g?=.pdf\"\nContent-Transfer-Encoding: base64\n\nAAECAw==\n--o--\n"

  private static let invitation =
    head
    + "Subject: meet\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
    + "SUMMARY:Meet\\, us\nDTSTART;TZID=Europe/Berlin:20260105T100000\nDTEND:20260105T110000Z\nORGANIZER;CN=\"A: B\":mailto:a@b.example\n"
    + "DESCRIPTION:one\\ntwo\n  three\nEND:VEVENT\nEND:VCALENDAR\n"

  private static let coded =
    head + "Subject: files\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: quoted-printable\n\n"
    + "=C4=E3=BA=C3=\n=D1=BD\nbegin 644 cat.txt\n#0V%T\n`\nend\n"

  private static let markup =
    head
    + "Subject: html\nContent-Type: text/html; charset=windows-1252\n\n<html><head><meta charset=utf-8><style>p{}</style></head>"
    + "<body><div style='display:none'>x</div><ol><li>a<li>b</ol><a href=\"https://x.example/a\">l</a><img width=1 alt=t>"
    + "<table><tr><td>1<td>2</table><pre>a\n b</pre><div class=gmail_quote>On x wrote:<blockquote type=cite>old</blockquote></div>"
    + "<hr tabindex=-1><div id=divRplyFwdMsg>From: x</div></body></html>\n"

  /// A `winmail.dat` in binary, so that its lengths are damaged directly.
  private static let outlook: [UInt8] = {
    let codepage: [UInt8] = [0xA8, 3, 0, 0, 0, 0, 0, 0]
    let name: [UInt8] = Array("long.txt".utf8).flatMap { [$0, 0] }
    let properties =
      number(2) + number(0x3707_001F) + number(1) + number(name.count) + name + number(0x3705_0003) + number(1)
    let stream =
      number(0x223E_9F78) + [1, 0] + attribute(1, 0x0006_9007, codepage) + attribute(1, 0x0002_800C, Array("body".utf8))
      + attribute(1, 0x0006_9003, number(1) + number(0x1000_001E) + number(1) + number(4) + Array("text".utf8))
      + attribute(2, 0x0006_9002, [UInt8](repeating: 1, count: 14)) + attribute(2, 0x0001_8010, Array("a.txt".utf8))
      + attribute(2, 0x0006_800F, Array("file".utf8)) + attribute(2, 0x0006_9005, properties)
    return bytes(head + "Subject: x\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: binary\n\n") + stream
  }()

  private static func attribute(_ level: UInt8, _ id: Int, _ data: [UInt8]) -> [UInt8] {
    [level] + number(id) + number(data.count) + data + number(data.reduce(0) { ($0 + Int($1)) & 0xFFFF }).prefix(2)
  }

  private static func number(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
}
