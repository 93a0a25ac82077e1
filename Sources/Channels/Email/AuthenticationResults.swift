import Conversations
import Mail

/// What our own server found out about a mail's sender (RFC 8601). Only results of servers named in the settings count,
/// and of those only the topmost field: whatever stands below may have come with the mail.
struct AuthenticationResults: Sendable {
  private struct Finding: Sendable {
    let (method, result): (String, String)
    let properties: [String: String]
  }
  private let findings: [Finding]

  init(_ headers: MailHeaders, trusted: [String]) {
    let names = Set(trusted.map { $0.lowercased() })
    let field = headers.all("Authentication-Results").lazy.map { Self.statements($0) }
      .first { names.contains($0.first?.first?.lowercased() ?? "") }
    findings = (field ?? []).dropFirst().compactMap(Self.finding)
  }

  /// DMARC decides; without it, a passed DKIM or SPF of the From address's own domain (RFC 7489 §3.1) is as good.
  func verdict(on from: String?) -> MailFields.Authentication {
    guard let domain = from?.split(separator: "@").last.map({ $0.lowercased() }) else { return .unknown }
    switch findings.first(where: { $0.method == "dmarc" })?.result {
    case "pass": return .pass
    case "fail": return .fail
    default: break
    }
    let keys = ["dkim": "header.d", "spf": "smtp.mailfrom"]
    let isProved = findings.contains { finding in
      guard finding.result == "pass", let key = keys[finding.method] else { return false }
      let signer = finding.properties[key]?.split(separator: "@").last?.lowercased() ?? ""
      return signer == domain || (signer.contains(".") && domain.hasSuffix(".\(signer)"))
    }
    return isProved ? .pass : .unknown
  }

  /// `dkim=pass header.d=example.org` as method, result and properties.
  private static func finding(_ words: [String]) -> Finding? {
    let pairs = words.compactMap { word -> (String, String)? in
      guard let equals = word.firstIndex(of: "=") else { return nil }
      return (word[..<equals].lowercased(), String(word[word.index(after: equals)...]))
    }
    guard let first = pairs.first else { return nil }
    // A method may carry its version: `dkim/1`.
    let method = String(first.0.prefix { $0 != "/" })
    let properties = Dictionary(pairs.dropFirst().map { ($0.0, $0.1) }) { first, _ in first }
    return Finding(method: method, result: first.1.lowercased(), properties: properties)
  }

  /// The words between the semicolons, comments taken out and quotes taken off.
  private static func statements(_ field: String) -> [[String]] {
    var (statements, word, depth, isQuoted) = ([[String]](), [UInt8](), 0, false)
    var words: [String] = []
    func endWord() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in field.utf8.prefix(8192) {
      switch byte {
      case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
      case UInt8(ascii: "(") where !isQuoted: depth += 1
      case UInt8(ascii: ")") where !isQuoted: depth = max(0, depth - 1)
      case _ where depth > 0: break
      case UInt8(ascii: ";") where !isQuoted:
        endWord()
        statements.append(words)
        words = []
      case 0x20 where !isQuoted, 0x09 where !isQuoted: endWord()
      default: word.append(byte)
      }
    }
    endWord()
    return statements + [words]
  }
}
