package import Conversations
import Mail

/// One mailbox of the service centre: mail comes in by LMTP, IMAP, a pipe or HTTP, answers leave by SMTP.
package struct Email: MailAdapter {
  package static let kind = ChannelKind("email")
  package static let summary = "A mailbox: mail in by LMTP, IMAP, pipe or HTTP, answers out by SMTP."
  package static let settings: [Setting] =
    [
      Setting("address", .text, forSending: true, help: "the mailbox's address, e.g. support@example.com"),
      Setting("display_name", .text, help: "the name beside it in answers"),
      Setting(
        "aliases", .textList, default: [],
        help: "further addresses whose mail reaches this mailbox; mail to others is not answered by itself"),
      Setting("bearer_token", .secret, help: "shown by whoever delivers mail over HTTP; without it nobody can"),
      Setting(
        "trusted_authserv_ids", .textList, default: [],
        help: "names that your own mail servers write into Authentication-Results (RFC 8601)"),
    ] + EmailWriter.settings + EmailMailbox.settings

  package static var bodySizeMax: Int { MailLimits().size }

  private let tokens: [Secret]
  private let reader: EmailReader
  let writer: EmailWriter
  package let addresses: MailboxAddresses
  /// Where mail is fetched from; `nil` = it is brought.
  package let mailbox: MailboxAccess?

  package init(_ values: SettingValues) throws(SettingProblem) {
    tokens = values.secrets("bearer_token")
    let address = try values.text("address").map { text throws(SettingProblem) in
      guard let address = EmailAddress.plausible(text) else { throw SettingProblem("address", "is not a mail address") }
      return address
    }
    reader = EmailReader(mailbox: address, trustedServers: values.list("trusted_authserv_ids"))
    writer = try EmailWriter(values, address: address)
    for alias in values.list("aliases") where EmailAddress.plausible(alias) == nil {
      throw SettingProblem("aliases", "has `\(alias)`, which is not a mail address")
    }
    addresses = MailboxAddresses(
      [address].compactMap(\.self) + values.list("aliases"), replyDomain: writer.replyDomain)
    mailbox = try EmailMailbox.access(values, address: address)
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { CallImport.verify(delivery, tokens: tokens) }

  /// The body is one raw mail (RFC 5322).
  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    do {
      let mail = try MailMessage(parsing: delivery.body)
      return Reading(events: [reader.event(mail, delivery)])
    } catch {
      if case .tooLarge = error { throw Unreadable(status: 413, reason: error.description) }
      throw Unreadable(reason: error.description)
    }
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    [.mail(try writer.request(message))]
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    guard case .mail(let code, let text) = response, (200..<300).contains(code) else {
      return Self.outcome(of: response)
    }
    return .accepted(providerID: writer.renamed(by: text))
  }

  /// RFC 5321 §4.2.1: 2xx taken, 4xx later, 5xx never.
  static func outcome(of response: OutboundResponse) -> Outcome {
    switch response {
    case .mail(let code, let text):
      let words = "\(code) \(text)"
      if (200..<300).contains(code) { return .accepted(providerID: nil) }
      if (500..<600).contains(code) { return .rejected(reason: words, code: Self.enhancedCode(text) ?? String(code)) }
      return .retry(afterSeconds: nil, reason: words)
    case .failed(let failure) where failure.kind == .tooLarge: return .rejected(reason: failure.detail, code: nil)
    case .failed(let failure): return Outcome(failure)
    case .http(let status, _, _): return .rejected(reason: "not a mail server's answer: HTTP \(status)", code: nil)
    }
  }

  /// `5.1.1` at the front of a reply's text (RFC 2034 §4).
  private static func enhancedCode(_ text: String) -> String? {
    let word = text.drop { $0 == " " || $0 == "-" }.prefix { $0 != " " }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    let isCode =
      parts.count == 3
      && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
    return isCode ? String(word) : nil
  }
}
