/// What is new in a mail's text: quotes, the lines that introduce them, signatures cut. A view; the whole text is
/// kept beside it.
enum ReplyTrimmer {
  /// More lines than people write; what lies beyond is left as it is.
  private static let linesMax = 200_000

  /// - Parameters:
  ///   - text: what may hold quotes; for HTML, what the tree left over.
  ///   - whole: shown where nothing new is found.
  /// - Returns: the new part, or the whole text where cutting would leave nothing or where answers stand between the
  /// quotes.
  static func newPart(of text: String, whole: String) -> String {
    let lines = text.utf8.split(separator: 0x0A, maxSplits: linesMax, omittingEmptySubsequences: false)
      .map { TextLine(Substring($0)) }
    var pass = Pass(lines: lines)
    pass.run()
    if pass.isAnsweredInline { return whole.trimmed }
    let kept = withoutTrailing(pass.kept)
    let reply = kept.map(\.raw).joined(separator: "\n").trimmed
    return reply.isBlank ? whole.trimmed : reply
  }

  /// Ends of the new part that say nothing: blank lines, rulers before a quote, "Sent from my …".
  private static func withoutTrailing(_ lines: [TextLine]) -> ArraySlice<TextLine> {
    var kept = lines[...]
    while let last = kept.last {
      guard
        last.isBlank || last.isRuler || MobileSignature.matches(last)
          || SignatureBlock.isName(last, after: kept.dropLast())
      else { break }
      kept.removeLast()
    }
    return kept.contains { !$0.isBlank } ? kept : lines[...]
  }

  private struct Pass {
    let lines: [TextLine]
    private let footerRuleMin = 20
    private(set) var kept: [TextLine] = []
    private var index = 0
    private var introductions = Attribution.Search()
    private var inFence = false
    /// Quoted blocks after which something new was said.
    private var answeredBlocks = 0
    private var lastWasQuoted = false

    init(lines: [TextLine]) { self.lines = lines }

    var isAnsweredInline: Bool { answeredBlocks >= 2 }

    mutating func run() {
      while index < lines.count {
        let line = lines[index]
        if line.isFence { inFence.toggle() }
        if inFence || line.isBlank {
          keep(line)
        } else if isGroupWise(line) {
          return
        } else if let last = MobileSignature.tableEnd(in: lines, from: index) {
          index = last + 1
        } else if line.isQuoted || isBrokenLink(line) {
          lastWasQuoted = true
          index += 1
        } else if ForwardMark.matches(line) {
          kept += lines[index...]
          return
        } else if let last = introductions.end(in: lines, from: index) {
          dropName(before: line)
          guard quoteFollows(after: last) else { return }
          index = last + 1
          lastWasQuoted = skipBars()
        } else if endsHere(line) {
          dropTitle(before: line)
          return
        } else {
          keep(line)
        }
      }
    }

    private mutating func keep(_ line: TextLine) {
      if !line.isBlank, lastWasQuoted {
        answeredBlocks += 1
        lastWasQuoted = false
      }
      kept.append(line)
      index += 1
    }

    /// `Bo Berg⏎<bo@x.example> wrote:` — the name stands in the line before.
    private mutating func dropName(before line: TextLine) {
      guard line.words.hasPrefix("<"), let name = kept.last, index > 0, !name.isBlank,
        kept.count < 2 || kept[kept.count - 2].isBlank,
        name.words.utf8.count <= 60, name.words.split(separator: " ").count <= 5,
        name.words.last.map({ !".!?,;:。！？，：".contains($0) }) == true
      else { return }
      kept.removeLast()
    }

    /// `-----Izvorna poruka-----` over headers, in whatever language.
    private mutating func dropTitle(before line: TextLine) {
      guard line.label != nil, let place = kept.lastIndex(where: { !$0.isBlank }), kept.count - place <= 2 else {
        return
      }
      let words = kept[place].words
      let bare = words.withoutRules
      let isRuled = words.hasPrefix("--") && words.hasSuffix("--") || words.hasPrefix("__") && words.hasSuffix("__")
      guard isRuled, !bare.isEmpty, bare.utf8.count <= 80, bare.split(separator: " ").count <= 5 else { return }
      kept.removeSubrange(place...)
    }

    /// A long address in a quote, broken so that its rest stands without a mark: `(https://…) >`.
    private func isBrokenLink(_ line: TextLine) -> Bool {
      guard lastWasQuoted, index > 0, lines[index - 1].isQuoted else { return false }
      let words = line.words.drop { $0 == "(" || $0 == "<" || $0 == " " }
      return words.utf8.count < line.words.utf8.count && (words.hasPrefix("http://") || words.hasPrefix("https://"))
    }

    private func endsHere(_ line: TextLine) -> Bool {
      (line.isSignatureMark && SignatureBlock.follows(line, in: lines, at: index))
        || SignatureBlock.begins(in: lines, at: index) || OriginalMark.matches(line)
        || HeaderBlock.begins(in: lines, at: index) || isFooterRule(line)
    }

    /// GroupWise puts `>>> Bo <bo@x.example> 1/5/2023 10:00 >>>` over old words that it leaves unmarked.
    private func isGroupWise(_ line: TextLine) -> Bool {
      line.words.hasPrefix(">>> ") && line.words.hasSuffix(" >>>")
        && line.words.utf8.contains { (0x30...0x39).contains($0) }
    }

    /// The rule over a list's or a server's footer: it is long, or says so below it, and little follows.
    private func isFooterRule(_ line: TextLine) -> Bool {
      guard line.isUnderscores else { return false }
      let below = lines[index...].prefix(16).filter { !$0.isBlank }
      guard below.count <= 13 else { return false }
      return line.words.utf8.count >= footerRuleMin || below.dropFirst().first.map(SignatureBlock.isFooter) == true
    }

    /// An introduction before quoted lines takes only those with it; before unquoted ones it ends the reply.
    private func quoteFollows(after last: Int) -> Bool {
      guard let next = lines[(last + 1)...].prefix(5).first(where: { !$0.isBlank }) else { return true }
      return next.isQuoted || next.isBarred
    }

    /// Quotes marked with `|` count as such only after an introduction.
    private mutating func skipBars() -> Bool {
      while index < lines.count, lines[index].isBlank || lines[index].isBarred { index += 1 }
      return true
    }
  }
}
