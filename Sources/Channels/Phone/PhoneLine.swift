package import Conversations

/// Where a telephone system stands and which numbers are ours: what every adapter of one is configured with.
package struct PhoneLine: Sendable, Hashable {
  package var plan: DialPlan
  /// Normalised.
  package var ourNumbers: Set<String>
  /// By what a caller chose.
  package var categories: [String: String]

  package static let settings: [Setting] =
    DialPlan.settings + [
      Setting("our_numbers", .textList, default: [], help: "the desk's own numbers, e.g. +492214710334"),
      Setting(
        "categories", .textMap, default: .object([]),
        help: "what a caller chose (a voice menu's answer, a context, the number dialled) to a category"),
    ]

  package init(_ values: SettingValues) throws(SettingProblem) {
    let plan = try DialPlan(values)
    self.plan = plan
    ourNumbers = Set(values.list("our_numbers").map { PhoneNumbers.normalize($0, plan: plan) })
    categories = values.map("categories").mapKeys { $0.lowercased() }
  }

  /// The category of the first of these choices that has one; blank ones are none.
  package func category(_ choices: String?...) -> String? {
    guard !categories.isEmpty else { return nil }
    return choices.lazy.compactMap { $0?.trimmingBlanks().lowercased() }.compactMap { categories[$0] }.first
  }

  /// `raw` as E.164, extension or `anonymous`. Names that are no numbers (`sip:desk@host`) stay, shortened.
  package func number(_ raw: String?) -> String {
    PhoneNumbers.normalize(raw?.callLine().map(Self.withoutHost), plan: plan)
  }

  /// Why `raw`, typed by one of us, cannot be a number; see `PhoneNumbers.problem`.
  func problem(_ raw: String?) -> String? {
    raw?.callLine().map(Self.withoutHost).flatMap { PhoneNumbers.problem($0, plan: plan) }
  }

  /// `sip:+49221…@host;user=phone` (RFC 3261 §19.1.6) is its number, and a withheld caller stays one; names before an
  /// `@` are left whole.
  private static func withoutHost(_ text: String) -> String {
    let scheme = ["sip:", "sips:"].first { text.lowercased().hasPrefix($0) }
    let address = text.dropFirst(scheme?.utf8.count ?? 0)
    let user = String(address.prefix { $0 != "@" && $0 != ";" })
    let isNumber = !user.isEmpty && user.utf8.allSatisfy { (48...57).contains($0) || "+-.() ".utf8.contains($0) }
    return isNumber || (scheme != nil && PhoneNumbers.isWithheld(user)) ? user : text
  }

  /// For systems that leave the direction out: a call from one of our numbers to somebody else is outbound.
  package func isOutbound(from: String, to: String) -> Bool { ourNumbers.contains(from) && !ourNumbers.contains(to) }

  /// The id under which a call is filed. Thread keys and indexes carry it, so it is one line of at most 250 bytes
  /// (Zammad's limit for `callId`).
  package static func callID(_ raw: String?) -> String? {
    guard let line = raw?.callLine(limit: 251), line.utf8.count <= 250 else { return nil }
    return line
  }
}

/// An adapter that reports calls and cannot put written words before anybody.
package protocol PhoneOnly: Adapter {}

extension PhoneOnly {
  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    throw Unrenderable(
      "a call cannot be answered in writing: phone \(message.contact.phone ?? "the caller") or use another channel"
    )
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    .rejected(reason: "nothing can be sent through a telephone system", code: nil)
  }
}

extension Dictionary {
  /// The same values under other keys; of two that become one the first in no particular order stays.
  fileprivate func mapKeys(_ transform: (Key) -> Key) -> Self {
    Dictionary(map { (transform($0.key), $0.value) }) { first, _ in first }
  }
}
