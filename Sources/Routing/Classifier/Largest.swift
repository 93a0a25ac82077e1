/// The few largest of many numbers, largest first; of equals the earlier one. Keeps its buffer.
struct Largest {
  private(set) var items: [(place: Int, value: Float)] = []
  private var most = 0
  /// What a number must exceed to get in.
  private(set) var bar = -Float.infinity

  /// Forgets what it has and takes up to `most`.
  mutating func begin(_ most: Int) {
    items.removeAll(keepingCapacity: true)
    (self.most, bar) = (most, most > 0 ? -.infinity : .infinity)
  }

  @inline(__always)
  mutating func offer(_ place: Int, _ value: Float) {
    if value > bar { add(place, value) }
  }

  private mutating func add(_ place: Int, _ value: Float) {
    if items.count == most { items.removeLast() }
    items.append((place, value))
    var at = items.count - 1
    while at > 0, items[at - 1].value < value {
      items.swapAt(at - 1, at)
      at -= 1
    }
    if items.count == most { bar = items[most - 1].value }
  }
}
