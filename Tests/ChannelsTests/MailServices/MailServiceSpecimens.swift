import Channels
import Conversations
import Foundation

/// Mail services for the conformance suite, and what their tests share. The signed fixtures were made for these tests,
/// with keys that sign nothing else.
extension Specimen {
  static let mailServices: [Specimen] = [mailgun, sendGrid, postmark, amazonSES]

  static func mailFixture(_ name: String) -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/MailServices/\(name)")
    return String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }

  static let mailboxSetting = JSON.Member("mailbox", "help@desk.example")

  // MARK: Mailgun

  static func mailgunSigned(_ stamp: Int64) -> [(name: String, value: String)] {
    let signature = Signatures.hex(ChatDesk.signature("a signing key", over: "\(stamp)token-1"))
    return [("timestamp", "\(stamp)"), ("token", "token-1"), ("signature", signature)]
  }

  static func mailgunDelivery(_ fields: [(name: String, value: String)], sentAt: Int64 = arrival.seconds) -> RawDelivery
  {
    let body = (mailgunSigned(sentAt) + fields).map { "\($0.name)=\(FormFields.encode($0.value))" }
    return delivery(body.joined(separator: "&").utf8, type: "application/x-www-form-urlencoded")
  }

  static func mailgunEvent(_ data: String) -> RawDelivery {
    let members = mailgunSigned(arrival.seconds).map { JSON.Member($0.name, .string($0.value)) }
    return delivery(
      #"{"signature":\#(JSON.object(members)),"event-data":\#(data)}"#.utf8, type: "application/json")
  }

  static let mailgun = Specimen(
    kind: Mailgun.kind, proof: .body,
    settings: .object([JSON.Member("webhook_signing_key", "a signing key"), mailboxSetting]),
    deliveries: [
      mailgunDelivery([
        ("from", "Ana <ana@example.org>"), ("subject", "问题"), ("body-plain", "你好"), ("Message-Id", "<m@example.org>"),
        ("message-headers", #"[["To","help@desk.example"],["X-A","b"]]"#),
      ]),
      mailgunEvent(
        #"{"event":"failed","severity":"permanent","timestamp":1787216400.25,"message":{"headers":{"message-id":"o1@desk"}},"#
          + #""delivery-status":{"code":550}}"#),
    ])

  // MARK: SendGrid

  static let sendGridSigned = (try? JSON(parsing: mailFixture("signatures.json"))) ?? .null

  static func sendGridDelivery(_ body: String, type: String, signature: String) -> RawDelivery {
    delivery(
      body.utf8, type: type,
      headers: [
        ("X-Twilio-Email-Event-Webhook-Signature", sendGridSigned[signature]?.string ?? ""),
        ("X-Twilio-Email-Event-Webhook-Timestamp", sendGridSigned["timestamp"]?.string ?? ""),
      ])
  }

  static let sendGrid = Specimen(
    kind: SendGrid.kind, proof: .header("X-Twilio-Email-Event-Webhook-Signature", coversBody: true),
    settings: .object([JSON.Member("public_key", sendGridSigned["public_key"] ?? ""), mailboxSetting]),
    deliveries: [
      sendGridDelivery(mailFixture("parse.form"), type: "multipart/form-data; boundary=b", signature: "form"),
      sendGridDelivery(mailFixture("events.json"), type: "application/json", signature: "events"),
    ])

  // MARK: Postmark

  static func postmarkDelivery(_ body: String) -> RawDelivery {
    let credentials = Signatures.write(Array("postmark:secret".utf8), as: .base64)
    return delivery(body.utf8, type: "application/json", headers: [("Authorization", "Basic \(credentials)")])
  }

  static let postmark = Specimen(
    kind: Postmark.kind, proof: .header("Authorization", coversBody: false),
    settings: .object([
      JSON.Member("basic_user", "postmark"), JSON.Member("basic_password", "secret"), mailboxSetting,
    ]),
    deliveries: [
      postmarkDelivery(
        #"{"FromFull":{"Email":"ana@example.org","Name":"Ana \"A\" Lim"},"Subject":"Q","MessageID":"22c7","TextBody":"你好","#
          + #""Headers":[{"Name":"References","Value":"<r@x.example>"}],"#
          + #""Attachments":[{"Name":"a.txt","Content":"YWJj","ContentType":"text/plain"}]}"#),
      postmarkDelivery(
        #"{"RecordType":"Bounce","MessageID":"22c8","Type":"HardBounce","BouncedAt":"2026-08-20T09:00:00Z"}"#),
    ])

  // MARK: Amazon SES

  static func snsDelivery(_ name: String, header: String = "Notification") -> RawDelivery {
    delivery(mailFixture("sns-\(name).json").utf8, type: "text/plain", headers: [("x-amz-sns-message-type", header)])
  }

  static let amazonSES = Specimen(
    kind: AmazonSES.kind, proof: .body,
    settings: .object([
      JSON.Member("topic_arns", ["arn:aws:sns:eu-central-1:1:Mail"]),
      JSON.Member(
        "certificates",
        .object([
          JSON.Member(
            "https://sns.eu-central-1.amazonaws.com/test.pem", .string(mailFixture("sns-certificate.pem")))
        ])), mailboxSetting,
    ]),
    // A whole mail per changed byte would take the suite a minute: see "a changed or cut mail…" for those.
    deliveries: [snsDelivery("bounce")])
}
