import CGumbo

/// Walks an HTML tree and writes lines.
struct HTMLRenderer {
  let cutsQuotes: Bool
  private(set) var lines: [String] = []
  /// New words stand between two citations: without those nobody understands them.
  private(set) var isAnsweredInline = false
  /// Where the lines below the last citation begin.
  private var belowCitation: Int?
  private var line = ""
  private var needsSpace = false
  private var quoteDepth = 0
  private var preDepth = 0
  private var lists: [Int?] = []
  private var isStopped = false
  /// Text read so far under the open link.
  private var linkText: String?

  init(cutsQuotes: Bool) { self.cutsQuotes = cutsQuotes }

  /// At most one blank line in a row.
  var text: String {
    var out: [String] = []
    for line in lines + (line.isEmpty ? [] : [finished(line)]) where !(line.isEmpty && (out.last?.isEmpty ?? true)) {
      out.append(line)
    }
    while out.last?.isEmpty == true { out.removeLast() }
    return out.joined(separator: "\n")
  }

  mutating func visit(_ node: UnsafeMutablePointer<GumboNode>) {
    guard !isStopped else { return }
    switch node.pointee.type {
    case GUMBO_NODE_DOCUMENT:
      for child in HTMLElement.nodes(node.pointee.v.document.children) { visit(child) }
    case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA: write(String(cString: node.pointee.v.text.text))
    case GUMBO_NODE_ELEMENT: element(HTMLElement(node: node))
    default: break
    }
  }

  private mutating func element(_ element: HTMLElement) {
    guard !HTMLRenderer.skipped.contains(element.tag.rawValue), !element.isHidden else { return }
    if cutsQuotes, let mark = HTMLQuoteMarks.mark(on: element) {
      if mark == .citation {
        // Answers within the quote are visited, the block quotes in it met one by one.
        if HTMLQuoteMarks.isAnswered(element) { return children(element) }
        meetCitation()
      }
      isStopped = mark == .cutRest
      if element.tag == GUMBO_TAG_BLOCKQUOTE || element.tag == GUMBO_TAG_DIV { breakLine() }
      return
    }
    switch element.tag {
    case GUMBO_TAG_BR: endLine()
    case GUMBO_TAG_HR: blankLine()
    case GUMBO_TAG_IMG: image(element)
    case GUMBO_TAG_A: link(element)
    case GUMBO_TAG_PRE: preformatted(element)
    case GUMBO_TAG_BLOCKQUOTE: quote(element)
    case GUMBO_TAG_UL, GUMBO_TAG_OL: list(element)
    case GUMBO_TAG_LI: item(element)
    case GUMBO_TAG_TD, GUMBO_TAG_TH:
      children(element)
      needsSpace = true
    default: container(element)
    }
  }

  private mutating func meetCitation() {
    breakLine()
    if let start = belowCitation, !isAnsweredInline { isAnsweredInline = saysSomething(lines[start...]) }
    belowCitation = lines.count
  }

  /// More than the line that introduces the next citation.
  private func saysSomething(_ lines: ArraySlice<String>) -> Bool {
    let lines = lines.map { TextLine(Substring($0)) }
    var index = 0
    while index < lines.count {
      if let last = Attribution.end(in: lines, from: index) {
        index = last
      } else if !lines[index].isBlank {
        return true
      }
      index += 1
    }
    return false
  }

  private mutating func children(_ element: HTMLElement) { for child in element.children { visit(child) } }

  private mutating func container(_ element: HTMLElement) {
    let raw = element.tag.rawValue
    let isParagraph =
      HTMLRenderer.paragraphs.contains(raw) && !element.style.hasPrefix("margin:0")
      && !element.classes.contains("MsoNormal")
    guard isParagraph || HTMLRenderer.blocks.contains(raw) || HTMLRenderer.paragraphs.contains(raw) else {
      return children(element)
    }
    isParagraph ? blankLine() : breakLine()
    children(element)
    isParagraph ? blankLine() : breakLine()
  }

  private mutating func preformatted(_ element: HTMLElement) {
    blankLine()
    preDepth += 1
    children(element)
    preDepth -= 1
    blankLine()
  }

  private mutating func quote(_ element: HTMLElement) {
    // Web mail's "indent" button makes block quotes too, without a border.
    let isIndent = element.style.contains("border:none") && element["type"] == nil && element.classes.isEmpty
    breakLine()
    quoteDepth += isIndent ? 0 : 1
    children(element)
    breakLine()
    quoteDepth -= isIndent ? 0 : 1
  }

  private mutating func list(_ element: HTMLElement) {
    breakLine()
    lists.append(element.tag == GUMBO_TAG_OL ? Int(element["start"] ?? "1") ?? 1 : nil)
    children(element)
    lists.removeLast()
    breakLine()
  }

  private mutating func item(_ element: HTMLElement) {
    breakLine()
    let indent = String(repeating: "  ", count: max(0, min(lists.count, 10) - 1))
    if let last = lists.last, let number = last {
      line = indent + "\(number). "
      lists[lists.count - 1] = number &+ 1
    } else {
      line = indent + "- "
    }
    children(element)
    breakLine()
  }

  /// The target is kept where the words do not already show it.
  private mutating func link(_ element: HTMLElement) {
    linkText = ""
    children(element)
    let shown = linkText ?? ""
    linkText = nil
    guard let target = element["href"]?.trimmed, HTMLRenderer.isWeb(target), target.utf8.count <= 500, !shown.isBlank
    else { return }
    let bare = target.drop { $0 != ":" }.drop { $0 == ":" || $0 == "/" }
    let core = bare.hasSuffix("/") ? bare.dropLast() : bare
    if !shown.contains(core) { write(" <\(target)>") }
  }

  private static func isWeb(_ target: String) -> Bool {
    let start = target.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }

  private mutating func image(_ element: HTMLElement) {
    guard let words = element["alt"]?.trimmed, !words.isEmpty, !element.isTrackingPixel else { return }
    write("[\(words)]")
  }

  private mutating func write(_ raw: String) {
    if preDepth > 0 { return writePreformatted(raw) }
    for scalar in raw.unicodeScalars {
      switch scalar {
      case " ", "\t", "\n", "\r", "\u{0C}", "\u{A0}": needsSpace = true
      case "\u{200B}", "\u{200C}", "\u{FEFF}", "\u{AD}", "\u{34F}": continue
      default:
        if needsSpace, !line.isEmpty, line.unicodeScalars.last != " " { line += " " }
        needsSpace = false
        line.unicodeScalars.append(scalar)
        linkText?.unicodeScalars.append(scalar)
      }
    }
  }

  private mutating func writePreformatted(_ raw: String) {
    for (index, piece) in raw.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { endLine() }
      line += piece
    }
  }

  private func finished(_ line: String) -> String {
    guard quoteDepth > 0 else { return line }
    return String(repeating: ">", count: min(quoteDepth, 50)) + " " + line
  }

  /// Ends the line, also an empty one.
  private mutating func endLine() {
    lines.append(line.isEmpty ? "" : finished(line))
    line = ""
    needsSpace = false
  }

  /// A new line begins here.
  private mutating func breakLine() {
    needsSpace = false
    if !line.isEmpty { endLine() }
  }

  private mutating func blankLine() {
    breakLine()
    if lines.last?.isEmpty == false { lines.append("") }
  }

  private static let skipped: Set<UInt32> = tags([
    GUMBO_TAG_HEAD, GUMBO_TAG_STYLE, GUMBO_TAG_SCRIPT, GUMBO_TAG_TITLE, GUMBO_TAG_TEMPLATE, GUMBO_TAG_OBJECT,
    GUMBO_TAG_IFRAME, GUMBO_TAG_SELECT, GUMBO_TAG_TEXTAREA, GUMBO_TAG_AUDIO, GUMBO_TAG_VIDEO, GUMBO_TAG_SVG,
  ])
  private static let paragraphs: Set<UInt32> = tags([
    GUMBO_TAG_P, GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6,
  ])
  private static let blocks: Set<UInt32> = tags([
    GUMBO_TAG_DIV, GUMBO_TAG_TABLE, GUMBO_TAG_TR, GUMBO_TAG_SECTION, GUMBO_TAG_ARTICLE, GUMBO_TAG_HEADER,
    GUMBO_TAG_FOOTER, GUMBO_TAG_CENTER, GUMBO_TAG_FORM, GUMBO_TAG_FIELDSET, GUMBO_TAG_DL, GUMBO_TAG_DT, GUMBO_TAG_DD,
    GUMBO_TAG_ADDRESS, GUMBO_TAG_MAIN, GUMBO_TAG_ASIDE, GUMBO_TAG_NAV, GUMBO_TAG_FIGURE, GUMBO_TAG_BODY,
    GUMBO_TAG_CAPTION,
  ])

  private static func tags(_ tags: [GumboTag]) -> Set<UInt32> { Set(tags.map(\.rawValue)) }
}
