import Terminal
import Testing

@Suite("server-sent events")
struct ServerSentEventsTests {
  private static let stream = """
    : a comment

    event: conversation
    id: 7
    data: {"id":1,
    data:"名":"李"}

    data
    retry: 100

    event: nothing

    data: last
    """

  private static let expected: [ServerSentEvents.Event] = [
    .init(name: "conversation", data: "{\"id\":1,\n\"名\":\"李\"}", id: "7"), .init(data: ""),
  ]

  @Test("pieces may be cut anywhere, and lines end in any of the three ways", arguments: ["\n", "\r", "\r\n"])
  func pieces(lineEnd: String) {
    let bytes = Array(Self.stream.replacing("\n", with: lineEnd).utf8)
    for size in [1, 2, 3, 7, bytes.count] {
      var parser = ServerSentEvents()
      var events: [ServerSentEvents.Event] = []
      var start = 0
      while start < bytes.count {
        events += parser.take(Array(bytes[start..<min(start + size, bytes.count)]))
        start += size
      }
      #expect(events == Self.expected)
    }
  }

  @Test("a line without end takes no memory without end, and the next event comes through")
  func endless() {
    var parser = ServerSentEvents()
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    for _ in 0..<40 { #expect(parser.take(piece).isEmpty) }
    #expect(parser.take(Array("\n\ndata: x\n\n".utf8)) == [.init(data: "x")])
  }
}
