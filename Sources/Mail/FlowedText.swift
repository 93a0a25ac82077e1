/// `format=flowed` (RFC 3676): lines that end in a space go on in the next line of the same quote depth.
enum FlowedText {
  static func joined(_ text: String, deletesSpace: Bool) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    var openDepth: Int?
    for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let depth = line.prefix { $0 == UInt8(ascii: ">") }.count
      var content = line.dropFirst(depth)
      if content.first == 0x20 { content = content.dropFirst() }  // §4.4: space-stuffing
      let isSignature = content.elementsEqual("-- ".utf8)
      if openDepth != depth || isSignature {
        if openDepth != nil { out.append(0x0A) }
        out += [UInt8](repeating: UInt8(ascii: ">"), count: depth)
        if depth > 0 { out.append(0x20) }
      }
      let flows = content.last == 0x20 && !isSignature
      out += flows && deletesSpace ? content.dropLast() : content
      openDepth = flows ? depth : nil
      if !flows { out.append(0x0A) }
    }
    return String(decoding: out.dropLast(openDepth == nil ? 1 : 0), as: UTF8.self)
  }
}
