/// A look at HTML before it is parsed: the tree builder takes quadratic time and recursion for markup that no mail has.
enum HTMLGuard {
  private static let depthMax = 400
  /// Each attribute of a tag is compared with all before it; mail programs write a dozen.
  private static let attributesMax = 500
  /// So many comparisons in all tags together.
  private static let attributePairsMax = 30_000_000
  /// Open formatting elements are reopened in every block (HTML §13.2.4.3): so many nodes and attributes at most.
  private static let reopenedMax = 4_000_000
  /// They are compared with each other, too, attribute by attribute (HTML §13.2.4.3, "Noah's Ark").
  private static let comparedMax = 50_000_000
  /// For each tag the open elements are searched: so many steps at most.
  private static let stepsMax = 8_000_000

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
      if count.isTooMuch { return false }
    }
    return true
  }

  private struct Count {
    private var tags = 0
    private var deepest = 0
    private var steps = 0
    private var attributes = 0
    private var attributePairs = 0
    private var formattingTags = 0
    private var formattingDeepest = 0
    private var formattingAttributes = 1
    /// Of all `html` and `body` tags together: they become one element.
    private var rootAttributes = 0
    private var depth = 0
    private var formatting = 0
    private var open: [String: Int] = [:]

    var isTooMuch: Bool {
      deepest > depthMax || steps > stepsMax || max(attributes, rootAttributes) > attributesMax
        || attributePairs > attributePairsMax
        || tags * formattingDeepest * formattingAttributes > reopenedMax
        || formattingTags * formattingDeepest * formattingAttributes * formattingAttributes > comparedMax
    }

    mutating func markup(_ html: [UInt8], at start: Int) -> Int {
      if html[start...].starts(with: "<!--".utf8) { return HTMLScan.end(of: "-->", in: html, from: start + 4) }
      let isEnd = html[start + 1] == UInt8(ascii: "/")
      let nameStart = start + (isEnd ? 2 : 1)
      let name = HTMLScan.name(in: html, from: nameStart)
      guard !name.isEmpty else { return start + 1 }
      let tag = HTMLScan.tag(in: html, from: nameStart + name.utf8.count)
      attributes = max(attributes, tag.attributes)
      attributePairs += tag.attributes * tag.attributes / 2
      if isEnd { close(name) } else { self.open(name, attributes: tag.attributes) }
      if !isEnd, HTMLScan.rawText.contains(name) {
        return HTMLScan.end(of: "</" + name, in: html, from: tag.end, keepsMark: true)
      }
      return tag.end
    }

    private mutating func open(_ name: String, attributes: Int) {
      tags += 1
      // Within a table there are two more elements for each one counted here.
      steps += depth + 3 * (open["table"] ?? 0)
      if name == "html" || name == "body" { rootAttributes += attributes }
      guard !HTMLScan.void.contains(name) else { return }
      open[name, default: 0] += 1
      if HTMLScan.closedByItself.contains(name) { return }
      depth += 1
      deepest = max(deepest, depth)
      if HTMLScan.formatting.contains(name) {
        formatting += 1
        formattingTags += 1
        formattingDeepest = max(formattingDeepest, formatting)
        formattingAttributes = max(formattingAttributes, attributes)
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
  static func tagEnd(in html: [UInt8], from start: Int) -> Int { tag(in: html, from: start).end }

  /// From behind a tag's name: where the tag ends, and how many attributes it has.
  static func tag(in html: [UInt8], from start: Int) -> (end: Int, attributes: Int) {
    var index = start
    var quote: UInt8?
    var (inWord, inValue, afterEquals) = (false, false, false)
    var attributes = 0
    while index < html.count {
      let byte = html[index]
      index += 1
      if let open = quote {
        if byte == open { (quote, inWord, inValue) = (nil, false, false) }
      } else if byte == UInt8(ascii: ">") {
        return (index, attributes)
      } else if byte == UInt8(ascii: "="), !inValue {
        afterEquals = true
      } else if byte.isHeaderSpace || byte == 0x0C || (byte == UInt8(ascii: "/") && !afterEquals && !inValue) {
        (inWord, inValue) = (false, false)
      } else if afterEquals {
        (afterEquals, inWord, inValue) = (false, true, true)
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
      } else {
        if !inWord { attributes += 1 }
        inWord = true
      }
    }
    return (html.count, attributes)
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
