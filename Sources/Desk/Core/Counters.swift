import Synchronization

/// Counts by name and labels, for `/metrics`. Labels are names from the configuration or fixed words: never customers'.
package final class Counters: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  package init() {}

  /// `name` in Prometheus form, `labels` as `key="value"` pairs.
  package func add(_ name: String, _ labels: KeyValuePairs<String, String> = [:], by amount: Int = 1) {
    let key = labels.isEmpty ? name : "\(name){\(labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ","))}"
    counts.withLock { $0[key, default: 0] += amount }
  }

  /// All series, sorted.
  package var snapshot: [(series: String, count: Int)] {
    counts.withLock { $0 }.sorted { $0.key < $1.key }.map { (series: $0.key, count: $0.value) }
  }
}
