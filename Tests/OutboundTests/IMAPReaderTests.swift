import Conversations
import Outbound
import Testing

@Suite("An IMAP server's bytes") struct IMAPReaderTests {
  private func read(_ text: String, size: Int = .max, literalMax: Int = 1000) throws -> [IMAPResponse] {
    var reader = IMAPResponseReader(literalSizeMax: literalMax)
    var (found, rest) = ([IMAPResponse](), Array(text.utf8)[...])
    while !rest.isEmpty {
      let piece = Array(rest.prefix(size))
      rest = rest.dropFirst(piece.count)
      piece.withUnsafeBytes { reader.append($0) }
      while let response = try reader.next() { found.append(response) }
    }
    return found
  }

  private func fault(_ text: String) -> String? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return (error as? IMAPFault)?.reason
    }
  }

  @Test("are the same responses however they are cut", arguments: [1, 2, 3, 5, 8, 64, Int.max])
  func cuts(size: Int) throws {
    let mail = "A: b\r\n\r\np7 OK not yet\r\n* 9 EXPUNGE\r\n"
    let text =
      "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n* 2 FETCH (UID 7 BODY[] {\(mail.utf8.count)}\r\n\(mail) FLAGS (\\Seen))\r\n"
      + "* SEARCH 4 7\r\n+ go on\r\np7 OK [READ-WRITE] done\r\n"
    let responses = try read(text, size: size)
    #expect(
      responses == [
        .status("OK", code: "UIDVALIDITY 3857529045", text: "UIDs valid"),
        .data(
          name: "FETCH", number: 2,
          values: [
            .list([
              .atom("UID"), .atom("7"), .atom("BODY[]"), .string(Array(mail.utf8)), .atom("FLAGS"),
              .list([.atom("\\Seen")]),
            ])
          ]),
        .data(name: "SEARCH", number: nil, values: [.atom("4"), .atom("7")]), .goOn,
        .completion(tag: "p7", status: "OK", code: "READ-WRITE", text: "done"),
      ])
  }

  @Test("hold strings, sections and nothing")
  func values() throws {
    let text =
      "* 1 FETCH (BODY[HEADER.FIELDS (DATE FROM)]<0> \"a \\\"b\\\" \\\\\" INTERNALDATE NIL BODY[TEXT] {0}\r\n)\r\n"
    #expect(
      try read(text) == [
        .data(
          name: "FETCH", number: 1,
          values: [
            .list([
              .atom("BODY[HEADER.FIELDS (DATE FROM)]<0>"), .string(Array("a \"b\" \\".utf8)), .atom("INTERNALDATE"),
              .atom("NIL"), .atom("BODY[TEXT]"), .string([]),
            ])
          ])
      ])
  }

  @Test(
    "that no server may send are a fault, not a crash",
    arguments: [
      "* 1 FETCH (BODY[] {1001}\r\n", "* 1 FETCH (UID 7\r\n", "* 1 FETCH UID 7)\r\n", "* 1 FETCH (\"x\r\n", "\r\n",
      "nonsense\r\n", "* LIST \(String(repeating: "(", count: 40))\r\n",
    ])
  func faults(text: String) { #expect(fault(text) != nil) }

  @Test("without a line end are not gathered for ever")
  func endless() throws {
    var reader = IMAPResponseReader(literalSizeMax: 1000)
    let chunk = [UInt8](repeating: 0x78, count: 64 << 10)
    #expect(throws: IMAPFault.self) {
      for _ in 0..<20 {
        chunk.withUnsafeBytes { reader.append($0) }
        _ = try reader.next()
      }
    }
  }

  @Test("never end the process, whatever stands in them", arguments: 0..<200)
  func noise(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let words = [
      "* ", "1 ", "FETCH ", "(", ")", "\"", "\\", "{3}\r\n", "{", "}", "\r\n", "\n", "BODY[", "]", "NIL", "a", " ",
    ]
    var text = ""
    for _ in 0..<60 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += words[Int(state >> 33) % words.count]
    }
    _ = fault(text)
  }

  @Test(
    "are asked for in the server's spelling",
    arguments: [
      ("INBOX", "\"INBOX\""), ("已处理", "\"&XfJZBHQG-\""), ("A&B", "\"A&-B\""), ("q\"\\", "\"q\\\"\\\\\""),
      ("~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""),
    ])
  func folders(name: String, written: String) { #expect(IMAPWords.folder(name) == written) }

  @Test("name mails by ranges and days by the calendar")
  func spelling() {
    #expect(IMAPWords.set([7, 3, 4, 5, 9, 9]) == "3:5,7,9")
    #expect(CivilDate("2026-03-09").map { IMAPWords.date($0) } == "9-Mar-2026")
    #expect(IMAPWords.instant("17-Jul-1996 02:44:25 -0700") == Instant(rfc3339: "1996-07-17T09:44:25Z"))
    #expect(IMAPWords.instant(" 1-Jan-2026 00:00:00 +0800") == Instant(rfc3339: "2025-12-31T16:00:00Z"))
    for text in ["", "17-Jul-1996", "32-Jul-1996 00:00:00 +0000", "1-Foo-1996 00:00:00 +0000", "1-Jan-1996 x +0000"] {
      #expect(IMAPWords.instant(text) == nil, "\(text)")
    }
  }
}
