/// How much a feature says: how unevenly it is spread over the labels, and how rare it is.
struct FeatureWeights {
  /// 0 = rarity does not count, 1 = inverse document frequency in full.
  var rarityPower: Double = 0
  /// Power of 1 − entropy over labels (balanced distributional concentration, Wang et al. 2015).
  var focusPower: Double = 0.5
  /// Sightings spread evenly over the labels that every feature is given, so that one seen twice is not taken for sure.
  var prior: Double = 8

  /// By number of feature.
  func weights(_ set: VectorSet, features: Int, labels: Int) -> [Float] {
    let holders = Self.holders(set, features: features)
    var tally = [Int32](repeating: 0, count: labels)
    return (0..<features).map { feature in
      weight(holders.labels[holders.starts[feature]..<holders.starts[feature + 1]], set.count, &tally)
    }
  }

  private func weight(_ holders: ArraySlice<Int32>, _ texts: Int, _ tally: inout [Int32]) -> Float {
    for label in holders { tally[Int(label)] += 1 }
    let (labels, total) = (Double(max(tally.count, 2)), Double(holders.count) + prior)
    var (entropy, seen) = (0.0, 0.0)
    for label in holders where tally[Int(label)] > 0 {
      let share = (Double(tally[Int(label)]) + prior / labels) / total
      entropy -= share * Logarithm.natural(share)
      seen += 1
      tally[Int(label)] = 0
    }
    let rest = prior / labels / total
    if rest > 0 { entropy -= (labels - seen) * rest * Logarithm.natural(rest) }
    let focus = max(1 - entropy / Logarithm.natural(labels), 0) + 0.05
    let rarity = Logarithm.natural((1 + Double(texts)) / (1 + Double(holders.count))) + 1
    return Float(Logarithm.power(focus, focusPower) * Logarithm.power(rarity, rarityPower))
  }

  /// For each feature the labels of the texts that hold it.
  private static func holders(_ set: VectorSet, features: Int) -> (starts: [Int], labels: [Int32]) {
    var starts = [Int](repeating: 0, count: features + 1)
    for feature in set.features { starts[Int(feature) + 1] += 1 }
    for feature in 0..<features { starts[feature + 1] += starts[feature] }
    var (next, labels) = (starts, [Int32](repeating: 0, count: set.features.count))
    for row in 0..<set.count {
      for item in set.starts[row]..<set.starts[row + 1] {
        let feature = Int(set.features[item])
        labels[next[feature]] = Int32(set.labels[row])
        next[feature] += 1
      }
    }
    return (starts, labels)
  }
}
