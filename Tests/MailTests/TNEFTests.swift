import Mail
import Testing

@Suite("Outlook's winmail.dat")
struct TNEFTests {
  private func mail(_ stream: [UInt8]) throws -> MailMessage {
    try MailMessage(
      parsing: letter(
        [
          "MIME-Version: 1.0", "Content-Type: application/ms-tnef; name=winmail.dat",
          "Content-Transfer-Encoding: binary",
        ],
        body: stream))
  }

  @Test("is unpacked: files under their long names, text in its code page")
  func unpacked() throws {
    let mail = try mail(TNEFSample.whole)
    #expect(mail.text == "正文")
    #expect(mail.attachments.map(\.filename) == ["长名😀.txt", "b.bin"])
    #expect(mail.attachments.map(\.content) == [Array("hello".utf8), [0, 1, 2]])
    #expect(mail.attachments.map(\.contentType) == ["text/plain", "application/octet-stream"])
  }

  @Test("a stream that is cut off gives the files before the cut")
  func cut() throws {
    let mail = try mail(Array(TNEFSample.whole.dropLast(8)))
    #expect(mail.attachments.first?.content == Array("hello".utf8))
  }

  @Test("a wrong checksum does not lose the files")
  func checksum() throws {
    var stream = TNEFSample.whole
    stream[stream.count - 1] ^= 0xFF
    #expect(try mail(stream).attachments.count == 2)
  }

  @Test("what is none stays as it came")
  func noTNEF() throws {
    let mail = try mail(Array("no such thing at all, only words".utf8))
    #expect(mail.attachments.map(\.filename) == ["winmail.dat"])
  }

  @Test("text that stands there as RTF only stays in the file")
  func richText() throws {
    let stream =
      TNEFSample.head
      + TNEFSample.attribute(1, 0x0006_9003, TNEFSample.number(1) + TNEFSample.value(0x1009_0102, Array("LZFu".utf8)))
    #expect(try mail(stream).attachments.map(\.filename) == ["winmail.dat"])
  }

  @Test(
    "hostile counts and lengths do no harm",
    arguments: [
      // More properties than bytes, a length beyond the end, a negative one, a name without end, an unknown type.
      TNEFSample.number(0xFFFF_FFFF), TNEFSample.number(2) + TNEFSample.number(0x1000_001E) + TNEFSample.number(1),
      TNEFSample.number(1) + TNEFSample.number(0x1000_001E) + TNEFSample.number(1) + TNEFSample.number(0xFFFF_FFFC),
      TNEFSample.number(1) + TNEFSample.number(0x1000_101E) + TNEFSample.number(0x7FFF_FFFF),
      TNEFSample.number(1) + TNEFSample.number(0x8000_001E) + [UInt8](repeating: 0, count: 16) + TNEFSample.number(1)
        + TNEFSample.number(0xFFFF_FFFF),
      TNEFSample.number(1) + TNEFSample.number(0x1000_FFFF) + TNEFSample.number(1), [], [1, 2, 3],
    ] as [[UInt8]])
  func hostile(_ properties: [UInt8]) throws {
    let stream =
      TNEFSample.head + TNEFSample.attribute(2, 0x0006_8010, [1]) + TNEFSample.attribute(1, 0x0006_9003, properties)
      + TNEFSample.attribute(2, 0x0006_9002, [1]) + TNEFSample.attribute(2, 0x0006_9005, properties)
      + TNEFSample.attribute(2, 0x0006_800F, [7])
    #expect(try mail(stream).attachments.map(\.content) == [[7]])
  }

  @Test("every prefix and many damaged forms are read or left alone")
  func damaged() throws {
    for length in 0..<TNEFSample.whole.count { _ = try mail(Array(TNEFSample.whole[..<length])) }
    for index in TNEFSample.whole.indices {
      for byte: UInt8 in [0, 0xFF, 0x7F, 0x80] {
        var stream = TNEFSample.whole
        stream[index] = byte
        _ = try mail(stream)
      }
    }
  }

  @Test("a thousand begun attachments are cut to what libytnef reads in linear time")
  func many() throws {
    let one = TNEFSample.attribute(2, 0x0006_9002, [1]) + TNEFSample.attribute(2, 0x0006_800F, [7])
    #expect(try mail(TNEFSample.head + (0..<1000).flatMap { _ in one }).attachments.count == 300)
  }
}

/// A stream made by hand, as [MS-OXTNEF] says.
private enum TNEFSample {
  static let head: [UInt8] = number(0x223E_9F78) + [1, 0]

  static let whole: [UInt8] =
    head + attribute(1, 0x0008_9006, number(0x10000)) + attribute(1, 0x0006_9007, number(936) + number(0))
    + attribute(1, 0x0002_800C, [0xD5, 0xFD, 0xCE, 0xC4, 0])
    + attribute(2, 0x0006_9002, [UInt8](repeating: 1, count: 14))
    + attribute(2, 0x0001_8010, Array("SHORT~1.TXT\0".utf8)) + attribute(2, 0x0006_800F, Array("hello".utf8))
    + attribute(
      2, 0x0006_9005,
      number(3) + value(0x3707_001F, Array("长名😀.txt\0".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        + number(0x3705_0003) + number(1) + value(0x370E_001E, Array("text/plain\0".utf8)))
    + attribute(2, 0x0006_9002, [UInt8](repeating: 1, count: 14)) + attribute(2, 0x0001_8010, Array("b.bin\0".utf8))
    + attribute(2, 0x0006_800F, [0, 1, 2])

  static func number(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

  static func attribute(_ level: UInt8, _ id: Int, _ data: [UInt8]) -> [UInt8] {
    [level] + number(id) + number(data.count) + data + number(data.reduce(0) { ($0 + Int($1)) & 0xFFFF }).prefix(2)
  }

  static func value(_ tag: Int, _ data: [UInt8]) -> [UInt8] {
    number(tag) + number(1) + number(data.count) + data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
  }
}
