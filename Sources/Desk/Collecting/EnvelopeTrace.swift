package import Conversations

/// The SMTP envelope of a mail that lies in a mailbox, as far as the server that put it there wrote it down.
///
/// RFC 5321 §4.4: final delivery writes `Return-Path` on top. `Delivered-To`, `X-Original-To` and `Envelope-To` are
/// what Postfix, Exim, Dovecot and the large providers write of the recipient. The topmost of each name counts. Whoever
/// forges them gains nothing: thread marks are signed, and the null sender only keeps automatic answers away.
package struct EnvelopeTrace {
  private(set) var sender: String?
  private(set) var recipients: [String] = []

  /// How much of the top of a mail is looked at.
  static let sizeMax = 16 << 10

  package init(_ mail: [UInt8]) {
    var seen = Set<String>()
    for line in mail.prefix(Self.sizeMax).split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      guard let first = line.first else { break }
      guard first != 0x20, first != 0x09, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      guard ["return-path", "delivered-to", "x-original-to", "envelope-to"].contains(name), seen.insert(name).inserted
      else { continue }
      let value = Self.address(line[(colon + 1)...])
      if name == "return-path" { sender = value } else if let value, !value.isEmpty { recipients.append(value) }
    }
  }

  /// `nil` when the server left no trace of the sender: then nothing is claimed.
  package var envelope: RawDelivery.Envelope? {
    sender.map { RawDelivery.Envelope(sender: $0, recipients: recipients) }
  }

  /// What stands in angle brackets, or the bare word; `nil` for what cannot be an address.
  private static func address(_ value: ArraySlice<UInt8>) -> String? {
    let text = String(decoding: value, as: UTF8.self)
    let word =
      text.firstIndex(of: "<").flatMap { open in
        text[open...].firstIndex(of: ">").map { text[text.index(after: open)..<$0] }
      } ?? text.drop { $0 == " " || $0 == "\t" }
    let plain = word.prefix { $0 != " " && $0 != "\t" }
    guard plain.utf8.count <= 320, plain.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else { return nil }
    return String(plain)
  }
}
