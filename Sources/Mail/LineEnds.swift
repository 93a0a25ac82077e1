/// Text as the rest of the house wants it: `\n` only, no NUL.
enum LineEnds {
  static func unified(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x0D || $0 == 0 }) else { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    var afterReturn = false
    for byte in text.utf8 {
      if byte == 0x0D {
        if !afterReturn { out.append(0x0A) }  // CR CR LF is one line end that a relay doubled
      } else if byte != 0, !(byte == 0x0A && afterReturn) {
        out.append(byte)
      }
      afterReturn = byte == 0x0D
    }
    return String(decoding: out, as: UTF8.self)
  }
}
