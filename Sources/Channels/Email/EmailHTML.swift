import Conversations

/// Where the thread mark of an answer stands.
enum ThreadMarking: String, CaseIterable {
  /// Hidden in the HTML form; in the plain text only where the reply address is not marked.
  case auto
  /// At the end of both, for everybody to see.
  case visible
  case none
}

/// The HTML form of answers: the same words for readers that show HTML.
enum EmailHTML {
  /// The mark stands in small white letters and not in a comment or a hidden element: those do not survive being quoted.
  static func page(_ body: String, mark: String?, isMarkSeen: Bool) -> String {
    let style = isMarkSeen ? "color:#888888" : "font-size:1px;line-height:1px;color:#ffffff"
    let last = mark.map { "<div style=\"\(style)\"\(isMarkSeen ? "" : " aria-hidden=\"true\"")>[\($0)]</div>\n" } ?? ""
    return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n\(body)\n\(last)</body></html>\n"
  }

  /// Line ends stay, web addresses can be followed, nothing in the text is markup.
  static func paragraph(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { linked(String($0)) }
    return "<p>\(lines.joined(separator: "<br>\n"))</p>"
  }

  /// A line with its markup taken away and its `https://…` made into links. A web address ends where ASCII does, and a
  /// full stop or bracket behind it is not part of it.
  private static func linked(_ line: String) -> String {
    var (out, rest) = ("", line[...])
    while let start = nextAddress(in: rest) {
      let run = rest[start...].utf8.prefix { isAddressByte($0) }
      var address = rest[start..<run.endIndex]
      while let last = address.last, ".,;:!?)'".contains(last) { address.removeLast() }
      let escaped = htmlEscaped(String(address))
      out += htmlEscaped(String(rest[..<start])) + "<a href=\"\(escaped)\">\(escaped)</a>"
      rest = rest[address.endIndex...]
    }
    return out + htmlEscaped(String(rest))
  }

  private static func nextAddress(in text: Substring) -> String.Index? {
    text.firstRange(of: "https://").map(\.lowerBound)
  }

  /// RFC 3986 §2.2, §2.3.
  private static func isAddressByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
  }
}

/// The addresses of an outgoing mail that carry the conversation's mark.
struct MarkedAddresses {
  /// Where answers come back; `nil` = the plain address, or there is no mark.
  let reply: String?
  /// Where bounces come back: the mark names the very mail, since a report may quote nothing of it (variable envelope
  /// return path).
  let bounce: String?

  init(_ message: OutboundMessage, address: String, usesPlus: Bool, replyDomain: String?) {
    func marked(_ mark: String) -> String? {
      if let replyDomain { return "\(mark)@\(replyDomain)" }
      guard usesPlus, let at = address.lastIndex(of: "@") else { return nil }
      return "\(address[..<at])+\(mark)\(address[at...])"
    }
    reply = message.threadToken.flatMap { marked($0) }
    let long = message.threadToken.flatMap { marked("\($0).o\(message.outboxID)") }
    // RFC 5321 §4.5.3.1.1: no local part of more than 64 octets.
    bounce = long.flatMap { $0.utf8.prefix { $0 != UInt8(ascii: "@") }.count <= 64 ? $0 : nil } ?? reply
  }
}
