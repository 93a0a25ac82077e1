import Conversations

/// What people write around their matter: greetings, thanks, names, numbers. A model that is shown its texts in such
/// frames too learns that they say nothing.
struct NeutralFrames: Sendable {
  /// Lines of which one is taken, folded; `#` stands for a digit by chance.
  struct Lines: Sendable {
    let lines: [[UInt8]]

    init(_ text: String) {
      lines = text.split(separator: "\n").map { TextFolding.foldedBytes(String($0)) }
    }
  }

  let openings: Lines
  let thanks: Lines
  let signOffs: Lines
  let details: Lines
  let names: Lines

  /// A folded text in a frame of its language.
  static func framed(_ folded: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    // The first bytes of Han characters.
    let frames = folded.contains { (0xE4...0xE9).contains($0) } ? chinese : english
    return frames.framed(folded, &random)
  }

  /// Half of the frames have something before the text, nearly all something after it.
  private func framed(_ folded: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    let chance = random.next()
    func happens(_ bit: UInt64, _ bits: UInt64 = 1) -> Bool { chance >> bit & bits != 0 }
    var out: [UInt8] = []
    if happens(0) { Self.add(openings, &random, &out) }
    if !happens(1, 7) { Self.add(details, &random, &out) }
    if !happens(4, 7) { Self.add(thanks, &random, &out) }
    out += folded
    out.append(0x20)
    if happens(7) { Self.add(thanks, &random, &out) }
    if !happens(8) || !happens(7) { Self.add(details, &random, &out) }
    if !happens(9, 3) {
      Self.add(signOffs, &random, &out)
      if happens(11) { Self.add(names, &random, &out) }
      if !happens(12, 3) { Self.add(signOffs, &random, &out) }
    }
    return out
  }

  private static func add(_ lines: Lines, _ random: inout SplitMix, _ out: inout [UInt8]) {
    let line = lines.lines[Int(random.next() % UInt64(lines.lines.count))]
    for byte in line { out.append(byte == UInt8(ascii: "#") ? 48 + UInt8(random.next() % 10) : byte) }
    out.append(0x20)
  }
}
