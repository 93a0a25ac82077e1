/// Percentiles of a list of numbers (METRICS §4). They are made from the values themselves, never from other percentiles.
package enum Percentiles {
  /// Nearest rank: the value at ⌈p·n⌉ of the sorted list, always one that was observed (SQL `percentile_disc`). `nil` for
  /// an empty list. `percent` is 1…100.
  package static func nearestRank(_ percent: Int, ofSorted values: [Int64]) -> Int64? {
    guard !values.isEmpty else { return nil }
    let rank = (min(max(percent, 0), 100) * values.count + 99) / 100
    return values[max(rank, 1) - 1]
  }

  /// Linear between neighbours, Hyndman and Fan's type 7 (`percentile_cont`, PERCENTILE.INC): only where it is labelled.
  package static func linear(_ percent: Double, ofSorted values: [Int64]) -> Double? {
    guard let last = values.last else { return nil }
    let place = Double(values.count - 1) * min(max(percent, 0), 100) / 100
    let low = Int(place)
    guard low + 1 < values.count else { return Double(last) }
    return Double(values[low]) + (place - Double(low)) * Double(values[low + 1] - values[low])
  }
}

/// Count and percentiles of a list of durations in seconds, never an average alone.
package struct DurationSummary: Sendable, Hashable {
  package var count: Int
  package var p50: Int64?
  package var p90: Int64?
  package var p95: Int64?
  /// Sum of all values.
  package var sum: Int64

  package init(_ values: [Int64]) {
    let sorted = values.sorted()
    (count, sum) = (sorted.count, sorted.reduce(0, +))
    p50 = Percentiles.nearestRank(50, ofSorted: sorted)
    p90 = Percentiles.nearestRank(90, ofSorted: sorted)
    p95 = Percentiles.nearestRank(95, ofSorted: sorted)
  }

  package var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }
}
