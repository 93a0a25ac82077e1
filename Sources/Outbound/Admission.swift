/// Who may be under way, and who waits. Pure.
///
/// libcurl could limit connections by itself, but there a waiting transfer's time runs: a burst to one slow server
/// would time out in the queue. Here it waits before libcurl knows of it, first come first served per destination.
package struct Admission<Key: Hashable, Item> {
  private let perKeyMax: Int
  private let totalMax: Int
  private var active: [Key: Int] = [:]
  /// How many are under way.
  package private(set) var activeTotal = 0
  private var waiting: [Key: ArraySlice<Item>] = [:]
  /// Destinations with somebody waiting, in the order in which they get the next free place.
  private var turns: ArraySlice<Key> = []

  /// Limits below 1 count as 1: nobody waits for ever.
  package init(perKeyMax: Int, totalMax: Int) {
    (self.perKeyMax, self.totalMax) = (max(1, perKeyMax), max(1, totalMax))
  }

  /// - Returns: whether `item` may start now; otherwise it waits.
  package mutating func arrive(_ item: Item, for key: Key) -> Bool {
    if hasRoom(for: key), waiting[key] == nil {
      take(key)
      return true
    }
    if waiting[key] == nil { turns.append(key) }
    waiting[key, default: []].append(item)
    return false
  }

  /// One of `key` has ended.
  /// - Returns: those that start now, already counted.
  package mutating func leave(_ key: Key) -> [Item] {
    active[key, default: 1] -= 1
    if active[key] == 0 { active[key] = nil }
    activeTotal -= 1
    var started: [Item] = []
    var turnsLeft = turns.count
    while activeTotal < totalMax, turnsLeft > 0, let key = turns.popFirst() {
      turnsLeft -= 1
      if let next = next(of: key) { started.append(next) }
      if waiting[key] != nil { turns.append(key) }
    }
    return started
  }

  /// Takes the waiting items that match out of the queues.
  package mutating func withdraw(where matches: (Item) -> Bool) -> [Item] {
    var withdrawn: [Item] = []
    for (key, items) in waiting where items.contains(where: matches) {
      withdrawn += items.filter(matches)
      let rest = items.filter { !matches($0) }
      waiting[key] = rest.isEmpty ? nil : rest[...]
      if rest.isEmpty { turns.removeAll { $0 == key } }
    }
    return withdrawn
  }

  private func hasRoom(for key: Key) -> Bool { activeTotal < totalMax && active[key, default: 0] < perKeyMax }

  private mutating func take(_ key: Key) {
    active[key, default: 0] += 1
    activeTotal += 1
  }

  private mutating func next(of key: Key) -> Item? {
    guard hasRoom(for: key), let item = waiting[key]?.popFirst() else { return nil }
    if waiting[key]?.isEmpty == true {
      waiting[key] = nil
      turns.removeAll { $0 == key }
    }
    take(key)
    return item
  }
}
