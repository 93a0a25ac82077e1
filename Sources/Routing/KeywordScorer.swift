import Conversations

/// Counts the keywords of the table's categories in what `WordIndex` found.
///
/// A keyword weighs √n, n = its Han characters + a third of its other letters: long phrases say more than short
/// words. It is shared evenly when several categories name it, doubled in the subject, counts for nothing right after a
/// negation (`不是退款`, `not a refund`) or inside a longer keyword that was found, and a little less each time it is repeated.
struct KeywordScorer: Sendable {
  /// By number of pattern: the categories (by place in the table) it speaks for.
  private var speaksFor: [Int: [Int]] = [:]
  private var weights: [Int: Double] = [:]
  private var negations: Set<Int> = []
  private var questions: Set<Int> = []
  private let names: [String]
  private let boosts: [Double]

  /// An urgent category needs less evidence than a harmless one to win: a missed fraud costs more than a false alarm.
  private static let urgentBoost = 1.5
  /// One ordinary keyword (weight 1.4) alone gives 0.82.
  private static let evidenceScale = 0.3

  /// What comes right before a word to say that it is not the matter.
  private static let negationWords = [
    "不是", "不是要", "并非", "不想", "不要", "不需要", "不是关于", "而不是", "无关", "not a", "not an", "not the", "not about",
    "isn't a", "isn't about", "is not about", "rather than", "rather than a", "instead of", "instead of a",
    "don't want a", "do not want a", "don't need a", "do not need a", "not asking for", "not asking for a",
  ]

  /// What ends like a negation and is a question: `是不是退款了`.
  private static let questionWords = ["是不是", "要不要", "想不想", "需不需要", "可不可以", "isn't it a", "why is it not a"]

  init(_ categories: [CategoryDefinition], index: inout WordIndex) {
    names = categories.map(\.name)
    boosts = categories.map { $0.isUrgent ? Self.urgentBoost : 1 }
    for (place, category) in categories.enumerated() {
      for keyword in category.keywords {
        guard let number = index.add(keyword) else { continue }
        if speaksFor[number]?.contains(place) != true { speaksFor[number, default: []].append(place) }
        weights[number] = Self.weight(of: index.patterns[number].text)
      }
    }
    negations = Set(Self.negationWords.compactMap { index.add($0) })
    questions = Set(Self.questionWords.compactMap { index.add($0) })
  }

  static func weight(of keyword: String) -> Double {
    let units = keyword.unicodeScalars.reduce(0.0) { sum, scalar in
      scalar == " " ? sum : sum + (TextFolding.isUnspaced(scalar.value) ? 1 : 1.0 / 3)
    }
    return units.squareRoot()
  }

  /// One keyword that counted.
  struct Evidence {
    var pattern: Int
    var categories: [Int]
    var start: Int
    var inSubject: Bool
    var weight: Double
  }

  func evidence(in findings: WordIndex.Findings, isSubject: Bool) -> [Evidence] {
    let keywords = longest(findings.hits.filter { speaksFor[$0.pattern] != nil })
    let asked = Set(findings.hits.lazy.filter { questions.contains($0.pattern) }.map(\.end))
    let negated = Set(findings.hits.lazy.filter { negations.contains($0.pattern) }.map(\.end)).subtracting(asked)
    var times: [Int: Int] = [:]
    var evidence: [Evidence] = []
    for hit in keywords where !negated.contains(hit.start) && !negated.contains(hit.start - 1) {
      let earlier = times[hit.pattern, default: 0]
      times[hit.pattern] = earlier + 1
      guard earlier < 3, let categories = speaksFor[hit.pattern], let weight = weights[hit.pattern] else { continue }
      let repeated = earlier == 0 ? 1.0 : 0.25
      evidence.append(
        Evidence(
          pattern: hit.pattern, categories: categories, start: hit.start, inSubject: isSubject,
          weight: weight * repeated * (isSubject ? 2 : 1) / Double(categories.count)))
    }
    return evidence
  }

  /// Without those that lie inside another one.
  private func longest(_ hits: [WordAutomaton.Hit]) -> [WordAutomaton.Hit] {
    guard hits.count > 1 else { return hits }
    var (kept, reach) = ([WordAutomaton.Hit](), 0)
    for hit in hits.sorted(by: { $0.start == $1.start ? $0.end > $1.end : $0.start < $1.start }) {
      // The same span again is the `*` twin of a pattern.
      let isTwin = kept.last.map { $0.start == hit.start && $0.end == hit.end } ?? false
      if hit.end > reach || isTwin {
        kept.append(hit)
        reach = max(reach, hit.end)
      }
    }
    return kept
  }

  /// Confidence = share of all evidence × how much there is: two categories with equal evidence stay below one half.
  func scores(_ evidence: [Evidence]) -> [Classification.Score] {
    guard !evidence.isEmpty else { return [] }
    var sums = [Double](repeating: 0, count: names.count)
    for item in evidence { for category in item.categories { sums[category] += item.weight * boosts[category] } }
    let total = sums.reduce(0, +)
    let order = sums.indices.filter { sums[$0] > 0 }.sorted { sums[$0] == sums[$1] ? $0 < $1 : sums[$0] > sums[$1] }
    return order.map { place in
      let sum = sums[place]
      return Classification.Score(
        category: names[place], confidence: sum / total * sum / (sum + Self.evidenceScale))
    }
  }

  func names(of item: Evidence) -> [String] { item.categories.map { names[$0] } }
}
