/// An XML document as providers and telephone systems send it, read strictly and within limits.
///
/// Not a general parser, on purpose: a document type declaration is refused outright, so there are no entities to
/// resolve, nothing to fetch and nothing to blow up; the five entities of the standard and character references remain.
/// Foundation's parser would bring libxml2 and its history of exactly these holes for documents three levels deep.
/// Attributes are checked and left out: no format read here says anything in them.
package struct XMLTree: Sendable, Hashable {
  package var name: String
  /// The character data of this element without that of its children; CDATA sections included.
  package var text: String
  package var children: [XMLTree]

  package init(name: String, text: String = "", children: [XMLTree] = []) {
    (self.name, self.text, self.children) = (name, text, children)
  }

  /// The first child of this name.
  package subscript(name: String) -> XMLTree? { children.first { $0.name == name } }

  package static let depthMax = 32
  package static let elementsMax = 20_000

  /// Why bytes are not a document that is read here. No customer text in it.
  package enum Problem: String, Error, Sendable {
    case declaration = "a document type declaration is not allowed"
    case entity = "an entity that is not one of XML's own"
    case syntax = "not well-formed"
    case unfinished = "the document ends too early"
    case encoding = "not UTF-8"
    case tooLarge = "too many or too deeply nested elements"
  }

  /// Reads one UTF-8 document (XML 1.0 §2.1) and nothing after it.
  package init(parsing bytes: [UInt8]) throws(Problem) {
    var reader = XMLTreeReader(bytes)
    self = try reader.document()
  }
}

private struct XMLTreeReader {
  private struct Open {
    var name: String
    var text: [UInt8] = []
    var children: [XMLTree] = []
  }

  private let bytes: [UInt8]
  private var index: Int
  private var stack: [Open] = []
  private var root: XMLTree?
  private var elements = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func document() throws(XMLTree.Problem) -> XMLTree {
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "<") { try markup() } else { try characters() }
    }
    guard stack.isEmpty, let root else { throw .unfinished }
    return root
  }

  private mutating func markup() throws(XMLTree.Problem) {
    if take("<!--") {
      _ = try upTo("-->")
    } else if take("<![CDATA[") {
      guard !stack.isEmpty else { throw .syntax }
      stack[stack.count - 1].text += try upTo("]]>")
    } else if take("<!") {
      throw .declaration
    } else if take("<?") {
      _ = try upTo("?>")
    } else if take("</") {
      try close()
    } else {
      index += 1
      try open()
    }
  }

  private mutating func open() throws(XMLTree.Problem) {
    elements += 1
    guard elements <= XMLTree.elementsMax, stack.count < XMLTree.depthMax else { throw .tooLarge }
    guard root == nil else { throw .syntax }
    stack.append(Open(name: try name()))
    while true {
      skipBlanks()
      if take("/>") { return try finish() }
      if take(">") { return }
      try attribute()
    }
  }

  private mutating func close() throws(XMLTree.Problem) {
    let closed = try name()
    skipBlanks()
    guard let last = stack.last, last.name == closed, take(">") else {
      throw index < bytes.count ? .syntax : .unfinished
    }
    try finish()
  }

  private mutating func finish() throws(XMLTree.Problem) {
    guard let last = stack.popLast() else { throw .syntax }
    guard let text = String(validating: last.text, as: UTF8.self) else { throw .encoding }
    let element = XMLTree(name: last.name, text: text, children: last.children)
    if stack.isEmpty { root = element } else { stack[stack.count - 1].children.append(element) }
  }

  private mutating func attribute() throws(XMLTree.Problem) {
    _ = try name()
    skipBlanks()
    guard take("=") else { throw index < bytes.count ? .syntax : .unfinished }
    skipBlanks()
    guard index < bytes.count else { throw .unfinished }
    guard take("\"") || take("'") else { throw .syntax }
    let quote = bytes[index - 1]
    guard let end = bytes[index...].firstIndex(of: quote) else { throw .unfinished }
    guard !bytes[index..<end].contains(UInt8(ascii: "<")) else { throw .syntax }
    index = end + 1
  }

  private mutating func characters() throws(XMLTree.Problem) {
    let end = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    let run = bytes[index..<end]
    index = end
    guard !stack.isEmpty else {
      guard run.allSatisfy(Self.isBlank) else { throw .syntax }
      return
    }
    stack[stack.count - 1].text += try Self.decoded(run)
  }

  /// XML 1.0 §4.1 and §4.6.
  private static func decoded(_ run: ArraySlice<UInt8>) throws(XMLTree.Problem) -> [UInt8] {
    guard run.contains(UInt8(ascii: "&")) else { return Array(run) }
    var (out, rest) = ([UInt8](), run)
    while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
      out += rest[..<start]
      // The longest reference is &#x10FFFF;
      guard let end = rest[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw .entity }
      out += try entity(String(decoding: rest[(start + 1)..<end], as: UTF8.self))
      rest = rest[(end + 1)...]
    }
    return out + rest
  }

  private static func entity(_ name: String) throws(XMLTree.Problem) -> [UInt8] {
    if let plain = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][name] { return Array(plain.utf8) }
    let code =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    guard let code, let scalar = Unicode.Scalar(code), code >= 0x20 || [9, 10, 13].contains(code) else { throw .entity }
    return Array(String(scalar).utf8)
  }

  private mutating func name() throws(XMLTree.Problem) -> String {
    let start = index
    while index < bytes.count, Self.isNamePart(bytes[index]) { index += 1 }
    guard index > start else { throw index < bytes.count ? .syntax : .unfinished }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    !isBlank(byte) && byte >= 0x21 && !"<>/='\"!?&".utf8.contains(byte)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  private mutating func skipBlanks() {
    while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let end = index + text.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[index + offset] != text.utf8Start[offset] { return false }
    index = end
    return true
  }

  /// What stands before `end`; moves on past it.
  private mutating func upTo(_ end: StaticString) throws(XMLTree.Problem) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count {
      guard let next = bytes[index...].firstIndex(of: end.utf8Start[0]) else { break }
      index = next
      if take(end) { return bytes[start..<next] }
      index += 1
    }
    throw .unfinished
  }
}
