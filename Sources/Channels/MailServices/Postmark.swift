package import Conversations

/// Postmark: inbound mail as JSON, and its delivery, bounce and open webhooks.
/// Source: postmarkapp.com/developer/webhooks.
package struct Postmark: MailAdapter {
  package static let kind = ChannelKind("postmark")
  package static let summary = "A mailbox received by Postmark."
  package static var bodySizeMax: Int { 50 << 20 }
  package static let settings: [Setting] =
    [
      Setting("basic_user", .text, required: true, help: "user in the webhook's URL"),
      Setting("basic_password", .secret, required: true, help: "password in the webhook's URL"),
    ] + ServiceMailbox.settings

  private let user: Secret
  private let passwords: [Secret]
  private let mailbox: ServiceMailbox
  package var addresses: MailboxAddresses { mailbox.addresses }

  package init(_ values: SettingValues) throws(SettingProblem) {
    user = Secret(values.text("basic_user") ?? "")
    passwords = values.secrets("basic_password")
    mailbox = try ServiceMailbox(values)
  }

  /// 401 and not 403: Postmark gives up at once on the latter, and a mistyped password would lose mail.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let shown = Authorization.basic(delivery.headers)
    let isPassword = Signatures.isToken(shown?.password, oneOf: passwords)
    guard Signatures.isToken(shown?.user, oneOf: [user]), isPassword else {
      return .refused(status: 401, reason: "user or password is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let body = try RequestBody.object(delivery)
    if let type = body["RecordType"]?.string, type != "Inbound" { return Self.receipt(type, body, delivery) }
    let mail = Self.mail(body)
    let ownID = body["MessageID"]?.filled?.callLine(limit: 200).map { "<\($0)@postmark>" }
    return Reading(events: [
      try mailbox.event(mail, messageID: ownID ?? ServiceFields.derivedID(mail), delivery)
    ])
  }

  private static func mail(_ body: JSON) -> ServiceMail {
    var mail = ServiceMail()
    mail.headers = (body["Headers"]?.array ?? []).compactMap { field in
      field["Name"]?.string.flatMap { name in field["Value"]?.string.map { (name: name, value: $0) } }
    }
    let people = [
      ("From", [body["FromFull"] ?? .null]), ("To", body["ToFull"]?.array ?? []), ("Cc", body["CcFull"]?.array ?? []),
    ]
    for (name, list) in people {
      let value = list.compactMap(address).joined(separator: ", ")
      mail.named.append((name: name, value: value.isEmpty ? body[name]?.string ?? "" : value))
    }
    for name in ["Subject", "Date"] { mail.named.append((name: name, value: body[name]?.string ?? "")) }
    mail.named.append((name: "Reply-To", value: body["ReplyTo"]?.string ?? ""))
    (mail.text, mail.html) = (body["TextBody"]?.filled, body["HtmlBody"]?.filled)
    mail.attachments = (body["Attachments"]?.array ?? []).enumerated().map { index, file in
      // A file that cannot be decoded keeps its name, and the mail goes on.
      ServiceFields.file(
        "\(index)", filename: file["Name"]?.filled, type: file["ContentType"]?.filled,
        file["Content"]?.string.flatMap { Signatures.decodeBase64($0) } ?? [])
    }
    return mail
  }

  /// `"NAME" <ADDRESS>` (RFC 5322 §3.4).
  private static func address(_ party: JSON) -> String? {
    guard let address = party["Email"]?.filled else { return nil }
    guard let name = party["Name"]?.filled else { return address }
    return "\"\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\" <\(address)>"
  }

  private static func receipt(_ type: String, _ body: JSON, _ delivery: RawDelivery) -> Reading {
    guard let (status, time) = receipts[type], let id = body["MessageID"]?.filled else {
      return Reading(ignored: [type.callLine() ?? "record without a type"])
    }
    let code = body["Type"]?.text ?? body["TypeCode"]?.text
    return Reading(receipts: [
      Receipt(
        externalID: id, status: status, at: Instant(provider: body[time]) ?? delivery.receivedAt,
        errorCode: status == .failed ? code?.callLine(limit: 200) : nil)
    ])
  }

  private static let receipts: [String: (status: Receipt.Status, time: String)] = [
    "Delivery": (.delivered, "DeliveredAt"), "Open": (.read, "ReceivedAt"), "Bounce": (.failed, "BouncedAt"),
  ]

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try mailbox.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { Email.outcome(of: response) }
}
