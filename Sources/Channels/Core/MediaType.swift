package import Conversations

/// What bytes are, by their beginning: what a sender says of them is only a word.
package enum MediaType {
  /// A media type; `nil` for what is not recognised.
  package static func sniffed(_ bytes: [UInt8]) -> String? {
    if let known = magic.first(where: { bytes.starts(with: $0.start) }) { return known.type }
    return riff(bytes) ?? isoMedia(bytes) ?? markup(bytes)
  }

  private static let magic: [(start: [UInt8], type: String)] = [
    ([0xFF, 0xD8, 0xFF], "image/jpeg"), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
    (Array("GIF87a".utf8), "image/gif"), (Array("GIF89a".utf8), "image/gif"), (Array("BM".utf8), "image/bmp"),
    ([0x49, 0x49, 0x2A, 0x00], "image/tiff"), ([0x4D, 0x4D, 0x00, 0x2A], "image/tiff"),
    (Array("%PDF-".utf8), "application/pdf"), (Array("OggS".utf8), "audio/ogg"), (Array("ID3".utf8), "audio/mpeg"),
    ([0xFF, 0xFB], "audio/mpeg"), ([0xFF, 0xF3], "audio/mpeg"), ([0xFF, 0xF2], "audio/mpeg"),
    ([0xFF, 0xF1], "audio/aac"), ([0xFF, 0xF9], "audio/aac"), (Array("#!AMR".utf8), "audio/amr"),
    (Array("fLaC".utf8), "audio/flac"), ([0x02] + Array("#!SILK".utf8), "audio/silk"),
    (Array("#!SILK".utf8), "audio/silk"), ([0x1A, 0x45, 0xDF, 0xA3], "video/webm"),
    ([0x50, 0x4B, 0x03, 0x04], "application/zip"),
    ([0x1F, 0x8B], "application/gzip"), ([0x7F, 0x45, 0x4C, 0x46], "application/x-executable"),
    (Array("MZ".utf8), "application/x-msdownload"), (Array("#!".utf8), "text/x-script"),
  ]

  private static func riff(_ bytes: [UInt8]) -> String? {
    guard bytes.starts(with: Array("RIFF".utf8)), bytes.count >= 12 else { return nil }
    switch String(decoding: bytes[8..<12], as: UTF8.self) {
    case "WEBP": return "image/webp"
    case "WAVE": return "audio/wav"
    case "AVI ": return "video/x-msvideo"
    default: return nil
    }
  }

  /// ISO/IEC 14496-12 §4.3: the size, `ftyp`, the major brand.
  private static func isoMedia(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
    switch String(decoding: bytes[8..<12], as: UTF8.self) {
    case "heic", "heix", "mif1": return "image/heic"
    case "avif": return "image/avif"
    case "M4A ", "M4B ": return "audio/mp4"
    case "qt  ": return "video/quicktime"
    case let brand where brand.hasPrefix("3g"): return "video/3gpp"
    default: return "video/mp4"
    }
  }

  private static func markup(_ bytes: [UInt8]) -> String? {
    let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let start = plain.drop { $0 <= 0x20 }.prefix(64)
    guard start.first == UInt8(ascii: "<") else { return nil }
    let word = String(decoding: start, as: UTF8.self).lowercased()
    if word.hasPrefix("<!doctype html") || word.hasPrefix("<html") || word.hasPrefix("<head") || word.hasPrefix("<body")
    {
      return "text/html"
    }
    return word.hasPrefix("<svg") ? "image/svg+xml" : "text/xml"
  }

  /// Why bytes of this type cannot be what the message called them; `nil` when they can.
  ///
  /// A page where a picture was announced is the provider's login form or its error, or somebody's trick. A document
  /// may be anything: it is only ever handed out to be saved.
  package static func contradiction(_ type: String?, of kind: Attachment.Kind) -> String? {
    let allowed: [String]
    switch kind {
    case .image: allowed = ["image/"]
    case .sticker: allowed = ["image/", "video/", "application/gzip", "application/zip"]
    case .video: allowed = ["video/", "image/gif", "image/webp"]
    case .audio: allowed = ["audio/", "video/mp4", "video/3gpp", "video/webm"]
    case .story: allowed = ["image/", "video/"]
    case .file: return nil
    case .location, .contact, .link, .unsupported: return "there is no content to a \(kind.rawValue)"
    }
    guard let type else { return "the content is no \(kind.rawValue)" }
    guard type != "image/svg+xml", allowed.contains(where: type.hasPrefix) else {
      return "the content is \(type), not the \(kind.rawValue) that was announced"
    }
    return nil
  }
}
