/// Parts whose headers no empty line ends: their words would be taken for headers and lost.
enum PartRepair {
  /// More boundaries than mails have.
  private static let boundariesMax = 50
  /// More lines than a part's headers have.
  private static let linesMax = 200

  /// The body with an empty line put in where a part's words begin without one; the same bytes where none is missing.
  static func mended(_ body: ArraySlice<UInt8>, under headers: [UInt8]) -> ArraySlice<UInt8> {
    guard let outer = boundary(in: headers[...]) else { return body }
    var (boundaries, gaps) = ([outer], [Int]())
    var index = body.startIndex
    while index < body.endIndex {
      let end = lineEnd(body, index)
      let line = body[index..<end]
      index = end
      guard line.starts(with: "--".utf8), isDelimiter(line, boundaries) else { continue }
      let (gap, next) = headerEnd(body, from: end)
      if let gap { gaps.append(gap) }
      if let inner = boundary(in: body[end..<next]), boundaries.count < boundariesMax { boundaries.append(inner) }
      index = next
    }
    guard !gaps.isEmpty else { return body }
    var (out, start) = ([UInt8](), body.startIndex)
    out.reserveCapacity(body.count + gaps.count)
    for gap in gaps {
      out += body[start..<gap]
      out.append(0x0A)
      start = gap
    }
    return (out + body[start...])[...]
  }

  private static func lineEnd(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
    MimeRepair.lineEnd(bytes, from: start)
  }

  /// `--boundary`, not the closing one.
  private static func isDelimiter(_ line: ArraySlice<UInt8>, _ boundaries: [[UInt8]]) -> Bool {
    var text = line.dropFirst(2)
    while let last = text.last, last.isHeaderSpace { text.removeLast() }
    return boundaries.contains { $0.elementsEqual(text) }
  }

  /// Where the words begin for want of an empty line, and where to go on.
  private static func headerEnd(_ bytes: ArraySlice<UInt8>, from start: Int) -> (gap: Int?, next: Int) {
    var index = start
    for number in 0..<linesMax where index < bytes.endIndex {
      let end = lineEnd(bytes, index)
      let line = bytes[index..<end]
      if line.allSatisfy(\.isHeaderSpace) {
        if line.first == 0x0A || line.first == 0x0D { return (nil, end) }
        // Spaces end them only where no field follows.
        let next = bytes[end..<lineEnd(bytes, end)]
        if !HeaderLine.isField(next) { return (index, end) }
      } else if line.starts(with: "--".utf8) {
        return (nil, index)
      } else if !HeaderLine.isField(line), !(number > 0 && HeaderLine.isContinuation(line)),
        !HeaderLine.headersGoOn(bytes, after: end)
      {
        return (index, index)
      }
      index = end
    }
    return (nil, index)
  }

  /// The `boundary` parameter of a block of headers (RFC 2046 §5.1.1).
  private static func boundary(in headers: ArraySlice<UInt8>) -> [UInt8]? {
    var index = headers.startIndex
    while let place = headers[index...].firstIndex(where: { $0 | 0x20 == UInt8(ascii: "b") }) {
      index = place + 1
      let name = headers[place...].prefix(9).map { $0 == UInt8(ascii: "=") ? $0 : $0 | 0x20 }
      guard name.elementsEqual("boundary=".utf8) else { continue }
      let rest = headers[(place + 9)...]
      let value =
        rest.first == UInt8(ascii: "\"")
        ? rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != 0x0A }
        : rest.prefix { !$0.isHeaderSpace && $0 != UInt8(ascii: ";") }
      return value.isEmpty || value.count > 200 ? nil : Array(value)
    }
    return nil
  }
}
