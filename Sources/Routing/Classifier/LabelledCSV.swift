/// Tables of texts as spreadsheets write them: RFC 4180, UTF-8 with or without a mark, any line ends.
package struct LabelledCSV: Sendable {
  /// Column names, small letters.
  package let header: [String]
  /// Each as long as the header.
  package let rows: [[String]]
  /// Line on which each row begins, counted from 1.
  package let lines: [Int]

  /// What is wrong, in words for whoever made the file.
  package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var detail: String
    package var description: String { "line \(line): \(detail)" }
  }

  package static let rowsMax = 5_000_000
  package static let fieldBytesMax = 1_000_000
  package static let columnsMax = 1000

  package init(_ bytes: [UInt8]) throws(Problem) {
    var scanner = CSVScanner(bytes)
    guard let first = try scanner.row() else {
      throw Problem(line: 1, detail: "the file is empty; its first line names the columns")
    }
    header = first.fields.map { $0.trimmedASCII().lowercased() }
    var (rows, lines) = ([[String]](), [Int]())
    while let row = try scanner.row() {
      guard row.fields.count == header.count else {
        throw Problem(
          line: row.line,
          detail:
            "\(row.fields.count) columns, the first line names \(header.count); a text with a comma needs \"quotes\"")
      }
      guard rows.count < Self.rowsMax else { throw Problem(line: row.line, detail: "more than \(Self.rowsMax) rows") }
      rows.append(row.fields)
      lines.append(row.line)
    }
    (self.rows, self.lines) = (rows, lines)
  }

  /// One row as it is written, with its line end; fields in quotes where RFC 4180 wants them.
  package static func line(_ fields: [String]) -> [UInt8] {
    let cells = fields.map { field in
      let isPlain = !field.utf8.contains { $0 == 10 || $0 == 13 || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
      return isPlain
        ? field : "\"\(field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }
    return Array((cells.joined(separator: ",") + "\n").utf8)
  }

  /// All values of a column.
  package func column(_ name: String) throws(Problem) -> [String] {
    guard let place = header.firstIndex(of: name) else {
      throw Problem(line: 1, detail: "no column `\(name)`; there are: \(header.prefix(20).joined(separator: ", "))")
    }
    return rows.map { $0[place] }
  }
}

/// Row by row; linear.
private struct CSVScanner {
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// `nil` at the end; empty lines are left out.
  mutating func row() throws(LabelledCSV.Problem) -> (fields: [String], line: Int)? {
    while index < bytes.count, isLineEnd(bytes[index]) { skipLineEnd() }
    guard index < bytes.count else { return nil }
    let start = line
    var fields = [try field()]
    while index < bytes.count, bytes[index] == UInt8(ascii: ",") {
      index += 1
      fields.append(try field())
      if fields.count > LabelledCSV.columnsMax {
        throw .init(line: start, detail: "more than \(LabelledCSV.columnsMax) columns")
      }
    }
    if index < bytes.count { skipLineEnd() }
    return (fields, start)
  }

  private mutating func field() throws(LabelledCSV.Problem) -> String {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try plain() }
    return try quoted()
  }

  private mutating func plain() throws(LabelledCSV.Problem) -> String {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: ","), !isLineEnd(bytes[index]) { index += 1 }
    return try text(bytes[start..<index], line)
  }

  private mutating func quoted() throws(LabelledCSV.Problem) -> String {
    let start = line
    index += 1
    var (content, isClosed) = ([UInt8](), false)
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        isClosed = index == bytes.count || bytes[index] != byte
        if isClosed { break }
      }
      if isLineEnd(byte) {
        if byte == 10 || index + 1 == bytes.count || bytes[index + 1] != 10 { line += 1 }
      }
      content.append(byte)
      index += 1
    }
    guard isClosed else {
      throw .init(line: start, detail: "a quote is opened and never closed")
    }
    guard index == bytes.count || bytes[index] == UInt8(ascii: ",") || isLineEnd(bytes[index]) else {
      throw .init(line: line, detail: "text after a closing quote; a quote inside a text is written twice")
    }
    return try text(content[...], start)
  }

  private func text(_ bytes: ArraySlice<UInt8>, _ line: Int) throws(LabelledCSV.Problem) -> String {
    guard bytes.count <= LabelledCSV.fieldBytesMax else {
      throw .init(line: line, detail: "a text of more than \(LabelledCSV.fieldBytesMax) bytes; is a quote missing?")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .init(line: line, detail: "not UTF-8") }
    return text
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

  private mutating func skipLineEnd() {
    let isPair = bytes[index] == 13 && index + 1 < bytes.count && bytes[index + 1] == 10
    index += isPair ? 2 : 1
    line += 1
  }
}

extension String {
  fileprivate func trimmedASCII() -> String {
    let bytes = utf8.drop { $0 <= 32 }
    return String(decoding: Array(bytes.reversed().drop { $0 <= 32 }.reversed()), as: UTF8.self)
  }
}
