/// Cuts a text into pieces that a provider accepts.
package struct TextSplitter: Sendable, Hashable {
  /// What the provider's limit counts.
  package enum Unit: Sendable, Hashable {
    /// UTF-16 code units: never fewer than the characters any provider counts.
    case characters
    /// UTF-8 bytes.
    case bytes
  }

  package var limit: Int
  package var unit: Unit

  /// `limit` is at least 1.
  package init(limit: Int, unit: Unit = .characters) { (self.limit, self.unit) = (max(1, limit), unit) }

  /// The pieces in order; joined they are the text again. None is longer than the limit, none begins or ends inside a
  /// character (a grapheme cluster) unless one alone is too long. A cut goes after a paragraph if one ends in the
  /// second half of the piece, else after a sentence, else after a blank, else between characters.
  /// Pieces of nothing but white space are left out: providers refuse them.
  package func pieces(_ text: String) -> [String] {
    guard size(text) > limit else { return isBlank(text) ? [] : [text] }
    var (pieces, start) = ([String](), text.startIndex)
    while start < text.endIndex {
      let end = cut(text, from: start)
      let piece = String(text[start..<end])
      if !isBlank(piece) { pieces += size(piece) > limit ? fragments(piece) : [piece] }
      start = end
    }
    return pieces
  }

  private func size(_ text: some StringProtocol) -> Int { unit == .bytes ? text.utf8.count : text.utf16.count }

  private func size(_ character: Character) -> Int { unit == .bytes ? character.utf8.count : character.utf16.count }

  private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

  /// Where the piece that starts at `start` ends; always after `start`. Looks at no more than one piece's length, and
  /// gives back at least half of it, so the whole text is looked at twice at most.
  private func cut(_ text: String, from start: String.Index) -> String.Index {
    var (used, index, best, bestRank) = (0, start, String.Index?.none, Rank.none)
    var previous: Character?
    while index < text.endIndex {
      let character = text[index]
      let length = size(character)
      if used + length > limit { return best ?? (index > start ? index : text.index(after: start)) }
      used += length
      text.formIndex(after: &index)
      let rank = Rank(after: character, previous: previous, next: index < text.endIndex ? text[index] : nil)
      if rank != .none, rank >= bestRank, used * 2 >= limit { (best, bestRank) = (index, rank) }
      previous = character
    }
    return text.endIndex
  }

  /// One character that is too long by itself (hundreds of combining marks): cut between its scalars.
  private func fragments(_ text: String) -> [String] {
    var (fragments, current) = ([String](), String.UnicodeScalarView())
    var used = 0
    for scalar in text.unicodeScalars {
      let length = unit == .bytes ? UTF8.width(scalar) : UTF16.width(scalar)
      if used + length > limit, used > 0 {
        fragments.append(String(current))
        (current, used) = (String.UnicodeScalarView(), 0)
      }
      current.append(scalar)
      used += length
    }
    return used > 0 ? fragments + [String(current)] : fragments
  }
}

/// How good a place for a cut is.
private enum Rank: Int, Comparable {
  case none, blank, line, sentence, paragraph

  static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }

  private static let fullStops: Set<Character> = [".", "!", "?", "…", "。", "！", "？", "；", "．", "｡"]
  /// Stand between a full stop and the next sentence.
  private static let closers: Set<Character> = ["\"", "'", ")", "]", "”", "’", "」", "』", "）", "】", "》"]

  init(after character: Character, previous: Character?, next: Character?) {
    if character.isNewline {
      self = previous?.isNewline == true ? .paragraph : .line
    } else if character.isWhitespace {
      let isAfterStop = previous.map { Rank.fullStops.contains($0) || Rank.closers.contains($0) } ?? false
      self = isAfterStop ? .sentence : .blank
    } else if let next, Rank.closers.contains(next) || Rank.fullStops.contains(next) || next.isWhitespace {
      self = .none
    } else if Rank.closers.contains(character), let previous, Rank.isWide(previous) {
      self = .sentence
    } else {
      self = Rank.isWide(character) ? .sentence : .none
    }
  }

  /// Full stops of Chinese and Japanese, which no blank follows.
  private static func isWide(_ character: Character) -> Bool {
    fullStops.contains(character) && !character.isASCII && character != "…"
  }
}
