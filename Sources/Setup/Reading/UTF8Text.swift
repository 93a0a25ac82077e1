/// The text of `bytes` without a byte-order mark; complains and gives `nil` when it is empty, too large or not UTF-8.
func readText(_ bytes: [UInt8], of file: SourceFile, bytesMax: Int = 1 << 20) -> String? {
  guard bytes.count <= bytesMax else { return nothing(file.complain(.tooLarge(bytesMax: bytesMax))) }
  let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  guard let text = String(validating: body, as: UTF8.self) else {
    let (offset, mark) = firstBadByte(in: body)
    return nothing(file.complain(.notUTF8(byteOffset: offset + bytes.count - body.count), at: mark))
  }
  guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
    return nothing(file.complain(.emptyFile))
  }
  return text
}

/// Lets a guard complain and leave in one line.
func nothing<Value>(_ complaint: Void) -> Value? { nil }

private func firstBadByte(in bytes: ArraySlice<UInt8>) -> (offset: Int, mark: Mark) {
  var parser = Unicode.UTF8.ForwardParser()
  var rest = bytes.makeIterator()
  var (offset, mark) = (0, Mark(line: 1, column: 1))
  while case .valid(let scalar) = parser.parseScalar(from: &rest) {
    offset += scalar.count
    let isLineEnd = scalar.count == 1 && scalar.first == UInt8(ascii: "\n")
    mark = isLineEnd ? Mark(line: mark.line + 1, column: 1) : Mark(line: mark.line, column: mark.column + 1)
  }
  return (offset, mark)
}
