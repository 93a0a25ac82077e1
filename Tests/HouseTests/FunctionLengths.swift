extension SwiftFile {
  struct Function {
    let name: String
    /// The number, from 1, of its first line.
    let line: Int
    /// Lines from the first to the closing brace, both counted.
    let length: Int
  }

  /// Every function and initializer with a body, found by counting braces.
  var functions: [Function] {
    code.indices.compactMap { start in
      guard let name = Self.declaredName(code[start]) else { return nil }
      return end(of: start).map { Function(name: name, line: start + 1, length: $0 - start + 1) }
    }
  }

  private static func declaredName(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let mark = words.firstIndex(where: { $0 == "func" || $0.hasPrefix("init(") || $0.hasPrefix("init?(") }),
      words[..<mark].allSatisfy({ $0.allSatisfy { $0.isLetter || "@()_".contains($0) } })
    else { return nil }
    guard words[mark] == "func" else { return "init" }
    return mark + 1 < words.count ? String(words[mark + 1].prefix { $0 != "(" && $0 != "<" }) : nil
  }

  /// The index of the line on which the declaration at `start` closes; `nil` for a protocol's requirement.
  private func end(of start: Int) -> Int? {
    var (parentheses, braces, wasOpened) = (0, 0, false)
    for index in start..<code.count {
      if index > start, !wasOpened, parentheses == 0, Self.startsAnother(code[index]) { return nil }
      for character in code[index] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || wasOpened:
          braces += 1
          wasOpened = true
        case "}" where parentheses == 0 || wasOpened: braces -= 1
        default: continue
        }
        if wasOpened, braces == 0 { return index }
        if braces < 0 { return nil }
      }
    }
    return nil
  }

  /// Whether the line cannot be the rest of a declaration's head.
  private static func startsAnother(_ line: Substring) -> Bool {
    let first = line.split(separator: " ").first ?? ""
    return !(first.hasPrefix("{") || first.hasPrefix(")") || ["->", "where", "throws", "async", ""].contains(first))
      && !first.hasPrefix("throws(")
  }
}
