import Conversations

/// The attachments of Messenger and Instagram messages.
enum MetaAttachments {
  /// Provider's word to ours; a word that is not here becomes `unsupported`.
  static let kinds: [String: Attachment.Kind] = [
    "image": .image, "video": .video, "audio": .audio, "file": .file, "sticker": .sticker, "animated_image": .image,
    "location": .location, "fallback": .link, "share": .link, "ig_post": .link, "post": .link,
    "reel": .video, "ig_reel": .video, "story_mention": .story, "ig_story": .story, "story": .story,
  ]

  /// Where their addresses lead: signed, and good for a few days.
  static let hosts = ["*.fbsbx.com", "*.fbcdn.net", "*.cdninstagram.com"]

  /// Each attachment once: while a form is being replaced, the provider sends one thing in both forms.
  static func read(_ list: [JSON]) -> [Attachment] {
    var seen = Set<Attachment>()
    return list.compactMap(attachment).filter { ($0.kind != .sticker && $0.kind != .link) || seen.insert($0).inserted }
  }

  private static func attachment(_ value: JSON) -> Attachment? {
    guard let word = value["type"]?.string else { return nil }
    let payload = value["payload"] ?? .null
    guard let kind = kinds[word] else { return Attachment(kind: .unsupported, filename: word) }
    let title = payload["title"]?.string ?? value["title"]?.string
    switch kind {
    case .location: return Attachment(kind: .location, filename: title, url: geo(payload["coordinates"]))
    case .link: return Attachment(kind: .link, filename: title, url: url(payload, value))
    // A sticker used to come as an image with a `sticker_id`.
    case .image where payload["sticker_id"].map({ !$0.isNull }) == true:
      return Attachment(kind: .sticker, url: url(payload, value))
    default: return Attachment(kind: kind, url: url(payload, value))
    }
  }

  private static func url(_ payload: JSON, _ value: JSON) -> String? { payload["url"]?.string ?? value["url"]?.string }

  /// RFC 5870, digits as sent.
  static func geo(_ coordinates: JSON?) -> String? {
    let latitude = coordinates?.first("lat", "latitude")
    guard let latitude = latitude?.text, let longitude = coordinates?.first("long", "longitude")?.text
    else {
      return nil
    }
    return "geo:\(latitude),\(longitude)"
  }
}
