import Foundation
import Rehearsal

/// A mail as its recipient's program has it.
struct SeenMail {
  private let fields: [(name: String, value: String)]
  let body: String

  init(_ received: ReceivedMail) { self.init(String(decoding: received.message, as: UTF8.self)) }

  init(_ raw: String) {
    let text = raw.replacing("\r\n", with: "\n")
    let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    var fields: [(name: String, value: String)] = []
    for line in (parts.first ?? "").split(separator: "\n") {
      if line.first == " ", !fields.isEmpty {
        fields[fields.count - 1].value += line
      } else if let colon = line.firstIndex(of: ":") {
        fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
      }
    }
    (self.fields, body) = (fields, parts.count > 1 ? String(parts[1]) : "")
  }

  subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// The bare address in a field.
  func address(_ name: String) -> String? {
    guard let value = self[name] else { return nil }
    guard let open = value.lastIndex(of: "<") else { return value }
    return String(value[value.index(after: open)...].prefix { $0 != ">" })
  }

  var plain: String { part("text/plain") ?? body }
  var html: String? { part("text/html") }

  /// The content of the first part of `type`.
  private func part(_ type: String) -> String? {
    guard let start = ("\n" + body).firstRange(of: "\nContent-Type: \(type)") else { return nil }
    let rest = ("\n" + body)[start.upperBound...]
    guard let blank = rest.firstRange(of: "\n\n") else { return nil }
    let content = String(
      rest[blank.upperBound...].prefix(upTo: rest.firstRange(of: "\n--=_")?.lowerBound ?? rest.endIndex))
    let head = rest[..<blank.lowerBound]
    if head.contains("base64") {
      return Data(base64Encoded: content.filter { !$0.isWhitespace }).map { String(decoding: $0, as: UTF8.self) }
    }
    return head.contains("quoted-printable") ? Self.unquoted(content) : content
  }

  /// RFC 2045 §6.7.
  private static func unquoted(_ text: String) -> String {
    var (out, bytes) = ([UInt8](), Array(text.replacing("=\n", with: "").utf8)[...])
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "="), let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) {
        out.append(value)
        bytes = bytes.dropFirst(2)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// A customer's program: answers as that program does, headers and quotes.
enum MailClient: String, CaseIterable {
  case outlook, gmail, qq, apple

  /// What becomes of a mail and its answer on the way.
  struct Route {
    /// The Message-ID that our mail was given in transit; `nil` = it kept ours.
    var renamed: String?
    /// The program answers the sender, not `Reply-To`.
    var ignoresReplyTo = false
    /// Neither `In-Reply-To` nor `References`, nor `Thread-Index`.
    var losesThread = false
  }

  /// The raw answer and the address it goes to.
  func answer(_ mail: SeenMail, _ words: String, from: String, id: String, route: Route) -> (raw: String, to: String) {
    let to = (route.ignoresReplyTo ? nil : mail.address("Reply-To")) ?? mail.address("From") ?? ""
    let parent = route.renamed ?? mail["Message-ID"] ?? ""
    var head = ["From: \(from)", "To: <\(to)>", "Subject: \(subject(mail["Subject"] ?? ""))", "Message-ID: <\(id)>"]
    if !route.losesThread {
      head.append("In-Reply-To: \(parent)")
      let chain = self == .qq ? parent : [mail["References"], parent].compactMap(\.self).joined(separator: " ")
      head.append("References: " + chain.split(separator: " ").joined(separator: "\n "))
      if self == .outlook { head.append("Thread-Index: \(threadIndex(mail))") }
    }
    let raw = head.joined(separator: "\n") + "\nMIME-Version: 1.0\n" + body(words, mail)
    return (raw, to)
  }

  private func threadIndex(_ mail: SeenMail) -> String {
    let block = Data(repeating: 7, count: 5)
    guard let parent = mail["Thread-Index"].flatMap({ Data(base64Encoded: $0) }) else {
      return Data([1, 0xDC] + [UInt8](repeating: 3, count: 20)).base64EncodedString()
    }
    return (parent + block).base64EncodedString()
  }

  private func subject(_ subject: String) -> String {
    var bare = subject
    for mark in ["RE: ", "Re: ", "回复："] where bare.hasPrefix(mark) { bare = String(bare.dropFirst(mark.count)) }
    switch self {
    case .outlook: return "RE: \(bare)"
    case .gmail, .apple: return "Re: \(bare)"
    case .qq: return "=?utf-8?B?\(Data("回复：".utf8).base64EncodedString())?= \(bare)"
    }
  }

  private func body(_ words: String, _ mail: SeenMail) -> String {
    let quoted = "> " + mail.plain.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n> ")
    let html = mail.html ?? "<pre>\(mail.plain)</pre>"
    switch self {
    case .apple:
      return part(
        "text/plain", "\(words)\n\n> On 16 Nov 2026, at 10:00, Support <support@example.com> wrote:\n> \n\(quoted)")
    case .gmail:
      return alternative(
        "\(words)\n\nOn Mon, Nov 16, 2026 at 10:00 AM Support <support@example.com>\nwrote:\n\n\(quoted)",
        "<div dir=\"ltr\">\(words)</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Nov 16, "
          + "2026 at 10:00 AM Support &lt;support@example.com&gt; wrote:<br></div><blockquote class=\"gmail_quote\" "
          + "style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">\(html)</blockquote></div>")
    case .outlook:
      let head =
        "From: Support <support@example.com>\nSent: Monday, November 16, 2026 10:00 AM\nTo: Li\nSubject: Question"
      return alternative(
        "\(words)\n\n\(head)\n\n\(mail.plain)",
        "<html><body><p class=\"MsoNormal\">\(words)</p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt "
          + "0in 0in 0in\"><p class=\"MsoNormal\"><b>From:</b> Support<br><b>Sent:</b> Monday, November 16, 2026<br>"
          + "<b>To:</b> Li<br><b>Subject:</b> Question</p></div>\(html)</body></html>")
    case .qq:
      let mark = "------------------ 原始邮件 ------------------"
      return alternative(
        "\(words)\n\n\n\(mark)\n发件人: \"Support\" <support@example.com>;\n\n\(mail.plain)",
        "<div>\(words)</div><div><br></div><div style=\"font-size: 12px;\">\(mark)</div><div>发件人: Support</div><div>\(html)</div>"
      )
    }
  }

  private func part(_ type: String, _ text: String) -> String {
    "Content-Type: \(type); charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
      + Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]) + "\n"
  }

  private func alternative(_ plain: String, _ html: String) -> String {
    "Content-Type: multipart/alternative; boundary=\"b-\(rawValue)\"\n\n--b-\(rawValue)\n" + part("text/plain", plain)
      + "--b-\(rawValue)\n" + part("text/html", html) + "--b-\(rawValue)--\n"
  }
}
