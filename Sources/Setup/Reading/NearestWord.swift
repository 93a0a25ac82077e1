/// The word of `words` that `read` was probably meant to be; `nil` when none is near enough to be worth a guess.
///
/// Near = at most a third of its letters wrong, one for the shortest words; letters' case and `-`/`_` do not count.
/// Ties go to the earlier word.
package func nearestWord(to read: String, among words: some Sequence<String>) -> String? {
  let wanted = folded(read)
  guard wanted.count <= 64 else { return nil }
  var best: (word: String, distance: Int)?
  for word in words {
    let candidate = folded(word)
    let allowed = max(1, max(candidate.count, wanted.count) / 3)
    let distance = editDistance(wanted, candidate)
    if distance <= allowed, distance < best?.distance ?? .max { best = (word, distance) }
  }
  return best?.word
}

private func folded(_ word: String) -> [Unicode.Scalar] {
  word.lowercased().unicodeScalars.map { $0 == "_" ? "-" : $0 }
}

/// Damerau–Levenshtein distance in its optimal-string-alignment form: insertions, deletions, substitutions, and
/// neighbours swapped, each counting one (Damerau, "A technique for computer detection and correction of spelling
/// errors", 1964).
package func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in 1...left.count {
    var row = [i]
    for j in 1...right.count {
      var cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        cost = min(cost, beforeLast[j - 2] + 1)
      }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}
