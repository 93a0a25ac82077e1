package import Conversations

/// Amazon SES: inbound mail and sending events, both delivered by SNS.
/// Source: docs.aws.amazon.com/ses, "Contents of notifications"; …/sns, "Verifying the signatures of messages".
package struct AmazonSES: MailAdapter {
  package static let kind = ChannelKind("ses_sns")
  package static let summary = "A mailbox received by Amazon SES, delivered through SNS."
  package static var bodySizeMax: Int { 50 << 20 }
  package static let settings: [Setting] =
    [
      Setting("topic_arns", .textList, required: true, help: "the SNS topics that may deliver, arn:aws:sns:…"),
      Setting(
        "certificates", .textMap, required: true,
        help: "the SigningCertURL of the topics' region to the certificate behind it (PEM)"),
      Setting("max_age_s", .integer, default: 3600, help: "older deliveries are refused, in seconds"),
    ] + ServiceMailbox.settings

  private let topics: Set<String>
  private let keys: [String: RSAKey]
  private let ageMax: Int
  private let mailbox: ServiceMailbox
  package var addresses: MailboxAddresses { mailbox.addresses }

  package init(_ values: SettingValues) throws(SettingProblem) {
    topics = Set(values.list("topic_arns"))
    var keys: [String: RSAKey] = [:]
    for (url, pem) in values.map("certificates") {
      guard Self.isCertificateURL(url) else {
        throw SettingProblem(
          "certificates", "must be named by addresses like https://sns.eu-central-1.amazonaws.com/….pem")
      }
      keys[url] = try RSAKey(certificate: pem, key: "certificates")
    }
    self.keys = keys
    ageMax = try values.positive("max_age_s")
    mailbox = try ServiceMailbox(values)
  }

  private static func isCertificateURL(_ url: String?) -> Bool {
    SNSEnvelope.isAmazon(url) && url?.hasSuffix(".pem") == true && url?.contains("?") == false
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    guard let json = try? JSON(parsing: delivery.body), let envelope = SNSEnvelope(json) else {
      return .refused(status: 400, reason: "body is not an SNS message")
    }
    if let problem = problem(envelope, now: now) { return .refused(status: 403, reason: problem) }
    let claimed = delivery.headers["x-amz-sns-message-type"] ?? envelope.kind.rawValue
    return claimed == envelope.kind.rawValue
      ? .accepted : .refused(status: 403, reason: "x-amz-sns-message-type contradicts the signed type")
  }

  /// Why the envelope is not to be trusted; `nil` when it is.
  private func problem(_ envelope: SNSEnvelope, now: Instant) -> String? {
    guard Self.isCertificateURL(envelope.certificateURL) else { return "SigningCertURL is not an address of SNS" }
    guard let key = keys[envelope.certificateURL ?? ""] else {
      return "no certificate for SigningCertURL: add it under `certificates`"
    }
    guard let hash = envelope.hash else { return "unknown SignatureVersion" }
    guard key.isGenuine(envelope.signature, hash, over: envelope.signedBytes) else {
      return "Signature is missing or wrong"
    }
    guard let topic = envelope.topic, topics.contains(topic) else { return "TopicArn is not one of `topic_arns`" }
    guard let sentAt = envelope.sentAt, abs(now.seconds(since: sentAt)) <= Int64(ageMax) else {
      return "Timestamp is missing or too far from now"
    }
    guard envelope.kind == .notification || SNSEnvelope.isAmazon(envelope.subscribeURL) else {
      return "SubscribeURL is not an address of SNS"
    }
    return nil
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    guard let envelope = SNSEnvelope(try RequestBody.object(delivery)) else {
      throw Unreadable(reason: "body is not an SNS message")
    }
    switch envelope.kind {
    case .subscription: return Self.confirmation(envelope)
    case .unsubscription: return Reading(ignored: [envelope.kind.rawValue])
    case .notification: break
    }
    // What SNS sends once to try a topic out is plain text.
    guard let message = envelope.message, let notice = try? JSON(parsing: message), notice.members != nil else {
      return Reading(ignored: ["message that is not from SES"])
    }
    let type = notice["notificationType"]?.string ?? notice["eventType"]?.string ?? ""
    if type == "Received" { return Reading(events: [try received(notice, delivery)]) }
    return SESNotice.reading(type, notice, receivedAt: delivery.receivedAt)
  }

  /// The subscription becomes valid once its address has been fetched.
  private static func confirmation(_ envelope: SNSEnvelope) -> Reading {
    guard let url = envelope.subscribeURL, SNSEnvelope.isAmazon(url) else { return Reading(ignored: ["subscription"]) }
    return Reading(
      ignored: [envelope.kind.rawValue],
      followUps: [FollowUp(key: "confirm \(envelope.topic ?? "")", kind: "confirm", fields: ["url": url])])
  }

  package func step(_ followUp: FollowUp, cursor: String?, accessToken: Secret?) throws(Unfetchable) -> FollowUpStep {
    // Looked at again: what lay in a store for a while is no better than what came in.
    guard followUp.kind == "confirm", let url = followUp.fields["url"], SNSEnvelope.isAmazon(url) else {
      throw .never("not an address of SNS")
    }
    return FollowUpStep(
      request: .http(HTTPRequest(method: "GET", url: Secret(url), reach: .publicOnly)), query: nil)
  }

  package func judge(_ response: OutboundResponse, of followUp: FollowUp) -> FollowUpAnswer {
    switch OutcomeRules.outcome(of: response, now: nil) {
    case .accepted: .done
    case .retry(let seconds, let reason): .retry(afterSeconds: seconds, reason: reason)
    case .rejected(let reason, _), .unauthorized(let reason, _): .failed(reason: reason)
    }
  }

  private func received(_ notice: JSON, _ delivery: RawDelivery) throws(Unreadable) -> InboundEvent {
    guard let content = notice["content"]?.string else { return try headersOnly(notice, delivery) }
    guard notice["receipt"]?["action"]?["encoding"]?.string == "BASE64" else {
      return try mailbox.event(raw: Array(content.utf8), delivery)
    }
    guard let raw = Signatures.decodeBase64(content.filter { !$0.isWhitespace }) else {
      throw Unreadable(status: 200, reason: "content of a mail is not base64")
    }
    return try mailbox.event(raw: raw, delivery)
  }

  /// With an S3 action the mail itself lies in a bucket: the desk learns who wrote, and where the words are.
  private func headersOnly(_ notice: JSON, _ delivery: RawDelivery) throws(Unreadable) -> InboundEvent {
    let action = notice["receipt"]?["action"]
    var mail = ServiceMail()
    mail.headers = (notice["mail"]?["headers"]?.array ?? []).compactMap { field in
      field["name"]?.string.flatMap { name in field["value"]?.string.map { (name: name, value: $0) } }
    }
    let common = notice["mail"]?["commonHeaders"]
    let known: [(String, String?)] = [
      ("From", common?["from"]?[0]?.string), ("Subject", common?["subject"]?.string), ("Date", common?["date"]?.string),
      ("Message-ID", common?["messageId"]?.string), ("To", common?["to"]?[0]?.string),
    ]
    mail.named = known.compactMap { name, value in value.map { (name: name, value: $0) } }
    if let bucket = action?["bucketName"]?.filled, let key = action?["objectKey"]?.filled {
      mail.attachments = [Attachment(kind: .file, contentType: "message/rfc822", url: "s3:\(bucket)/\(key)")]
    }
    return try mailbox.event(mail, messageID: ServiceFields.derivedID(mail), delivery)
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try mailbox.render(message)
  }

  /// SES puts an id of its own in the place of our Message-ID and names it as it takes a mail: `Ok 0102018f…-000000`.
  /// Its notices speak of that id.
  package func interpret(_ response: OutboundResponse) -> Outcome {
    let outcome = Email.outcome(of: response)
    guard case .accepted(nil) = outcome, case .mail(_, let text) = response else { return outcome }
    let word = text.split(separator: " ").last.map(String.init) ?? ""
    let isID =
      (20...100).contains(word.utf8.count)
      && word.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (97...102).contains(byte) || byte == UInt8(ascii: "-")
      }
    return isID ? .accepted(providerID: word) : outcome
  }
}

/// What SES says of mail we sent. docs.aws.amazon.com/ses/latest/dg/notification-contents.html
enum SESNotice {
  private static let kinds: [String: (status: Receipt.Status, part: String)] = [
    "Delivery": (.delivered, "delivery"), "Open": (.read, "open"), "Bounce": (.failed, "bounce"),
    "Reject": (.failed, "reject"), "Rendering Failure": (.failed, "failure"),
  ]

  static func reading(_ type: String, _ notice: JSON, receivedAt: Instant) -> Reading {
    guard let (status, part) = kinds[type], let id = notice["mail"]?["messageId"]?.filled else {
      return Reading(ignored: [type.callLine() ?? "notice without a type"])
    }
    let detail = notice[part]
    let code =
      detail?["bouncedRecipients"]?[0]?["status"]?.filled ?? detail?["bounceSubType"]?.filled
      ?? detail?["reason"]?.filled ?? detail?["errorMessage"]?.filled
    return Reading(receipts: [
      Receipt(
        externalID: id, status: status,
        at: Instant(provider: detail?["timestamp"]) ?? Instant(provider: notice["mail"]?["timestamp"]) ?? receivedAt,
        errorCode: status == .failed ? code?.callLine(limit: 200) : nil)
    ])
  }
}
