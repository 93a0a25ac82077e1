import Conversations

extension JSON {
  /// The text of a string that is not empty.
  var filled: String? { string.flatMap { $0.isEmpty ? nil : $0 } }
  /// An id: a string that is not empty, or a number.
  var filledText: String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}

/// What chat adapters share.
enum ChatText {
  /// `tel:+…` for a shared contact. Providers send numbers with and without `+` and with separators.
  static func telephone(_ number: String?) -> String? {
    let digits = (number ?? "").utf8.filter { (48...57).contains($0) }
    guard (1...20).contains(digits.count) else { return nil }
    return "tel:+" + String(decoding: digits, as: UTF8.self)
  }

  /// `geo:LAT,LON` with the digits as sent (RFC 5870).
  static func place(_ latitude: JSON?, _ longitude: JSON?) -> String? {
    guard let (north, east) = latitude?.text.flatMap({ n in longitude?.text.map { (n, $0) } }),
      let y = Double(north), let x = Double(east), abs(y) <= 90, abs(x) <= 180
    else { return nil }
    return "geo:\(north),\(east)"
  }

  /// A file name without path parts and control characters.
  static func filename(_ name: String?) -> String? {
    guard let name, !name.isEmpty else { return nil }
    return Multipart.safeFilename(name)
  }

  /// The public address of an attachment, for providers that fetch files themselves.
  static func address(of attachment: Attachment, for provider: String) throws(Unrenderable) -> String {
    guard let url = attachment.url, url.hasPrefix("https://") else {
      throw Unrenderable(
        "\(provider) takes attachments only by a public https address: set `address` under `desk` in queues.yaml")
    }
    return url
  }

  /// The message's text with the addresses of its attachments on lines of their own: these APIs take files only after
  /// an upload whose answer the message itself must name.
  static func linked(_ message: OutboundMessage, for provider: String) throws(Unrenderable) -> String {
    var lines = message.text.isEmpty ? [] : [message.text]
    for attachment in message.attachments { lines.append(try address(of: attachment, for: provider)) }
    return lines.joined(separator: "\n")
  }
}
