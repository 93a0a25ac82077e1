/// Outlook's `winmail.dat` ([MS-OXTNEF]), written anew with only what we read and every length checked.
///
/// libytnef trusts some lengths and counts of a stream, frees what it never set when it gives up in the middle, and
/// prints its complaints to standard output. It is given nothing but what comes out of here.
enum TNEFStream {
  /// More than any real mail has; libytnef looks for the last one each time.
  private static let attachmentsMax = 300
  private static let signature = 0x223E_9F78

  private enum Attribute {
    static let body = 0x0002_800C
    static let properties = 0x0006_9003
    static let codepage = 0x0006_9007
    static let attachmentBegin = 0x0006_9002
    static let attachmentTitle = 0x0001_8010
    static let attachmentData = 0x0006_800F
    static let attachmentProperties = 0x0006_9005
  }

  /// `nil` when it is no TNEF. A stream that is cut off ends with its last whole attribute.
  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 15, TNEFBytes.number(bytes, 0) == signature else { return nil }
    var writer = Writer(out: Array(bytes[..<6]))
    var index = 6
    while index + 11 <= bytes.count {
      let length = TNEFBytes.number(bytes, index + 5)
      let start = index + 9
      guard length <= bytes.count - start - 2 else { break }
      writer.take(TNEFBytes.number(bytes, index + 1), level: bytes[index], bytes[start..<(start + length)])
      index = start + length + 2
    }
    return writer.out
  }

  private struct Writer {
    var out: [UInt8]
    private var attachments = 0
    /// Attributes that came already, of the mail or of its latest attachment: libytnef forgets the first of two.
    private var seen: Set<Int> = []

    init(out: [UInt8]) { self.out = out }

    mutating func take(_ id: Int, level: UInt8, _ data: ArraySlice<UInt8>) {
      guard !data.isEmpty else { return }
      switch id {
      case Attribute.attachmentBegin:
        attachments += 1
        seen.subtract([Attribute.attachmentTitle, Attribute.attachmentData, Attribute.attachmentProperties])
        if attachments <= attachmentsMax { append(id, level, data) }
      case Attribute.attachmentTitle, Attribute.attachmentData:
        guard (1...attachmentsMax).contains(attachments), seen.insert(id).inserted else { return }
        append(id, level, data)
      case Attribute.attachmentProperties:
        guard (1...attachmentsMax).contains(attachments), seen.insert(id).inserted,
          let block = MAPIBlock.cleaned(Array(data))
        else { return }
        append(id, level, block[...])
      case Attribute.properties:
        guard seen.insert(id).inserted, let block = MAPIBlock.cleaned(Array(data)) else { return }
        append(id, level, block[...])
      case Attribute.body, Attribute.codepage:
        if seen.insert(id).inserted { append(id, level, data) }
      default: break
      }
    }

    /// With the right checksum, so that a stream with a wrong one is read, too.
    private mutating func append(_ id: Int, _ level: UInt8, _ data: ArraySlice<UInt8>) {
      out.append(level)
      out += TNEFBytes.written(id) + TNEFBytes.written(data.count) + data
      out += TNEFBytes.written(data.reduce(0) { ($0 + Int($1)) & 0xFFFF }).prefix(2)
    }
  }
}

/// Numbers are little-endian.
enum TNEFBytes {
  static func number(_ bytes: [UInt8], _ index: Int) -> Int {
    Int(bytes[index]) | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2]) << 16 | Int(bytes[index + 3]) << 24
  }

  static func written(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
}

/// A list of MAPI properties ([MS-OXTNEF] §2.1.3.4) reduced to those that we read.
enum MAPIBlock {
  static let bodyText = 0x1000
  static let bodyRTF = 0x1009
  static let bodyHTML = 0x1013
  static let object = 0x3701
  static let shortFilename = 0x3704
  static let filename = 0x3707
  static let contentType = 0x370E
  static let contentID = 0x3712

  static let long = 0x0003
  static let object13 = 0x000D
  static let string = 0x001E
  static let unicode = 0x001F
  static let binary = 0x0102

  private static let wanted: Set<Int> = [
    bodyText, bodyRTF, bodyHTML, object, shortFilename, filename, contentType, contentID,
  ]
  private static let propertiesMax = 2000
  /// libytnef's own limit for UTF-16 values, in bytes.
  private static let unicodeMax = 100_000

  /// `nil` when nothing wanted is in it. Ends at the first property that makes no sense.
  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    var reader = Reader(bytes: bytes)
    guard let count = reader.number() else { return nil }
    var seen: Set<Int> = []
    var out: [UInt8] = []
    for _ in 0..<min(count, propertiesMax) {
      guard let property = reader.property() else { break }
      guard wanted.contains(property.id), property.isPlain, !seen.contains(property.id) else { continue }
      seen.insert(property.id)
      out += bytes[property.range]
    }
    return seen.isEmpty ? nil : TNEFBytes.written(seen.count) + out
  }

  private struct Property {
    var id: Int
    /// One value, no name of its own, of a type that libytnef copies as it is.
    var isPlain: Bool
    /// Tag, value and padding.
    var range: Range<Int>
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    mutating func number() -> Int? {
      guard index + 4 <= bytes.count else { return nil }
      index += 4
      return TNEFBytes.number(bytes, index - 4)
    }

    mutating func property() -> Property? {
      let start = index
      guard let tag = number() else { return nil }
      let (id, isMany, type) = (tag >> 16, tag & 0x1000 != 0, tag & 0xEFFF)
      guard id < 0x8000 || skipName() else { return nil }
      var values = 1
      if isMany || isVariable(type) {
        guard let count = number(), count <= bytes.count else { return nil }
        values = count
      }
      var size = 0
      for _ in 0..<values {
        guard let length = skipValue(type) else { return nil }
        size = length
      }
      let isPlain =
        !isMany && id < 0x8000 && values == 1 && isVariable(type) && size > 0
        && (type != MAPIBlock.unicode || size <= unicodeMax)
      return Property(id: id, isPlain: isPlain, range: start..<index)
    }

    private func isVariable(_ type: Int) -> Bool {
      [MAPIBlock.string, MAPIBlock.unicode, MAPIBlock.binary, MAPIBlock.object13].contains(type)
    }

    /// A property set, and a number or a name in it.
    private mutating func skipName() -> Bool {
      index += 16
      guard let kind = number() else { return false }
      if kind == 0 { return number() != nil }
      guard kind == 1, let length = number() else { return false }
      return skip(length)
    }

    /// The value's length in bytes.
    private mutating func skipValue(_ type: Int) -> Int? {
      if isVariable(type) {
        guard let length = number(), skip(length) else { return nil }
        return length
      }
      let length: Int
      switch type {
      case 0x0002, 0x0003, 0x0004, 0x000A, 0x000B: length = 4
      case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040: length = 8
      case 0x0048: length = 16
      default: return nil
      }
      return skip(length) ? length : nil
    }

    /// Values are padded to four bytes.
    private mutating func skip(_ length: Int) -> Bool {
      guard length <= bytes.count - index else { return false }
      index += (length + 3) & ~3
      return index <= bytes.count
    }
  }
}
