/// What is taken from a text, and how much each kind of feature counts. Stored in the model: a text must be read as the
/// training texts were.
struct FeatureOptions: Sendable, Hashable {
  /// Longest run of words (Latin) or characters (Han) taken as one feature.
  var wordsMax = 3
  /// Pairs of words with up to this many words between them.
  var gapMax = 2
  /// Shortest and longest run of letters, spaces between words included; Latin and other spaced scripts only.
  var lettersMin = 2
  var lettersMax = 4
  /// Length of the vector of letter runs beside that of the words, which is 1.
  var lettersWeight: Float = 1.5
}

/// The two kinds of features; each is brought to its own length before they are joined.
enum FeatureGroup {
  static let words: UInt8 = 0
  static let letters: UInt8 = 1
}
