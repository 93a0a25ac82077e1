import CGMime

/// The mail library without us: parses a mail and decodes every part of it.
enum BareLibrary {
  private static let started: Void = g_mime_init()

  /// Whether there was a mail.
  static func read(_ bytes: [UInt8]) -> Bool {
    _ = started
    let stream = bytes.withUnsafeBytes { buffer in
      g_mime_stream_mem_new_with_buffer(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    defer { g_object_unref(stream) }
    guard let parser = g_mime_parser_new_with_stream(stream) else { return false }
    defer { g_object_unref(parser) }
    guard let message = g_mime_parser_construct_message(parser, nil) else { return false }
    defer { g_object_unref(message) }
    if let root = g_mime_message_get_mime_part(message) { decode(root) }
    return true
  }

  private static func decode(_ object: UnsafeMutablePointer<GMimeObject>) {
    switch patchbay_mime_kind(object) {
    case PATCHBAY_MIME_MULTIPART:
      for index in 0..<patchbay_multipart_count(object) {
        if let child = patchbay_multipart_part(object, index) { decode(child) }
      }
    case PATCHBAY_MIME_MESSAGE:
      if let message = patchbay_enclosed_message(object), let root = g_mime_message_get_mime_part(message) {
        decode(root)
      }
    default:
      guard let out = g_mime_stream_mem_new() else { return }
      defer { g_object_unref(out) }
      _ = patchbay_decode_content(object, out)
    }
  }
}
