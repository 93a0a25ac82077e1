import Conversations

/// What messages and posts of X share.
enum XText {
  /// X escapes the three characters of markup in texts.
  static func plain(_ value: JSON?) -> String? {
    value?.filled?.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }

  /// One media object. A video's `media_url_https` is only its picture.
  static func attachment(_ media: JSON) -> Attachment {
    let picture = media["media_url_https"]?.filled ?? media["media_url"]?.filled
    switch media["type"]?.string {
    case "photo": return Attachment(kind: .image, url: picture)
    case "video", "animated_gif": return Attachment(kind: .video, url: film(media) ?? picture)
    case let type: return Attachment(kind: .unsupported, filename: type?.callLine() ?? "media")
    }
  }

  /// The best of the files on offer that is not a playlist.
  private static func film(_ media: JSON) -> String? {
    let variants = (media["video_info"]?["variants"]?.array ?? []).filter { $0["content_type"] == "video/mp4" }
    return variants.max { ($0["bitrate"]?.int ?? 0) < ($1["bitrate"]?.int ?? 0) }?["url"]?.filled
  }
}
