/// What a redacted text is now, and what was taken out of it.
package struct Redaction: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable { case card, cvv, code, identity, iban, password }

  package struct Finding: Sendable, Hashable {
    package var kind: Kind
    /// The same for the same card, ID or IBAN however it was written; `nil` for short secrets, which a token would betray.
    package var token: String?
    /// Bytes of UTF-8 in the text as it came.
    package var range: Range<Int>
  }

  /// With `[card •••• 1111 #TOKEN]` and the like in place of what was found.
  package var text: String
  package var findings: [Finding]
}

/// Takes out of a text what must not be kept (DESIGN §7): card numbers, what stands on their backs, one-time codes, mainland
/// ID numbers, IBANs, passwords. The last four digits stay (PCI DSS 4.0 §3.4.1 allows them); order numbers, waybills,
/// phone numbers and times stay whole.
///
/// Time is linear in the text. What is put in its place holds nothing that a second pass would take out.
package struct Redactor: Sendable {
  private let token: @Sendable (String) -> String

  /// `token` makes a short keyed text from the bare digits, e.g. 10 hex digits of an HMAC; no brackets or spaces in it.
  package init(token: @escaping @Sendable (String) -> String) { self.token = token }

  package func redact(_ text: String) -> Redaction {
    let scan = RedactionScan(text)
    guard !scan.isHarmless else { return Redaction(text: text, findings: []) }
    let labels = NumberLabels(scan)
    var cardFinder = CardFinder(scan, labels)
    let told = ListedFinder(scan, labels).spots() + SpokenFinder(scan, labels).spots()
    let cards = cardFinder.spots() + told.filter { $0.kind == .card } + LookalikeFinder(scan).spots()
    // An ID's check digit says more than a card's.
    let numbers = IdentityFinder(scan).spots() + told + cards + IBANFinder(scan).spots()
    return replace(numbers + SecretFinder(scan, cards: cards).spots(apart: numbers), in: scan, text)
  }

  /// Earlier spots win over later ones that share a byte with them; at one place the longer, then the one named first.
  private func replace(_ spots: [RedactionSpot], in scan: RedactionScan, _ text: String) -> Redaction {
    guard !spots.isEmpty else { return Redaction(text: text, findings: []) }
    var (out, findings, end) = ([UInt8](), [Redaction.Finding](), 0)
    out.reserveCapacity(scan.bytes.count)
    let order = spots.enumerated().sorted {
      let (one, other) = ($0.element.range, $1.element.range)
      return (one.lowerBound, -one.upperBound, $0.offset) < (other.lowerBound, -other.upperBound, $1.offset)
    }
    for spot in order.map(\.element) where spot.range.lowerBound >= end {
      let token = spot.secret.map(token)
      out += scan.bytes[end..<spot.range.lowerBound]
      out += Self.mark(spot, token: token).utf8
      end = spot.range.upperBound
      findings.append(Redaction.Finding(kind: spot.kind, token: token, range: spot.range))
    }
    out += scan.bytes[end...]
    return Redaction(text: String(decoding: out, as: UTF8.self), findings: findings)
  }

  private static func mark(_ spot: RedactionSpot, token: String?) -> String {
    let name =
      switch spot.kind {
      case .identity: "id"
      default: spot.kind.rawValue
      }
    guard let token else { return "[\(name)]" }
    return "[\(name) •••• \(spot.lastFour) #\(token)]"
  }
}

/// One place to be replaced.
struct RedactionSpot: Sendable {
  var kind: Redaction.Kind
  /// Bytes of the text.
  var range: Range<Int>
  /// Bare digits (and letters) for the token; `nil` = no token.
  var secret: String?

  var lastFour: String { String((secret ?? "").suffix(4)) }
}
