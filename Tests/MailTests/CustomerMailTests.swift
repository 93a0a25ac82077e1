import Mail
import Testing

/// What customers write about failed payments looks like what mail servers write about failed mail.
@Suite("Customers are no machines")
struct CustomerMailTests {
  private static let mails: [(String, String)] = [
    ("Payment failure", "My card was rejected when I pay in the app, version 5.2.1 on Android."),
    ("Login failure", "Access denied since yesterday, Android 5.1.1. My address is bo.berg@customer.example."),
    ("验证码发送失败", "收不到验证码，邮箱 bo@customer.example 不存在？版本 5.2.1"),
    ("Withdrawal delayed", "App 4.1.2 says: your transaction is delayed. My account is bo@customer.example."),
    ("提现延迟", "提现延迟两天了，App 版本 4.4.7，账户 bo@customer.example"),
    ("Failure", "The transfer was rejected, quota exceeded. I use 5.7.1."),
    (
      "Status report",
      "I want a status report of case 550. The app is 5.1.1, my mail bo@customer.example was not found."
    ),
    ("Message delivery of codes", "SMS codes are not delivered, the address was not found: bo@customer.example, 5.1.1"),
    ("Mail system of the bank", "It was rejected, error 5.2.2"),
    ("Transfer rejected: 500 EUR", "has been rejected, status: 5.2.1, to bo@customer.example"),
    ("Bounced cheque", "My cheque bounced. It was rejected at 5.1.1."),
    (
      "Delivery failed",
      "My card could not be delivered to 550 5th Avenue, the app is 5.1.1, write to bo@customer.example"
    ),
    ("Card not delivered", "The card was not delivered. iOS 4.2.1, my wife's mail is ana@customer.example."),
    ("Delivery problem", "Too large for the letter box. Version 5.2.3. bo@customer.example"),
    ("Unable to deliver my card", "The courier was unable to deliver, see 4.7.1"),
    ("Échec de paiement", "Mon paiement n'a pas pu être effectué, version 5.1.2, bo@customer.example"),
    ("Pago rechazado", "El pago no existe en la app 5.1.1, bo@customer.example"),
    ("Zwrot płatności", "Proszę o zwrot, 5.1.1, bo@customer.example does not exist"),
    ("Überweisung verzögert", "Die Überweisung ist verzögert, App 4.3.2, Empfänger bo@customer.example unbekannt"),
    ("Платёж: задержка", "Платёж не существует, версия 4.1.1, bo@customer.example"),
    ("包裹无法送达", "卡片无法送达，版本 5.1.1，邮箱 bo@customer.example"),
    ("Refund deferred", "It will be retried, they say. v4.2.0, bo@customer.example"),
    ("Undelivered parcel", "It was not delivered: 5.1.1, shop@customer.example"),
    ("Fatal error in the app", "a fatal error occurred, delivery status unknown, 5.0.1, bo@customer.example"),
  ]

  @Test("whoever writes of failures, versions and addresses is no mail server", arguments: mails)
  func failures(_ subject: String, _ body: String) throws {
    for headers in [
      [], ["From: Bo <noreply@shop.example>"], ["From: Bo <mailer@shop.example>", "To: bo@desk.example"],
    ] {
      let mail = try read(
        headers + [
          "Subject: \(subject)", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
        ],
        body: body)
      #expect(mail.bounce == nil)
      #expect(!mail.nature.isBounce)
    }
  }

  @Test("web forms send with the null sender", arguments: mails.prefix(11))
  func forms(_ subject: String, _ body: String) throws {
    let mail = try read(
      ["Return-Path: <>", "Subject: \(subject)", "Content-Type: text/plain; charset=utf-8"], body: body)
    #expect(mail.bounce == nil)
  }

  @Test(
    "servers that hide behind a person's address are known by a server's words",
    arguments: [
      ("Undeliverable mail", "bo@x.example\n550 5.1.1 no"), ("Delivery failure", "<bo@x.example>: 552-5.2.2 full"),
      ("failure notice", "bo@x.example (#5.1.1)\nRemote host said: unknown user"),
    ])
  func servers(_ subject: String, _ body: String) throws {
    let mail = try read(["From: admin@gw.example", "Subject: \(subject)"], body: body)
    #expect(mail.nature.isBounce)
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test(
    "daemons of more languages are understood",
    arguments: ["메일 전송에 실패하였습니다", "邮件无法送达", "未传递: 退款", "无法传递: 退款", "Undeliverable"])
  func daemons(_ subject: String) throws {
    let mail = try read(
      ["From: postmaster@x.example", "Subject: \(subject)", "Content-Type: text/plain; charset=utf-8"],
      body: "bo@x.example\n\n550 5.1.1 x")
    #expect(mail.nature.isBounce)
    #expect(mail.bounce?.recipient == "bo@x.example")
  }

  @Test("a receipt that was not read is no bounce")
  func unread() throws {
    let mail = try read(
      [
        "Subject: Not read: refund", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
      ],
      body: "--b\n\nYour message was not read, access denied\n--b\nContent-Type: message/disposition-notification\n\n"
        + "Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--")
    #expect(mail.bounce == nil && mail.nature.isReceipt)
  }

  @Test(
    "people are away, too, and write about it",
    arguments: [
      "On vacation: cannot log in abroad", "I am away - SMS not received", "Absence - remboursement non reçu",
      "Ausencia: reembolso", "OOO - wrong amount charged", "Auto: insurance refund", "Abwesend: Karte gesperrt",
      "不在办公室: 无法登录", "Away from home, card lost", "OOO", "부재중 결제",
    ])
  func away(_ subject: String) throws {
    for more in [[], ["In-Reply-To: <a@b.example>"]] {
      let mail = try read(["Subject: \(subject)"] + more)
      #expect(!mail.nature.isAutoReply)
      #expect(mail.nature.automationSigns.isEmpty)
    }
    #expect(try read(["Subject: \(subject)", "X-Auto-Response-Suppress: All"]).nature.isAutoReply)
  }
}
