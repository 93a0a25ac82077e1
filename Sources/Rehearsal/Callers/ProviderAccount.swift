package import Conversations

/// Our account at a provider, seen from there: tells events in the provider's own form, signed. Pure.
package struct ProviderAccount: Sendable {
  package enum Product: String, Sendable, CaseIterable {
    case messenger, instagram, whatsApp, telegram, line, texting, generic, calls, mail
  }

  package let product: Product
  /// What the provider calls our side: page, number, bot, mailbox.
  package let address: String
  package var signing: HookSigning

  package init(_ product: Product, address: String, signing: HookSigning) {
    (self.product, self.address, self.signing) = (product, address, signing)
  }

  /// The time that the provider states for an event, as exactly as it states it; `nil` when it states none.
  package func stated(_ at: Instant) -> Instant? {
    switch product {
    case .messenger, .instagram, .line, .generic: Instant(microseconds: at.microseconds / 1000 * 1000)
    case .whatsApp, .telegram, .mail: Instant(seconds: at.seconds)
    case .texting, .calls: nil
    }
  }

  /// Whether the ids of messages tell their order.
  package var isCounting: Bool { product == .telegram || product == .line }

  /// The name under which the desk has to know the message: unique beyond the chat.
  package func externalID(of event: ProviderEvent) -> String {
    switch product {
    case .telegram: "\(event.customer):\(event.id)"
    case .mail: "<\(event.id)>"
    default: event.id
    }
  }

  /// One call of our webhook, or one mail handed over, that tells `events`. `isAgain`: the provider knows that it has told
  /// them before.
  package func delivery(of events: [ProviderEvent], at now: Instant, isAgain: Bool = false) -> RawDelivery {
    switch product {
    case .messenger, .instagram: return signed(json: escaped(messagingBody(events, at: now)), at: now)
    case .whatsApp: return signed(json: escaped(whatsAppBody(events)), at: now)
    case .telegram: return signed(json: telegramBody(events[0]).bytes, at: now)
    case .line: return signed(json: lineBody(events, isAgain: isAgain).bytes, at: now)
    case .generic: return signed(json: genericBody(events).bytes, at: now)
    case .texting:
      let (form, path) = textingForm(events[0])
      return signed(form: form, path: path, at: now)
    case .calls: return signed(form: callForm(events[0]), path: "", at: now)
    case .mail:
      return RawDelivery(
        door: .lmtp, body: letter(events[0], at: now, isAgain: isAgain),
        envelope: .init(sender: events[0].customer, recipients: [address]), receivedAt: now)
    }
  }

  /// `body`, signed as the provider signs JSON.
  package func signed(json body: [UInt8], at now: Instant) -> RawDelivery {
    let headers = Headers([("Content-Type", "application/json")] + signing.headers(over: body, at: now))
    return RawDelivery(door: .http, headers: headers, body: body, receivedAt: now)
  }

  private func signed(form: [(String, String)], path: String, at now: Instant) -> RawDelivery {
    let body = Array(form.map { "\($0.0.percentEncoded)=\($0.1.percentEncoded)" }.joined(separator: "&").utf8)
    let headers =
      [("Content-Type", "application/x-www-form-urlencoded")]
      + signing.headers(over: body, form: form, path: path, at: now)
    return RawDelivery(door: .http, path: path, headers: Headers(headers), body: body, receivedAt: now)
  }

  /// As Meta writes: ASCII only, `\uXXXX` in lower case, `\/`.
  private func escaped(_ json: JSON) -> [UInt8] {
    var out: [UInt8] = []
    for unit in json.description.utf16 {
      switch unit {
      case 0x2F: out += Array(#"\/"#.utf8)
      case ..<0x80: out.append(UInt8(unit))
      default:
        let digits = String(unit, radix: 16)
        out += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
      }
    }
    return out
  }
}
