/// A look at HTML before it is parsed: the tree builder takes quadratic time and recursion for markup that no mail has.
enum HTMLGuard {
  private static let depthMax = 400
  /// Open formatting elements are reopened in every block (HTML §13.2.4.3): so many nodes at most.
  private static let reopenedMax = 1_000_000

  /// `false`: read it as `HTMLStrip` does.
  static func isSafe(_ html: [UInt8]) -> Bool {
    var count = Count()
    var index = 0
    while index < html.count {
      guard html[index] == UInt8(ascii: "<"), index + 1 < html.count else {
        index += 1
        continue
      }
      index = count.markup(html, at: index)
      if count.deepest > depthMax || count.tags * count.formattingDeepest > reopenedMax { return false }
    }
    return true
  }

  private struct Count {
    var tags = 0
    var deepest = 0
    var formattingDeepest = 0
    private var depth = 0
    private var formatting = 0
    private var open: [String: Int] = [:]

    mutating func markup(_ html: [UInt8], at start: Int) -> Int {
      if html[start...].starts(with: "<!--".utf8) { return HTMLScan.end(of: "-->", in: html, from: start + 4) }
      let isEnd = html[start + 1] == UInt8(ascii: "/")
      let nameStart = start + (isEnd ? 2 : 1)
      let name = HTMLScan.name(in: html, from: nameStart)
      guard !name.isEmpty else { return start + 1 }
      let end = HTMLScan.tagEnd(in: html, from: nameStart + name.utf8.count)
      if isEnd { close(name) } else { self.open(name) }
      if !isEnd, HTMLScan.rawText.contains(name) {
        return HTMLScan.end(of: "</" + name, in: html, from: end, keepsMark: true)
      }
      return end
    }

    private mutating func open(_ name: String) {
      tags += 1
      guard !HTMLScan.void.contains(name) else { return }
      open[name, default: 0] += 1
      if HTMLScan.closedByItself.contains(name) { return }
      depth += 1
      deepest = max(deepest, depth)
      if HTMLScan.formatting.contains(name) {
        formatting += 1
        formattingDeepest = max(formattingDeepest, formatting)
      }
    }

    private mutating func close(_ name: String) {
      guard let count = open[name], count > 0 else { return }
      open[name] = count - 1
      if HTMLScan.closedByItself.contains(name) { return }
      depth -= 1
      if HTMLScan.formatting.contains(name) { formatting -= 1 }
    }
  }
}

/// Tags found by looking at bytes only.
enum HTMLScan {
  static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "o",
    "v",
  ]
  static let closedByItself: Set<String> = [
    "p", "li", "dt", "dd", "option", "tr", "td", "th", "tbody", "thead", "tfoot",
  ]
  static let formatting: Set<String> = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
  ]
  static let rawText: Set<String> = ["script", "style", "title", "textarea", "xmp", "noframes"]

  /// Lower-case letters and digits from `start`; at most 20.
  static func name(in html: [UInt8], from start: Int) -> String {
    guard start < html.count else { return "" }
    let bytes = html[start...].prefix(20).prefix {
      ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || (0x30...0x39).contains($0)
    }
    return String(decoding: bytes, as: UTF8.self).lowercased()
  }

  /// The index after the `>` that ends a tag; quoted values are skipped.
  static func tagEnd(in html: [UInt8], from start: Int) -> Int {
    var index = start
    var quote: UInt8?
    var afterEquals = false
    while index < html.count {
      let byte = html[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: ">") {
        return index + 1
      } else if afterEquals, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      }
      if !byte.isHeaderSpace { afterEquals = byte == UInt8(ascii: "=") }
      index += 1
    }
    return html.count
  }

  /// The index after `mark` (or of it), or the end. Letters compare without regard to case.
  static func end(of mark: String, in html: [UInt8], from start: Int, keepsMark: Bool = false) -> Int {
    let wanted = Array(mark.utf8)
    var index = start
    while index + wanted.count <= html.count {
      if html[index] == wanted[0], zip(html[index...], wanted).allSatisfy({ $0.asciiLowercased == $1 }) {
        return keepsMark ? index : index + wanted.count
      }
      index += 1
    }
    return html.count
  }
}
