/// Call records as exchanges write them: one record a line, fields between commas, quotes around some of them and
/// doubled inside (RFC 4180 §2, without line breaks in fields, which no exchange writes).
///
/// Ending a record at its line end, come what may, keeps a lost quote from swallowing the records after it and the time
/// linear in the size of the file.
struct RecordLine: Sendable, Hashable {
  var fields: [String]
  /// The line ended inside quotes: its last field may be a part only.
  var isCut: Bool
  /// The line itself, without its end.
  var bytes: ArraySlice<UInt8>

  /// More fields than any format has; the rest of the line is left out.
  static let fieldsMax = 100

  init(_ line: ArraySlice<UInt8>) {
    bytes = line
    (fields, isCut) = ([], false)
    var index = line.startIndex
    while fields.count < Self.fieldsMax {
      fields.append(String(decoding: Self.field(line, &index, &isCut), as: UTF8.self))
      guard index < line.endIndex else { return }
      index += 1
    }
  }

  /// The field at `index`, which moves on to the comma after it or to the end.
  private static func field(_ line: ArraySlice<UInt8>, _ index: inout Int, _ isCut: inout Bool) -> [UInt8] {
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    var start = index
    while start < line.endIndex, line[start] == UInt8(ascii: " ") { start += 1 }
    guard start < line.endIndex, line[start] == quote else {
      let end = line[index...].firstIndex(of: comma) ?? line.endIndex
      defer { index = end }
      return Array(line[index..<end])
    }
    var (value, position, isClosed) = ([UInt8](), start + 1, false)
    while position < line.endIndex, !isClosed {
      if line[position] != quote {
        value.append(line[position])
      } else if position + 1 < line.endIndex, line[position + 1] == quote {
        value.append(quote)
        position += 1
      } else {
        isClosed = true
      }
      position += 1
    }
    isCut = isCut || !isClosed
    index = line[position...].firstIndex(of: comma) ?? line.endIndex
    return value
  }

  /// The field at `index`, `nil` when there is none or it is empty.
  subscript(index: Int) -> String? {
    guard fields.indices.contains(index), !fields[index].isEmpty else { return nil }
    return fields[index]
  }
}

/// The lines of a text one after the other, empty ones too, without their ends (LF or CRLF) and without a byte-order
/// mark. Nothing is copied, so ten million empty lines cost nothing.
struct TextLines: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ body: [UInt8]) { rest = body[(body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)...] }

  mutating func next() -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    let line = rest[..<end]
    rest = rest[Swift.min(end + 1, rest.endIndex)...]
    return line.last == 0x0D ? line.dropLast() : line
  }
}
