/// FNV-1a with 128 bits (draft-eastlake-fnv): equal inputs give equal digits on every machine and in every version.
/// It tells versions apart; it proves nothing against someone who wants a collision.
struct Fingerprint {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  mutating func add(_ bytes: some Sequence<UInt8>) {
    var state = state
    for byte in bytes { state = (state ^ UInt128(byte)) &* 0x0100_0000_0000_0000_0000_013B }
    self.state = state
  }

  /// A field and its end, so that `ab`,`c` differs from `a`,`bc`; 0xFF is no byte of UTF-8.
  mutating func add(_ text: String) {
    add(text.utf8)
    add(CollectionOfOne(0xFF))
  }

  /// `nil` differs from the empty text.
  mutating func add(_ text: String?) {
    add(CollectionOfOne(text == nil ? 0xFE : 0xFD))
    add(text ?? "")
  }

  /// 32 lower-case hex digits.
  var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let hex = (1...32).map { digits[Int(truncatingIfNeeded: state >> UInt128(128 - $0 * 4)) & 15] }
    return String(decoding: hex, as: UTF8.self)
  }
}
