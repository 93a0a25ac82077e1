import Conversations
import Foundation

/// Outlook's place of a mail in its thread ([MS-OXOMSG] §2.2.1.3): 22 bytes of header, five more for each answer.
enum ThreadIndex {
  /// Deeper threads than any client shows; the header stays within RFC 5322 §2.1.1.
  private static let bytesMax = 22 + 5 * 120
  /// 1601 to 1970, in units of 100 ns.
  private static let epochTicks: UInt64 = 116_444_736_000_000_000

  /// The place of an answer below `parent`; `nil` when that is none.
  static func child(of parent: String, number: OutboxID, _ now: Instant) -> String? {
    guard let header = Data(base64Encoded: parent).map({ [UInt8]($0) }), header.first == 1, header.count >= 22,
      (header.count - 22) % 5 == 0, header.count < bytesMax, now.microseconds > 0
    else { return nil }
    // The first six bytes are the upper ones of the time at which the thread began.
    let started = header[0..<6].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } << 16
    let present = UInt64(now.microseconds) * 10 + epochTicks
    let passed = present > started ? present - started : 0
    let isLong = passed >> 49 != 0
    let delta = UInt32(truncatingIfNeeded: passed >> (isLong ? 23 : 18)) & 0x7FFF_FFFF | (isLong ? 0x8000_0000 : 0)
    let block = (0..<4).map { UInt8(truncatingIfNeeded: delta >> (24 - 8 * $0)) }
    return Data(header + block + [UInt8(truncatingIfNeeded: number.rawValue)]).base64EncodedString()
  }
}
