/// 32 hex digits over paths and texts, each with its length: FNV-1a of 128 bits (draft-eastlake-fnv §2). It tells versions
/// apart; nobody's trust hangs on it.
func contentHash(_ files: [ConfigurationFile]) -> String {
  var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { state = (state ^ UInt128(byte)) &* 0x0100_0000_0000_0000_0000_013B }
  }
  for file in files.sorted(by: { $0.path < $1.path }) {
    add("\(file.path.utf8.count):\(file.path)\(file.text.utf8.count):".utf8)
    add(file.text.utf8)
  }
  let digits = String(state, radix: 16)
  return String(repeating: "0", count: 32 - digits.utf8.count) + digits
}
