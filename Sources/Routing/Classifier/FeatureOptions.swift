/// What is taken from a text, and how much each kind of feature counts. Stored in the model: a text must be read as the
/// training texts were.
struct FeatureOptions: Sendable, Hashable {
  /// Longest run of words taken as one feature; letters across words tell the rest.
  var wordsMax = 2
  /// The same of runs that begin with a Han character.
  var hanWordsMax = 3
  /// Pairs of spaced words with up to this many words between them.
  var gapMax = 0
  /// Pairs that begin with a Han character: two characters are less than two words, so they may stand further apart.
  var hanGapMax = 8
  /// Shortest and longest run of letters, spaces between words included; Latin and other spaced scripts only.
  var lettersMin = 2
  var lettersMax = 4
  /// Lengths that the vectors of the groups are brought to, for a text of spaced words: neither the many pairs nor the
  /// few single words drown the others.
  var spaced = GroupLengths(singles: 0.85, runs: 0.7, letters: 1.5)
  /// For a text of Han characters. Mixed texts lie between, by the share of their words: a product name in Latin letters
  /// must not outweigh the Chinese sentence around it.
  var unspaced = GroupLengths(singles: 1, runs: 1.1, letters: 0)

  func lengths(spacedShare share: Float) -> GroupLengths {
    GroupLengths(
      singles: unspaced.singles + (spaced.singles - unspaced.singles) * share,
      runs: unspaced.runs + (spaced.runs - unspaced.runs) * share,
      letters: unspaced.letters + (spaced.letters - unspaced.letters) * share)
  }

  /// The words, of so many, at which a run that begins with a word may end.
  func runs(after first: Int, isHan: Bool, of count: Int) -> Range<Int> {
    (first + 1)..<max(first + 1, min(first + (isHan ? hanWordsMax : wordsMax), count))
  }

  /// The words, of so many, that make a pair with a word, the next one aside: that is a run.
  func pairs(after first: Int, isHan: Bool, of count: Int) -> Range<Int> {
    (first + 2)..<max(first + 2, min(first + 2 + (isHan ? hanGapMax : gapMax), count))
  }
}

/// Single words; runs and pairs of words; runs of letters.
struct GroupLengths: Sendable, Hashable {
  var singles: Float
  var runs: Float
  var letters: Float

  var all: [Float] { [singles, runs, letters] }
}
