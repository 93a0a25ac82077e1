/// The bytes after DATA: takes the stuffed dots out and finds the end (RFC 5321 §4.5.2). Pure; looks at each byte once.
///
/// Only CR LF ends a line. A bare LF is a byte like any other (RFC 5321 §2.3.8): whoever takes `LF . LF` for the end of a
/// message lets the sender of one message write the envelope of the next ("SMTP smuggling").
struct LMTPData {
  private enum Place { case lineStart, dot, dotCR, inLine, cr }

  private let sizeMax: Int
  private var place = Place.lineStart
  private(set) var message: [UInt8] = []
  /// The message is longer than `sizeMax`; what follows is read and dropped.
  private(set) var isTooLarge = false

  init(sizeMax: Int) { self.sizeMax = sizeMax }

  /// Takes from the front of `bytes`. Returns how many were taken, and whether the message has ended with them.
  mutating func take(_ bytes: ArraySlice<UInt8>) -> (count: Int, isWhole: Bool) {
    var index = bytes.startIndex
    // Where the run of bytes that belong to the message as they are began.
    var run = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      switch place {
      case .lineStart where byte == UInt8(ascii: "."):
        keep(bytes[run..<index])
        (place, run) = (.dot, index + 1)
      case .lineStart, .inLine: place = byte == 0x0D ? .cr : .inLine
      case .cr: place = byte == 0x0A ? .lineStart : byte == 0x0D ? .cr : .inLine
      case .dot: place = byte == 0x0D ? .dotCR : .inLine
      case .dotCR:
        if byte == 0x0A { return (index + 1 - bytes.startIndex, true) }
        // No end after all. The CR stands at the front of the run unless it came with earlier bytes.
        if run == index { keep([0x0D]) }
        place = byte == 0x0D ? .cr : .inLine
      }
      index += 1
    }
    // A CR behind a leading dot is not yet known to be content.
    keep(place == .dotCR && run < bytes.endIndex ? bytes[run..<(bytes.endIndex - 1)] : bytes[run...])
    return (bytes.count, false)
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    guard !isTooLarge, !bytes.isEmpty else { return }
    if message.count + bytes.count > sizeMax {
      (isTooLarge, message) = (true, [])
    } else {
      message.append(contentsOf: bytes)
    }
  }
}
