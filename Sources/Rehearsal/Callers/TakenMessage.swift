package import Conversations

/// A message of ours as the pretend provider has it that took it.
package struct TakenMessage: Sendable, Hashable {
  package let product: ProviderAccount.Product
  package let id: String
  /// The provider's address of the customer.
  package let customer: String
  package let text: String

  /// `nil` for what was not taken, and for what is no message.
  package init?(_ request: ReceivedRequest) {
    guard let id = request.messageID, let dialect = WebDialect(path: request.path) else { return nil }
    self.id = id
    guard dialect != .texting else {
      let form = Self.fields(request.body)
      guard let to = form["To"], let text = form["Body"] else { return nil }
      (product, customer, self.text) = (.texting, to, text)
      return
    }
    guard let json = try? JSON(parsing: request.body) else { return nil }
    let found: (ProviderAccount.Product, customer: JSON?, text: JSON?) =
      switch dialect {
      case .page: (.messenger, json["recipient"]?["id"], json["message"]?["text"])
      case .whatsApp: (.whatsApp, json["to"] ?? json["recipient"], json["text"]?["body"])
      case .telegram: (.telegram, json["chat_id"], json["text"])
      case .line: (.line, json["to"] ?? Self.customer(ofToken: json["replyToken"]), json["messages"]?[0]?["text"])
      case .plain, .comments, .texting: (.generic, json["contact"]?["id"], json["text"])
      }
    guard let customer = found.customer?.text, let text = found.text?.string else { return nil }
    (product, self.customer, self.text) = (found.0, customer, text)
  }

  private static func customer(ofToken token: JSON?) -> JSON? {
    let parts = (token?.string ?? "").split(separator: ".")
    return parts.count == 3 ? .string(String(parts[1])) : nil
  }

  /// A form's fields (application/x-www-form-urlencoded).
  private static func fields(_ body: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      fields[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
    }
    return fields
  }

  private static func decoded(_ part: ArraySlice<UInt8>) -> String {
    var (out, rest) = ([UInt8](), part)
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        out.append(value)
        rest = rest.dropFirst(2)
      } else {
        out.append(byte == UInt8(ascii: "+") ? 32 : byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension PretendCaller {
  /// What the provider has to tell of a message that it took from us at `now`.
  package mutating func took(_ message: TakenMessage, at now: Instant) {
    let later = { (dice: inout SeededNumbers, range: ClosedRange<Int64>) in
      now.adding(microseconds: Int64.random(in: range, using: &dice) * 1000)
    }
    var dice = SeededNumbers(seed: UInt64(lastNumber) &* 2_654_435_761 &+ UInt64(message.text.utf8.count))
    let (first, second, third) = (
      later(&dice, 20...900), later(&dice, 1000...60_000), later(&dice, 61_000...14_400_000)
    )
    func tell(_ content: ProviderEvent.Content, _ at: Instant) {
      add(content, id: message.id, customer: message.customer, at: at)
    }
    let isLost = Int.random(in: 0..<50, using: &dice) == 0
    switch message.product {
    case .messenger:
      tell(.echoed(message.text), first)
      tell(.delivered, second)
      tell(.read, third)
    case .whatsApp:
      tell(.sent, first)
      if isLost { return tell(.failed(code: 131_026), second) }
      tell(.delivered, second)
      tell(.read, third)
    case .texting:
      tell(.sent, first)
      tell(isLost ? .failed(code: 30_005) : .delivered, second)
    case .instagram, .telegram, .line, .generic, .calls, .mail: break
    }
  }
}
