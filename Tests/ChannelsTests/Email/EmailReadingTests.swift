import Channels
import Conversations
import Testing

extension Specimen {
  static let mailText =
    "Return-Path: <ana@example.org>\r\n"
    + "Authentication-Results: mx.example.com; dkim=pass (2048-bit key) header.d=example.org; spf=none\r\n"
    + "From: \"Ana W.\" <ana@example.org>\r\nTo: Support <support@example.com>\r\nCc: bob@example.org\r\n"
    + "Subject: =?utf-8?B?6YCA5qy+?=\r\nDate: Thu, 20 Aug 2026 17:00:00 +0800\r\nMessage-ID: <m3@example.org>\r\n"
    + "In-Reply-To: <m2@example.com>\r\nReferences: <m1@example.org> <m2@example.com>\r\nMIME-Version: 1.0\r\n"
    + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "Where is my refund?\r\n--b\r\nContent-Type: image/png; name=shot.png\r\n"
    + "Content-Disposition: attachment; filename=shot.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--b--\r\n"

  static let email = Specimen(
    kind: Email.kind, proof: .header("Authorization", coversBody: false),
    settings: [
      "address": "support@example.com", "bearer_token": "a token of the specimen",
      "trusted_authserv_ids": ["mx.example.com"],
    ],
    deliveries: [
      delivery(mailText.utf8, type: "message/rfc822", headers: [("Authorization", "Bearer a token of the specimen")])
    ])
}

@Suite("Mail as channels see it")
struct EmailReadingTests {
  private func event(_ text: String, envelope: RawDelivery.Envelope? = nil, _ settings: JSON? = nil) throws
    -> InboundEvent
  {
    var specimen = Specimen.email
    if let settings { specimen.settings = settings }
    var delivery = Specimen.delivery(text.utf8, door: .lmtp)
    delivery.envelope = envelope
    return try #require(try specimen.adapter().reading(delivery).events.first)
  }

  private func headers(_ more: String, from: String = "ana@example.org") -> String {
    "From: \(from)\r\nTo: support@example.com\r\nMessage-ID: <x@example.org>\r\n\(more)\r\n\r\nhello\r\n"
  }

  @Test("sender, thread, ids, words and files of a mail")
  func wholeMail() throws {
    let event = try event(Specimen.mailText)
    #expect(event.externalID == "<m3@example.org>" && event.threadKey == "email:support@example.com:<m1@example.org>")
    #expect(
      event.inReplyTo == ["<m2@example.com>"] && event.mail?.references == ["<m1@example.org>", "<m2@example.com>"])
    #expect(event.contact == ContactCard(id: "ana@example.org", name: "Ana W.", email: "ana@example.org"))
    #expect(event.subject == "退款" && event.text?.trimmingBlanks() == "Where is my refund?")
    #expect(event.sentAt?.rfc3339 == "2026-08-20T09:00:00Z" && event.direction == .inbound)
    #expect(event.mail?.to == ["support@example.com"] && event.mail?.cc == ["bob@example.org"])
    let file = try #require(event.attachments.first)
    #expect(file.kind == .image && file.filename == "shot.png" && file.size == 4)
    #expect(file.sha256 == "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543")
  }

  @Test("what is ours by sender or envelope is our own mail coming back; the null reverse-path is told")
  func ours() throws {
    #expect(try event(headers("Sender: Support+t1@example.com")).direction == .outboundEcho)
    #expect(try event(headers("Return-Path: <support+t1@example.com>")).direction == .outboundEcho)
    let bounced = try event(headers("Return-Path: <>\r\nSender: list@example.org"))
    #expect(
      bounced.direction == .inbound && bounced.mail?.returnPath == "" && bounced.mail?.sender == "list@example.org")
  }

  @Test("whoever a mail without an author is from is not proved by it")
  func noAuthor() throws {
    let proof = "Authentication-Results: mx.example.com; dmarc=pass\r\n"
    for head in ["Sender: bo@example.org\r\n", "Reply-To: bo@example.org\r\n", ""] {
      let event = try event(
        "\(proof)\(head)To: support@example.com\r\n\r\nhello\r\n",
        envelope: .init(sender: "bo@example.org", recipients: ["support@example.com"]))
      #expect(event.contact.email == "bo@example.org" && event.mail?.from?.address == "bo@example.org")
      #expect(event.mail?.authentication == .unknown)
    }
  }

  @Test("what a reader should know of a mail's words is told")
  func marks() throws {
    let signed = try event(
      headers("MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b").replacing(
        "hello", with: "--b\r\n\r\nhi\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--"))
    #expect(signed.flags.marks == ["signed"])
    #expect(
      try event(headers("X: y").replacing("hello", with: "-----BEGIN PGP MESSAGE-----")).flags.marks == ["encrypted"])
    #expect(try event(headers("X: y")).flags.marks.isEmpty)
  }

  @Test("a bounce tells what the other server said, and of whom")
  func bounce() throws {
    let report =
      "--b\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
      + "Final-Recipient: rfc822; bo@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no\r\n\r\n"
      + "Final-Recipient: rfc822; li@x.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--b--"
    let event = try event(
      headers("MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b")
        .replacing("hello", with: report))
    #expect(event.bounce?.diagnostic == "smtp; 550 no")
    #expect(event.bounce?.failures.map(\.recipient) == ["bo@x.example", "li@x.example"])
  }

  @Test("a read receipt names the message that was shown")
  func receipt() throws {
    let event = try event(
      headers("MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=b").replacing(
        "hello",
        with: "--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
          + "Original-Message-ID: <o1@example.com>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--b--")
    )
    #expect(event.flags.receipt && !event.flags.bounce && !event.flags.automationSigns.isEmpty)
    #expect(event.mail?.receipt == ReadReceipt(originalMessageID: "<o1@example.com>", disposition: "displayed"))
  }

  @Test("without references the mail answered is the root, without that the mail itself")
  func roots() throws {
    #expect(try event(headers("In-Reply-To: <a@b.c>")).threadKey == "email:support@example.com:<a@b.c>")
    #expect(try event(headers("X: y")).threadKey == "email:support@example.com:<x@example.org>")
  }

  @Test("a mail without Message-ID keeps its name when it comes again")
  func derivedIDs() throws {
    let text = "From: ana@example.org\r\n\r\nhello\r\n"
    #expect(try event(text).externalID == event(text).externalID)
    #expect(try event(text).externalID != event(text + "!").externalID)
  }

  @Test("our own mail is an echo; without an address in the settings the envelope names the mailbox")
  func ownMail() throws {
    #expect(try event(headers("X: y", from: "Support@Example.com")).direction == .outboundEcho)
    let envelope = RawDelivery.Envelope(sender: "a@b.c", recipients: ["desk@example.net"])
    #expect(try event(headers("X: y"), envelope: envelope, .object([])).threadKey.hasPrefix("email:desk@example.net:"))
  }

  @Test("the null reverse-path speaks against an automatic answer")
  func nullSender() throws {
    let null = RawDelivery.Envelope(sender: "", recipients: ["support@example.com"])
    #expect(try event(headers("X: y"), envelope: null).flags.automationSigns.contains { $0.contains("null") })
  }

  @Test(
    "only the trusted server's word on the sender counts",
    arguments: [
      ("Authentication-Results: mx.example.com; dmarc=pass header.from=example.org", "pass"),
      (
        "Authentication-Results: mx.example.com 1; dmarc=fail (p=reject; dis=none); dkim=pass header.d=example.org",
        "fail"
      ),
      ("Authentication-Results: mx.example.com; dkim=pass header.d=evil.net", "unknown"),
      (
        "Authentication-Results: mx.example.com; dkim=pass header.d=evil.net; spf=pass smtp.mailfrom=ana@example.org",
        "pass"
      ),
      ("Authentication-Results: evil.net; dmarc=pass", "unknown"),
      ("Authentication-Results: evil.net; dmarc=pass\r\nAuthentication-Results: mx.example.com; dmarc=fail", "fail"),
      ("Authentication-Results: mx.example.com; none\r\nAuthentication-Results: mx.example.com; dmarc=pass", "unknown"),
      ("Authentication-Results: (mx.example.com; dmarc=pass) evil.net; x=y", "unknown"),
      ("Authentication-Results: mx.example.com; dkim=pass header.d=org", "unknown"),
      ("X: y", "unknown"),
    ])
  func authentication(field: String, expected: String) throws {
    #expect(try event(headers(field)).mail?.authentication.rawValue == expected)
  }

  @Test("HTTP needs the token, sockets and pipes of this machine do not; nothing is no mail")
  func doors() throws {
    let adapter = try Specimen.email.adapter()
    #expect(adapter.status(Specimen.delivery(Specimen.mailText.utf8)) == 401)
    for door in [RawDelivery.Door.lmtp, .pipe, .file, .poll] {
      #expect(adapter.status(Specimen.delivery(Specimen.mailText.utf8, door: door)) == 200)
      #expect(adapter.status(Specimen.delivery(" \r\n".utf8, door: door)) == 400)
    }
  }
}
