/// A text that must not be printed: its descriptions never show it.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let hidden: String
  package init(_ value: String) { hidden = value }
  /// The secret itself; call it only where it leaves towards the one who may know it.
  package func reveal() -> String { hidden }
  package var isEmpty: Bool { hidden.isEmpty }
  package var description: String { "••••" }
  package var debugDescription: String { "••••" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
package func constantTimeEquals(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
  constantTimeEquals(Array(left), Array(right))
}

/// The same for arrays, which need no copy; on the path of every webhook.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
