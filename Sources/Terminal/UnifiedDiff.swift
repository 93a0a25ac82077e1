/// How one text differs from another, in the form of POSIX `diff -u`: three lines of what stayed around what changed.
package struct UnifiedDiff: Sendable {
  /// One of the two texts; `nil` as text = there is none, on that side.
  package struct Side: Sendable {
    package var name: String
    package var text: String?
    package init(_ name: String, _ text: String?) { (self.name, self.text) = (name, text) }
  }

  private enum Step {
    case kept(String)
    case removed(String)
    case added(String)

    var line: String {
      switch self {
      case .kept(let line): " " + line
      case .removed(let line): "-" + line
      case .added(let line): "+" + line
      }
    }
    var isKept: Bool { if case .kept = self { true } else { false } }
    var isInOld: Bool { if case .added = self { false } else { true } }
    var isInNew: Bool { if case .removed = self { false } else { true } }
  }

  private let old: Side
  private let new: Side
  private let steps: [Step]
  private static let around = 3
  private static let noLineEnd = "\\ No newline at end of file"

  package init(_ old: Side, _ new: Side) {
    (self.old, self.new) = (old, new)
    steps = Self.steps(Self.lines(old.text ?? ""), Self.lines(new.text ?? ""))
  }

  /// Empty when both are the same.
  package var lines: [String] {
    let hunks = hunks
    guard !hunks.isEmpty || (old.text == nil) != (new.text == nil) else { return [] }
    let heading = [
      "--- " + (old.text == nil ? "/dev/null" : old.name), "+++ " + (new.text == nil ? "/dev/null" : new.name),
    ]
    return heading + hunks.flatMap(shown)
  }

  /// Lines without their ends; the last one tells when it has none.
  private static func lines(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if text.utf8.last == 0x0A { lines.removeLast() } else { lines[lines.count - 1] += "\n" + noLineEnd }
    return lines
  }

  private static func steps(_ old: [String], _ new: [String]) -> [Step] {
    let difference = new.difference(from: old)
    let removed = Set(
      difference.removals.map { change in
        if case .remove(let offset, _, _) = change { offset } else { -1 }
      })
    let added = Set(
      difference.insertions.map { change in
        if case .insert(let offset, _, _) = change { offset } else { -1 }
      })
    var (steps, left, right) = ([Step](), 0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        steps.append(.removed(old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        steps.append(.added(new[right]))
        right += 1
      } else {
        steps.append(.kept(old[left]))
        (left, right) = (left + 1, right + 1)
      }
    }
    return steps
  }

  /// Where something changed, with the lines around it; what is near to each other is one.
  private var hunks: [Range<Int>] {
    var hunks: [Range<Int>] = []
    for index in steps.indices where !steps[index].isKept {
      let range = max(0, index - Self.around)..<min(steps.count, index + Self.around + 1)
      if let last = hunks.last, last.upperBound >= range.lowerBound {
        hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
      } else {
        hunks.append(range)
      }
    }
    return hunks
  }

  private func shown(_ hunk: Range<Int>) -> [String] {
    let (before, inside) = (steps[..<hunk.lowerBound], steps[hunk])
    let places = [("-", \Step.isInOld), ("+", \Step.isInNew)].map { sign, side in
      let (skipped, count) = (before.count { $0[keyPath: side] }, inside.count { $0[keyPath: side] })
      // A side without lines is named by the line before it.
      return "\(sign)\(count == 0 ? skipped : skipped + 1)" + (count == 1 ? "" : ",\(count)")
    }
    return ["@@ \(places.joined(separator: " ")) @@"] + inside.map(\.line)
  }
}
