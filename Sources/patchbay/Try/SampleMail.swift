import Conversations
import Foundation

/// Mails as customers' programs write them.
struct SampleMail: Sendable {
  var sender: String
  var name: String
  var subject: String
  var text: String
  var id: String
  var date: Instant
  var to = MadeUp.mailbox
  var inReplyTo: String?
  /// Labelled and encoded as an old Chinese mail program does, with an attachment.
  var isGB18030 = false

  /// CFString's number for GB 18030-2000, in the form that Foundation gives such numbers.
  private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)

  var bytes: [UInt8] {
    var head = [
      "From: \(encoded(name)) <\(sender)>", "To: <\(to)>", "Subject: \(encoded(subject))", "Date: \(dateLine)",
      "Message-ID: <\(id)>", "MIME-Version: 1.0",
    ]
    if let inReplyTo { head += ["In-Reply-To: \(inReplyTo)", "References: \(inReplyTo)"] }
    return Array((head + (isGB18030 ? mixed : plain)).joined(separator: "\r\n").utf8)
  }

  private var plain: [String] {
    [
      "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: base64", "",
      lines(base64(Array(text.utf8))), "",
    ]
  }

  /// RFC 2046 §5.1.3; the file's name as in RFC 2231 §4.
  private var mixed: [String] {
    let edge = "=_tour_\(text.utf8.count)"
    let file = "截图.png".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "screen.png"
    return [
      "Content-Type: multipart/mixed; boundary=\"\(edge)\"", "", "--\(edge)",
      "Content-Type: text/plain; charset=GB18030", "Content-Transfer-Encoding: base64", "",
      lines(base64(chinese(text))),
      "--\(edge)", "Content-Type: image/png", "Content-Transfer-Encoding: base64",
      "Content-Disposition: attachment; filename*=UTF-8''\(file)", "", lines(Self.picture), "--\(edge)--", "",
    ]
  }

  /// A PNG of one transparent pixel.
  private static let picture =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

  private func chinese(_ text: String) -> [UInt8] {
    text.data(using: Self.gb18030).map { Array($0) } ?? Array(text.utf8)
  }

  /// RFC 2047 §2, short enough for one word.
  private func encoded(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
    return isGB18030 ? "=?GB18030?B?\(base64(chinese(text)))?=" : "=?UTF-8?B?\(base64(Array(text.utf8)))?="
  }

  private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  private func lines(_ text: String) -> String {
    stride(from: 0, to: text.count, by: 76).map { String(text.dropFirst($0).prefix(76)) }.joined(separator: "\r\n")
  }

  /// RFC 5322 §3.3, in UTC; the day of the week may be left out.
  private var dateLine: String {
    let days = date.seconds.flooredDivision(by: 86_400)
    let (day, rest) = (CivilDate(daysSinceEpoch: days), Int(date.seconds - days * 86_400))
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = "\(padded(rest / 3600, to: 2)):\(padded(rest / 60 % 60, to: 2)):\(padded(rest % 60, to: 2))"
    return "\(day.day) \(months[day.month - 1]) \(padded(day.year, to: 4)) \(time) +0000"
  }
}
