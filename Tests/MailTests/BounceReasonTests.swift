import Mail
import Testing

@Suite("Bounces in words, further")
struct BounceReasonTests {
  private func report(
    _ text: String, subject: String = "Undeliverable Mail", from: String = "Postmaster <postmaster@x.example>"
  ) throws -> MailMessage {
    try read(
      ["From: \(from)", "To: desk@shop.example", "Subject: \(subject)", "Content-Type: text/plain; charset=utf-8"],
      body: text)
  }

  @Test(
    "a reason without a code gives a coarse status",
    arguments: [
      ("Unknown user: bo@x.example", "5.1.1"), ("bo@x.example: mailbox is full", "5.2.2"),
      ("bo@x.example\nThe account has been disabled. Undeliverable.", "5.2.1"),
      ("bo@x.example\nHost unknown (Name server: x.invalid: host not found)", "5.1.2"),
      ("bo@x.example\nmessage size exceeds fixed limit", "5.2.3"),
      ("<bo@x.example>: blocked by our spam policy", "5.7.1"),
      ("收件人邮件地址（bo@x.example）不存在，邮件无法送达。", "5.1.1"), ("bo@x.example\nconnection timed out", "4.4.7"),
    ])
  func reasons(_ text: String, _ status: String) throws {
    let mail = try report(text)
    #expect(mail.nature.isBounce)
    #expect(mail.bounce?.status == status)
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test("the one who is told is not the one who could not be reached")
  func told() throws {
    let mail = try report(
      "Your message:\n   From:      desk@shop.example\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\n"
        + "The following recipients were affected: \n    bo@x.example\n")
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test("Exchange's X.400 words give the address in them")
  func directoryName() throws {
    let mail = try report(
      "did not reach the following recipient(s):\n\nc=US;a= ;p=X;dda:SMTP=bo@x.example; on Thu, 29 Apr 2010\n"
        + "    The recipient name is not recognized\n")
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test("a failed recipient called support is believed")
  func support() throws {
    #expect(try report("<support@x.example>: 550 5.1.1 unknown").bounce?.recipient == "support@x.example")
  }

  @Test("a notice that the server goes on trying is a delay, not a bounce")
  func warning() throws {
    let mail = try report(
      "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND.\n\n<bo@x.example>: could not be delivered yet: timed out"
    )
    #expect(!mail.nature.isBounce)
    #expect(mail.bounce?.action == .delayed)
  }

  @Test("robots that talk of failures of their own kind do not bounce")
  func robots() throws {
    let mail = try report(
      "Your payment failed: the card was rejected. Update your address.", subject: "Payment failure",
      from: "noreply@shop.example")
    #expect(mail.bounce == nil)
  }

  @Test("a bounce that answers the mail instead of enclosing it is tied to it")
  func answered() throws {
    let mail = try read(
      ["From: mailer-daemon@x.example", "Subject: failure notice", "In-Reply-To: <ours@desk.example>"],
      body: "<bo@x.example>: 550 5.1.1 unknown")
    #expect(mail.bounce?.originalMessageID == "ours@desk.example")
  }

  @Test("a read receipt says which mail was shown")
  func receipt() throws {
    let mail = try read(
      ["Subject: Read: x", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"],
      body: "--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;a@x.example\n"
        + "Original-Message-ID: <ours@desk.example>\nDisposition: manual-action/MDN-sent-manually; Displayed\n--b--\n")
    #expect(mail.nature.isReceipt && !mail.nature.isBounce && !mail.nature.isAutoReply)
    #expect(mail.receipt?.originalMessageID == "ours@desk.example")
    #expect(mail.receipt?.disposition == "displayed")
  }
}
