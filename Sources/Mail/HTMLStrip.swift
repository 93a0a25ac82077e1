/// The text of HTML that is too hostile for a tree: tags become line ends, entities stay.
enum HTMLStrip {
  static func text(_ html: [UInt8]) -> String {
    var out: [UInt8] = []
    var index = 0
    while index < html.count {
      guard html[index] == UInt8(ascii: "<"), index + 1 < html.count else {
        out.append(html[index])
        index += 1
        continue
      }
      if html[index...].starts(with: "<!--".utf8) {
        index = HTMLScan.end(of: "-->", in: html, from: index + 4)
        continue
      }
      let name = HTMLScan.name(in: html, from: index + 1)
      let end = HTMLScan.tagEnd(in: html, from: index + 1)
      if out.last != 0x0A { out.append(0x0A) }
      index =
        HTMLScan.rawText.contains(name) ? HTMLScan.end(of: "</" + name, in: html, from: end, keepsMark: true) : end
    }
    return String(decoding: out, as: UTF8.self)
  }
}
