/// Writes mails as bytes (RFC 5322, MIME), with CRLF line ends and nothing but ASCII in the headers.
package enum MailComposer {
  /// The whole mail, ready for a relay.
  ///
  /// No header can be injected: names and addresses are checked, every other value is encoded or folded here, and
  /// line ends inside values become spaces.
  package static func compose(_ draft: MailDraft) throws(MailDraftProblem) -> [UInt8] {
    var out: [UInt8] = []
    for line in try HeaderWriter.lines(of: draft) { out += Array((line + "\r\n").utf8) }
    out += BodyWriter.body(of: draft)
    return out
  }
}
