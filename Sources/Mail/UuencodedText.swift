/// Files that stand uuencoded in the text itself, as before MIME: `begin 644 name` … `end`.
enum UuencodedText {
  /// More than any real mail has.
  private static let filesMax = 100

  private static let starts = PhraseSet(["\nbegin 6", "\nbegin 7", "\nbegin 4", "\nbegin 0"])

  static func unpack(_ text: String) -> (text: String, files: [MailAttachment]) {
    guard starts.isIn(text) || text.hasPrefix("begin ") else { return (text, []) }
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    var kept: [Substring.UTF8View] = []
    var files: [MailAttachment] = []
    var index = 0
    while index < lines.count {
      if files.count < filesMax, let name = name(in: lines[index]), let end = end(of: lines, from: index + 1) {
        var content: [UInt8] = []
        for line in lines[index...end] { content += Array(line) + [0x0A] }
        let bytes = TransferDecoding.decode(content, .uuencode)
        files.append(MailAttachment(filename: name, contentType: "application/octet-stream", content: bytes))
        index = end + 1
      } else {
        kept.append(lines[index])
        index += 1
      }
    }
    guard !files.isEmpty else { return (text, []) }
    return (kept.map { String(Substring($0)) }.joined(separator: "\n"), files)
  }

  private static func name(in line: Substring.UTF8View) -> String? {
    guard line.starts(with: "begin ".utf8) else { return nil }
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count == 3, (3...4).contains(words[1].count), words[1].allSatisfy({ (0x30...0x37).contains($0) }) else {
      return nil
    }
    let name = PartNames.safe(String(Substring(words[2])))
    return name.isEmpty ? nil : name
  }

  /// The line `end`, if every line before it has the length that its first character states.
  private static func end(of lines: [Substring.UTF8View], from start: Int) -> Int? {
    for index in start..<lines.count {
      let line = lines[index]
      if line.elementsEqual("end".utf8) { return index > start ? index : nil }
      guard let first = line.first, (0x20...0x60).contains(first) else { return line.isEmpty ? nil : nil }
      guard line.count <= 90 else { return nil }
    }
    return nil
  }
}
