import CYtnef
import Glibc

/// Files and text out of Outlook's `winmail.dat`, read by libytnef.
enum TNEFReader {
  struct Content {
    var text: String?
    var html: String?
    var files: [MailAttachment] = []
    /// The mail's words stand there as RTF only, which is not read.
    var hasUnreadBody = false
  }

  /// Mails within mails, as Outlook forwards them.
  private static let depthMax = 5

  static func isTNEF(_ node: MimeNode) -> Bool {
    let type = node.contentType.value
    if type == "application/ms-tnef" || type == "application/vnd.ms-tnef" { return true }
    return type.hasPrefix("application/") && PartNames.filename(of: node)?.equalsIgnoringCase("winmail.dat") == true
  }

  /// `nil` when the bytes are no TNEF, or hold nothing that can be shown.
  static func read(_ bytes: [UInt8], depth: Int = 0) -> Content? {
    guard depth < depthMax, let stream = TNEFStream.cleaned(bytes) else { return nil }
    let tnef = stream.withUnsafeBufferPointer { patchbay_tnef_read($0.baseAddress, $0.count) }
    guard let tnef else { return nil }
    defer { patchbay_tnef_free(tnef) }
    let charset = codepage(tnef.pointee.CodePage)
    var content = Content()
    readBody(tnef, charset: charset, into: &content)
    var next = tnef.pointee.starting_attach.next
    while let attachment = next {
      add(attachment, charset: charset, depth: depth, to: &content)
      next = attachment.pointee.next
    }
    let isEmpty = content.text == nil && content.html == nil && content.files.isEmpty && !content.hasUnreadBody
    return isEmpty ? nil : content
  }

  private static func readBody(_ tnef: UnsafeMutablePointer<TNEFStruct>, charset: String, into content: inout Content) {
    guard let properties = patchbay_tnef_properties(tnef) else { return }
    content.html = text(properties, MAPIBlock.bodyHTML, charset: charset)
    content.text =
      text(properties, MAPIBlock.bodyText, charset: charset)
      ?? bytes(tnef.pointee.body).map { Charset.decode(withoutEnd($0), label: charset).text }
    content.hasUnreadBody =
      content.text == nil && content.html == nil
      && patchbay_mapi_value(properties, UInt32(MAPIBlock.binary), UInt32(MAPIBlock.bodyRTF)) != nil
  }

  private static func add(
    _ attachment: UnsafeMutablePointer<CYtnef.Attachment>, charset: String, depth: Int, to content: inout Content
  ) {
    guard let properties = patchbay_attachment_properties(attachment) else { return }
    let title = bytes(attachment.pointee.Title).map { Charset.decode(withoutEnd($0), label: charset).text }
    let name =
      text(properties, MAPIBlock.filename, charset: charset) ?? title
      ?? text(properties, MAPIBlock.shortFilename, charset: charset)
    if let object = value(properties, MAPIBlock.object13, MAPIBlock.object) {
      // [MS-OXTNEF] §2.1.3.4.1: the interface's id, then the object; an enclosed mail is a stream of its own.
      if let inner = read(Array(object.dropFirst(16)), depth: depth + 1) {
        content.files += inner.files
        if let words = inner.text ?? inner.html.map({ HTMLText.read($0).whole }) {
          let name = PartNames.safe((name ?? "message") + ".txt")
          content.files.append(MailAttachment(filename: name, contentType: "text/plain", content: Array(words.utf8)))
        }
        return
      }
    }
    guard let data = bytes(attachment.pointee.FileData) ?? value(properties, MAPIBlock.binary, MAPIBlock.object) else {
      return
    }
    let safe = name.map { PartNames.safe($0) }
    let type = text(properties, MAPIBlock.contentType, charset: charset)?.lowercased()
    let id = text(properties, MAPIBlock.contentID, charset: charset)
    content.files.append(
      MailAttachment(
        filename: safe?.isEmpty == false ? safe : nil,
        contentType: type.map { ContentType(value: $0, parameters: []) }?.isWellFormed == true
          ? type ?? "" : "application/octet-stream",
        disposition: id == nil ? .attachment : .inline, contentID: id, content: data))
  }

  /// The attachment titles' and strings' charset: a Windows code page ([MS-OXTNEF] §2.1.3.3.21).
  private static func codepage(_ value: variableLength) -> String {
    guard let bytes = bytes(value), bytes.count >= 4 else { return "windows-1252" }
    let number = TNEFBytes.number(bytes, 0)
    return number == 65_001 ? "utf-8" : (1...9_999).contains(number) ? "cp\(number)" : "windows-1252"
  }

  private static func bytes(_ value: variableLength) -> [UInt8]? {
    guard let data = value.data, value.size > 0 else { return nil }
    return Array(UnsafeBufferPointer(start: data, count: Int(value.size)))
  }

  private static func value(_ properties: UnsafeMutablePointer<MAPIProps>, _ type: Int, _ id: Int) -> [UInt8]? {
    patchbay_mapi_value(properties, UInt32(type), UInt32(id)).flatMap { bytes($0.pointee) }
  }

  private static func text(_ properties: UnsafeMutablePointer<MAPIProps>, _ id: Int, charset: String) -> String? {
    if let wide = patchbay_mapi_value(properties, UInt32(MAPIBlock.unicode), UInt32(id)), let data = wide.pointee.data {
      // libytnef wrote it as UTF-8 with a NUL behind it, and left the size as it was in UTF-16.
      let length = strnlen(UnsafeRawPointer(data).assumingMemoryBound(to: CChar.self), 3 * Int(wide.pointee.size) / 2)
      return nonEmpty(surrogatesJoined(UnsafeBufferPointer(start: data, count: length)))
    }
    for type in [MAPIBlock.string, MAPIBlock.binary] {
      if let bytes = value(properties, type, id) {
        return nonEmpty(Charset.decode(withoutEnd(bytes), label: charset).text)
      }
    }
    return nil
  }

  /// libytnef writes each half of a UTF-16 pair by itself (CESU-8).
  private static func surrogatesJoined(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.contains(0xED) else { return String(decoding: bytes, as: UTF8.self) }
    var units: [UInt16] = []
    var index = 0
    while index < bytes.count {
      let lead = bytes[index]
      let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : 3
      guard index + length <= bytes.count else { break }
      var unit = UInt16(length == 1 ? lead : length == 2 ? lead & 0x1F : lead & 0x0F)
      for offset in 1..<max(length, 1) { unit = unit << 6 | UInt16(bytes[index + offset] & 0x3F) }
      units.append(unit)
      index += length
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// Strings end with a NUL.
  private static func withoutEnd(_ bytes: [UInt8]) -> ArraySlice<UInt8> { bytes.prefix { $0 != 0 } }

  private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
}
