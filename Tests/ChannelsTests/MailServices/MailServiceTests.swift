import Channels
import Conversations
import Testing

@Suite("SendGrid, Postmark and Amazon SES")
struct MailServiceTests {
  @Test("SendGrid's parsed mail keeps its text, and machines are known by their header fields")
  func sendGrid() throws {
    let adapter = try Specimen.sendGrid.adapter()
    let mail = try #require(try adapter.reading(Specimen.sendGrid.deliveries[0]).events.first)
    #expect(mail.text == "你好\n" && mail.flags.autoReply && mail.externalID == "<m1@example.org>")
    let receipt = try adapter.reading(Specimen.sendGrid.deliveries[1]).receipts.first
    #expect(receipt?.externalID == "<o1@desk.example>" && receipt?.status == .delivered)
  }

  @Test("SendGrid's deliveries grow old, and the time is signed")
  func sendGridAge() throws {
    let adapter = try Specimen.sendGrid.adapter()
    var delivery = Specimen.sendGrid.deliveries[1]
    delivery.receivedAt = Specimen.arrival.adding(seconds: 601)
    #expect(adapter.status(delivery) == 401)
    let moved = delivery.with(
      header: "X-Twilio-Email-Event-Webhook-Timestamp", "\(Specimen.arrival.seconds + 601)")
    #expect(adapter.status(moved) == 401)
  }

  @Test("SendGrid's fields are read in the charset each of them had")
  func charsets() throws {
    let body: [UInt8] =
      Array("--b\r\nContent-Disposition: form-data; name=\"charsets\"\r\n\r\n{\"text\":\"gb2312\"}\r\n".utf8)
      + Array("--b\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\nana@example.org\r\n".utf8)
      + Array("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n".utf8)
      + [0xC4, 0xE3, 0xBA, 0xC3] + Array("\r\n--b--\r\n".utf8)
    let delivery = Specimen.delivery(body, type: "multipart/form-data; boundary=b")
    let event = try Specimen.sendGrid.adapter().normalize(delivery).events.first
    #expect(event?.text == "你好")
  }

  @Test("Postmark: names with quotes, its own id as a last resort, files that cannot be decoded")
  func postmark() throws {
    let adapter = try Specimen.postmark.adapter()
    let event = try #require(try adapter.reading(Specimen.postmark.deliveries[0]).events.first)
    #expect(event.contact.name == "Ana \"A\" Lim" && event.externalID == "<22c7@postmark>")
    #expect(event.threadKey == "email:help@desk.example:<r@x.example>")
    #expect(event.attachments.first?.content == Array("abc".utf8) && event.attachments.first?.url == "email-part:0")
    let broken = #"{"From":"ana@example.org","TextBody":"x","Attachments":[{"Name":"../a.bin","Content":"***"}]}"#
    let kept = try adapter.reading(Specimen.postmarkDelivery(broken)).events.first
    #expect(kept?.attachments.first?.filename == "a.bin" && kept?.text == "x")
    #expect(adapter.status(Specimen.postmarkDelivery(#"{"From":1,"Headers":"x"}"#)) == 400)
    let bounce = try adapter.reading(Specimen.postmark.deliveries[1]).receipts.first
    #expect(bounce?.status == .failed && bounce?.errorCode == "HardBounce")
  }

  @Test("SES: mail as it came over the wire, bounces by their status")
  func ses() throws {
    let adapter = try Specimen.amazonSES.adapter()
    let mail = try #require(try adapter.reading(Specimen.snsDelivery("inbound")).events.first)
    #expect(mail.text == "Line\r\n" && mail.sentAt?.rfc3339 == "2026-08-20T09:00:00Z")
    let bounce = try adapter.reading(Specimen.snsDelivery("bounce")).receipts.first
    #expect(bounce?.externalID == "0100" && bounce?.errorCode == "5.1.1")
  }

  @Test("a changed or cut mail inside an SNS message is read or refused calmly")
  func brokenMail() throws {
    let adapter = try Specimen.amazonSES.adapter()
    let delivery = Specimen.snsDelivery("inbound")
    for index in stride(from: 0, to: delivery.body.count, by: 13) {
      var changed = delivery.body
      changed[index] ^= 0x21
      for body in [changed, Array(delivery.body.prefix(index))] {
        do {
          #expect(try adapter.normalize(delivery.with(body: body)).answer.status == 200)
        } catch let problem {
          #expect(problem.status == 200 || (400..<500).contains(problem.status))
        }
      }
    }
  }

  @Test("a subscription of our own topic is confirmed at Amazon and nowhere else")
  func subscriptions() throws {
    let adapter = try Specimen.amazonSES.adapter()
    let reading = try adapter.reading(Specimen.snsDelivery("subscription", header: "SubscriptionConfirmation"))
    let fetched = try reading.followUps.compactMap { followUp -> String? in
      guard case .http(let http) = try adapter.step(followUp, cursor: nil, accessToken: nil).request else { return nil }
      #expect(http.reach == .publicOnly)
      return "\(http.method) \(http.url.reveal())"
    }
    let elsewhere = FollowUp(key: "confirm x", kind: "confirm", fields: ["url": "https://sns.example.com/"])
    #expect(throws: Unfetchable.self) { try adapter.step(elsewhere, cursor: nil, accessToken: nil) }
    #expect(fetched == ["GET https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"])
    #expect(adapter.status(Specimen.snsDelivery("foreignHost", header: "SubscriptionConfirmation")) == 403)
  }

  @Test("other topics, old messages, other types and changed words are turned away")
  func door() throws {
    let adapter = try Specimen.amazonSES.adapter()
    #expect(adapter.status(Specimen.snsDelivery("foreignTopic")) == 403)
    #expect(adapter.status(Specimen.snsDelivery("stale")) == 403)
    #expect(adapter.status(Specimen.snsDelivery("inbound", header: "SubscriptionConfirmation")) == 403)
    let delivery = Specimen.snsDelivery("inbound")
    let text = String(decoding: delivery.body, as: UTF8.self)
    for (old, new) in [
      ("Line", "Lime"), (#""SignatureVersion":"1""#, #""SignatureVersion":"2""#),
      (#""SignatureVersion":"1""#, #""SignatureVersion":"9""#),
      ("https://sns.eu-central-1.amazonaws.com/test.pem", "http://sns.eu-central-1.amazonaws.com/test.pem"),
      (
        "https://sns.eu-central-1.amazonaws.com/test.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/test.pem"
      ),
    ] {
      #expect(text.contains(old))
      #expect(adapter.status(delivery.with(body: text.replacing(old, with: new).utf8)) == 403)
    }
  }

  @Test(
    "a certificate that is none is a problem of the settings",
    arguments: ["", "x", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"])
  func certificates(pem: String) {
    let certificates = JSON.object([JSON.Member("https://sns.eu-central-1.amazonaws.com/a.pem", .string(pem))])
    let settings: JSON = ["topic_arns": ["t"], "certificates": certificates, "mailbox": "help@desk.example"]
    #expect(throws: SettingProblem.self) {
      try AmazonSES(SettingValues.check(settings, against: AmazonSES.settings).values)
    }
  }

  @Test("SES names its own id as it takes a mail, and its notices speak of that one")
  func sesIDs() throws {
    let adapter = try Specimen.amazonSES.adapter()
    let id = "0102018f3a63b9f0-f5d4a1b2-0000-4c1d-9e00-ddddaaaa0680-000000"
    #expect(adapter.interpret(.mail(code: 250, text: "Ok \(id)")) == .accepted(providerID: id))
    #expect(adapter.interpret(.mail(code: 250, text: "2.0.0 Ok: queued")) == .accepted(providerID: nil))
    #expect(adapter.interpret(.mail(code: 451, text: id)) == .retry(afterSeconds: nil, reason: "451 \(id)"))
  }

  @Test("a cut certificate never crashes")
  func cutCertificates() {
    let pem = Specimen.mailFixture("sns-certificate.pem")
    for length in stride(from: 0, to: pem.utf8.count, by: 7) {
      let cut = pem.prefix(length) + "\n-----END CERTIFICATE-----"
      _ = try? RSAKey(certificate: String(cut), key: "certificates")
    }
    #expect(throws: Never.self) { try RSAKey(certificate: pem, key: "certificates") }
  }

  @Test("answers leave by SMTP, and without a server the missing setting is named")
  func answers() throws {
    let message = OutboundMessage(
      outboxID: OutboxID(1), conversation: ConversationID(2), threadKey: "email:help@desk.example:<m@x.example>",
      contact: ContactCard(email: "ana@example.org"), text: "Hello", subject: "Q", inReplyTo: "<m@x.example>",
      now: Specimen.arrival)
    let settings: JSON = [
      "basic_user": "u", "basic_password": "p", "mailbox": "help@desk.example", "smtp_host": "mail.desk.example",
    ]
    let adapter = try Postmark(SettingValues.check(settings, against: Postmark.settings).values)
    guard case .mail(let mail)? = try adapter.render(message).first else {
      Issue.record("no mail")
      return
    }
    #expect(mail.recipients == ["ana@example.org"] && mail.server.host == "mail.desk.example")
    #expect(String(decoding: mail.message, as: UTF8.self).contains("In-Reply-To: <m@x.example>"))
    #expect(adapter.interpret(.mail(code: 250, text: "ok")) == .accepted(providerID: nil))
    let silent = try Specimen.postmark.adapter()
    #expect(throws: Unrenderable.self) { try silent.render(message) }
  }
}
