package import Conversations

/// What customers do for some days: write, one word after the other or days later, change and take back what they wrote,
/// call. All from a seed; pure.
package struct CustomerTalk: Sendable {
  /// In the order in which they happened.
  package private(set) var events: [ProviderEvent] = []
  private var numbers: SeededNumbers
  private let product: ProviderAccount.Product

  private struct Draft {
    var customer: Int
    var at: Instant
    var content: ProviderEvent.Content
    /// Which message or call of the customer's it is about.
    var place: Int
  }

  private static let words = [
    "我要申请退款", "付款失败了，钱已经扣了", "I want a refund for my order", "怎么修改手机号码", "my payment failed twice",
    "提现还没有到账", "How do I close my account?", "验证邮件没有收到", "the app crashes when I open it", "你们的手续费是多少",
  ]

  /// `customers` people, who begin within the first two thirds of `days` and are silent afterwards.
  package init(
    at product: ProviderAccount.Product, customers: Int, messagesMax: Int, from start: Instant, days: Int, seed: UInt64
  ) {
    (self.product, numbers) = (product, SeededNumbers(seed: seed))
    let end = start.adding(seconds: Int64(days) * 86_400)
    var drafts: [Draft] = []
    for customer in 0..<customers {
      var at = start.adding(microseconds: Int64.random(in: 0..<(Int64(days) * 57_600_000), using: &numbers) * 1000)
      for place in 0..<Int.random(in: 1...messagesMax, using: &numbers) where at < end {
        drafts += product == .calls ? call(customer, place, at) : message(customer, place, at)
        at = at.adding(microseconds: pause() * 1000)
      }
    }
    name(drafts.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element))
  }

  /// Milliseconds until the customer's next word: mostly the next breath, sometimes days.
  private mutating func pause() -> Int64 {
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0..<2: Int64.random(in: 1...900, using: &numbers)
    case 2..<5: Int64.random(in: 1000...90_000, using: &numbers)
    case 5..<8: Int64.random(in: 600_000...21_600_000, using: &numbers)
    default: Int64.random(in: 21_600_000...144_000_000, using: &numbers)
    }
  }

  private mutating func message(_ customer: Int, _ place: Int, _ at: Instant) -> [Draft] {
    let words = Self.words.randomElement(using: &numbers) ?? ""
    let name = "\(product.rawValue) \(customer)-\(place)"
    let text = { (mark: String) in "\(words) [\(name)\(mark)]" }
    var drafts = [Draft(customer: customer, at: at, content: .said(text(""), thread: nil), place: place)]
    let later = at.adding(seconds: Int64.random(in: 2...600, using: &numbers))
    switch Int.random(in: 0..<20, using: &numbers) {
    case 0 where mayEdit:
      drafts.append(Draft(customer: customer, at: later, content: .edited(text(" b")), place: place))
    case 1 where mayEdit:
      drafts.append(Draft(customer: customer, at: later, content: .edited(text(" b")), place: place))
      let last = later.adding(seconds: Int64.random(in: 1...60, using: &numbers))
      drafts.append(Draft(customer: customer, at: last, content: .edited(text(" c")), place: place))
    case 2 where mayDelete: drafts.append(Draft(customer: customer, at: later, content: .deleted, place: place))
    case 3 where product == .line: drafts[0].content = .pictured
    default: break
    }
    return drafts
  }

  private var mayEdit: Bool { [.messenger, .whatsApp, .telegram, .generic].contains(product) }
  private var mayDelete: Bool { [.messenger, .whatsApp, .line, .generic].contains(product) }

  private mutating func call(_ customer: Int, _ place: Int, _ at: Instant) -> [Draft] {
    let isTaken = Bool.random(using: &numbers)
    let taken = at.adding(seconds: Int64.random(in: 5...40, using: &numbers))
    let length = Int.random(in: 20...900, using: &numbers)
    var drafts = [Draft(customer: customer, at: at, content: .rang, place: place)]
    if isTaken { drafts.append(Draft(customer: customer, at: taken, content: .answered, place: place)) }
    let end = isTaken ? taken.adding(seconds: Int64(length)) : taken
    drafts.append(
      Draft(customer: customer, at: end, content: .hungUp(seconds: isTaken ? length : nil), place: place))
    return drafts
  }

  // MARK: - Names

  private mutating func name(_ drafts: [Draft]) {
    var ids: [[Int]: String] = [:]
    for (offset, draft) in drafts.enumerated() {
      let key = [draft.customer, draft.place]
      let id = ids[key] ?? self.id(number: offset + 1, draft)
      ids[key] = id
      var content = draft.content
      if product == .mail, case .said(let text, _) = content {
        let first = (0..<draft.place).lazy.compactMap { ids[[draft.customer, $0]] }.first
        content = .said(text, thread: first)
      }
      events.append(
        ProviderEvent(
          number: offset + 1, id: id, customer: address(of: draft.customer), at: draft.at, content: content))
    }
  }

  /// As the provider makes them: most say nothing of the order.
  private mutating func id(number: Int, _ draft: Draft) -> String {
    let chance = String(numbers.next(), radix: 36)
    return switch product {
    case .messenger, .instagram: "m_\(chance)"
    case .whatsApp: "wamid.\(chance)"
    case .telegram: "\(number)"
    case .line: "5\(padded(number, to: 17))"
    case .texting: "SM\(chance)"
    case .generic: "\(chance)"
    case .calls: "call-\(chance)"
    case .mail: "\(chance)@customer.example"
    }
  }

  private func address(of customer: Int) -> String {
    switch product {
    case .messenger, .instagram: "7000\(padded(customer, to: 6))"
    case .whatsApp: "8613900\(padded(customer, to: 6))"
    case .telegram: "6100\(padded(customer, to: 5))"
    case .line: "U" + String(repeating: "0", count: 26) + padded(customer, to: 6)
    case .texting: "+1415555\(padded(customer, to: 4))"
    case .generic: "u-\(customer)"
    case .calls: "0221471\(padded(customer, to: 4))"
    case .mail: "li\(customer)@customer.example"
    }
  }
}
