import CGMime
import Glibc

/// The tree of a mail's parts, read by GMime; header values and contents are taken as raw bytes and decoded here.
enum MimeReader {
  static func read(_ bytes: [UInt8], limits: MailLimits) throws(MailProblem) -> MimeNode {
    var walk = Walk(limits: limits, remakeBudget: bytes.count * 4)
    return try walk.read(MimeRepair.prepared(bytes, headerMax: limits.headerBlock), depth: 0)
  }

  private struct Walk {
    let limits: MailLimits
    /// Bytes that may be parsed again with a guessed boundary: damage within damage stays linear.
    var remakeBudget: Int
    var parts = 0
    private var isEnclosed = false

    init(limits: MailLimits, remakeBudget: Int) { (self.limits, self.remakeBudget) = (limits, remakeBudget) }

    mutating func read(_ bytes: [UInt8], depth: Int) throws(MailProblem) -> MimeNode {
      MimeLibrary.start()
      let stream = bytes.withUnsafeBytes { buffer in
        g_mime_stream_mem_new_with_buffer(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      }
      defer { g_object_unref(stream) }
      guard let parser = g_mime_parser_new_with_stream(stream) else { throw .empty }
      defer { g_object_unref(parser) }
      g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE)
      guard let message = g_mime_parser_construct_message(parser, nil) else { throw .empty }
      defer { g_object_unref(message) }
      return try self.message(message, depth: depth)
    }

    mutating func message(_ message: UnsafeMutablePointer<GMimeMessage>, depth: Int) throws(MailProblem) -> MimeNode {
      var fields = try self.fields(of: patchbay_message_object(message))
      guard let root = g_mime_message_get_mime_part(message) else {
        return MimeNode(headers: MailHeaders(fields), contentType: .plainText, content: .leaf([]))
      }
      var node = try part(root, depth: depth)
      fields += node.headers.fields
      node.headers = MailHeaders(fields)
      return node
    }

    mutating func part(_ object: UnsafeMutablePointer<GMimeObject>, depth: Int) throws(MailProblem) -> MimeNode {
      parts += 1
      guard parts <= limits.parts else { throw .tooManyParts(limit: limits.parts) }
      guard depth <= limits.depth else { throw .tooDeep(limit: limits.depth) }
      let headers = MailHeaders(try fields(of: object))
      var type = headers.raw("Content-Type").map { ContentType(parsing: $0) } ?? .plainText
      var content = try content(of: object, depth: depth)
      if type.type == "multipart", case .leaf(let body) = content, body.contains(where: { !$0.isHeaderSpace }) {
        // None of its boundaries came: GMime keeps it in one piece.
        if mayRemake(body.count), let remade = MimeRepair.remade(body, type: type.value) {
          content = try read(remade, depth: depth + 1).content
        }
        if case .leaf = content { type = .plainText }
      }
      return MimeNode(headers: headers, contentType: type, content: content)
    }

    private mutating func mayRemake(_ size: Int) -> Bool {
      remakeBudget -= size
      return remakeBudget >= 0
    }

    private mutating func content(
      of object: UnsafeMutablePointer<GMimeObject>, depth: Int
    ) throws(MailProblem) -> MimeNode.Content {
      switch patchbay_mime_kind(object) {
      case PATCHBAY_MIME_MULTIPART:
        let count = patchbay_multipart_count(object)
        if count == 0, let body = MimeReader.prologue(object) {
          guard mayRemake(body.count) else { return .leaf(body) }
          let remade = MimeRepair.remade(body, type: "multipart/mixed") ?? MimeRepair.asText(body)
          return try read(remade, depth: depth + 1).content
        }
        var children: [MimeNode] = []
        for index in 0..<count {
          guard let child = patchbay_multipart_part(object, index) else { continue }
          children.append(try part(child, depth: depth + 1))
        }
        return .container(children)
      case PATCHBAY_MIME_MESSAGE:
        guard let message = patchbay_enclosed_message(object) else { return .leaf([]) }
        // Mails within an enclosed mail lie in its bytes already.
        let raw = isEnclosed ? [] : MimeReader.written(patchbay_message_object(message))
        let wasEnclosed = isEnclosed
        isEnclosed = true
        defer { isEnclosed = wasEnclosed }
        return .enclosed(try self.message(message, depth: depth + 1), raw: raw)
      default:
        return .leaf(patchbay_raw_content(object).map(MimeReader.bytes) ?? [])
      }
    }

    private func fields(of object: UnsafeMutablePointer<GMimeObject>) throws(MailProblem) -> [MailHeaders.Field] {
      guard let list = g_mime_object_get_header_list(object) else { return [] }
      var fields: [MailHeaders.Field] = []
      var size = 0
      for index in 0..<g_mime_header_list_get_count(list) {
        guard let header = g_mime_header_list_get_header_at(list, index), let name = g_mime_header_get_name(header),
          let value = g_mime_header_get_raw_value(header)
        else { continue }
        let raw = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
        size += raw.count
        fields.append(MailHeaders.Field(name: String(cString: name), raw: MimeReader.unfolded(raw)))
      }
      guard size <= limits.headerBlock else { throw .headerTooLong(bytes: size, limit: limits.headerBlock) }
      return fields
    }
  }

  /// RFC 5322 §2.2.3: line ends inside a value mean nothing.
  static func unfolded(_ raw: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(raw.count)
    for byte in raw where byte != 0x0D { out.append(byte == 0x0A || byte == 0x09 ? 0x20 : byte) }
    return out.trimmingSpace
  }

  /// Everything a stream holds. The stream stays the caller's.
  private static func bytes(_ stream: UnsafeMutablePointer<GMimeStream>) -> [UInt8] {
    g_mime_stream_reset(stream)
    let length = g_mime_stream_length(stream)
    guard length > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      while count < buffer.count {
        let target = buffer.baseAddress.map { UnsafeMutableRawPointer($0 + count).assumingMemoryBound(to: CChar.self) }
        let got = g_mime_stream_read(stream, target, buffer.count - count)
        guard got > 0 else { break }
        count += got
      }
    }
  }

  /// A part as it was sent.
  private static func written(_ object: UnsafeMutablePointer<GMimeObject>) -> [UInt8] {
    guard let stream = g_mime_stream_mem_new() else { return [] }
    defer { g_object_unref(stream) }
    g_mime_object_write_to_stream(object, nil, stream)
    return bytes(stream)
  }

  /// What stands in a container none of whose boundaries was found.
  private static func prologue(_ object: UnsafeMutablePointer<GMimeObject>) -> [UInt8]? {
    guard let prologue = patchbay_multipart_prologue(object) else { return nil }
    let body = Array(UnsafeRawBufferPointer(start: prologue, count: strlen(prologue)))
    return body.contains { !$0.isHeaderSpace } ? body : nil
  }
}
