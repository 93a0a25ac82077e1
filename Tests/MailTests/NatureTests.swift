import Mail
import Testing

@Suite("What kind of mail it is")
struct NatureTests {
  @Test(
    "robots' replies are known",
    arguments: [
      ["Auto-Submitted: auto-replied (vacation)"], ["Auto-Submitted: auto-generated"], ["X-Autoreply: yes"],
      ["Precedence: auto_reply"],
      ["Subject: Automatic reply: your order"], ["Subject: 自动回复: 订单"],
      ["Subject: Out of office Re: order", "In-Reply-To: <a@b.example>"],
      ["Subject: Abwesenheitsnotiz: Anna", "X-Auto-Response-Suppress: All"],
      ["Subject: =?utf-8?B?6Ieq5YuV6L+U5L+hOiDjgYrllY8=?="],
      ["X-Autoresponder: 1"], ["Subject: 自动回复"], ["Subject: [Auto-Reply] your order"], ["Delivered-To: Autoresponder"],
    ])
  func autoReplies(_ headers: [String]) throws {
    let mail = try read(headers)
    #expect(mail.nature.isAutoReply)
    #expect(!mail.nature.automationSigns.isEmpty)
  }

  @Test(
    "people are answered",
    arguments: [
      ["Auto-Submitted: no"], ["Subject: Re: autoresponder setup"], ["Subject: Out of office chairs"],
      ["Subject: auto insurance"],
      ["Return-Path: <anna@customer.example>"], ["X-Priority: 1"], ["Subject: 自动回复怎么设置"],
    ])
  func people(_ headers: [String]) throws {
    let mail = try read(headers)
    #expect(!mail.nature.isAutoReply)
    #expect(mail.nature.automationSigns.isEmpty)
  }

  @Test(
    "everything that forbids an automatic answer is named",
    arguments: [
      ["Return-Path: <>"], ["Precedence: bulk"], ["Precedence: junk"], ["Precedence: list"],
      ["X-Auto-Response-Suppress: OOF, AutoReply"],
      ["List-Id: <l.example>"], ["List-Unsubscribe: <mailto:x@l.example>"], ["X-Loop: a@b.example"],
      ["From: No Reply <noreply@x.example>"],
      ["From: MAILER-DAEMON@x.example"], ["From: owner-list@x.example"], ["From: list-request@x.example"],
      ["From: postmaster@x.example"],
      ["From: bounce+abc@x.example"],
    ])
  func signs(_ headers: [String]) throws { #expect(try !read(headers).nature.automationSigns.isEmpty) }

  @Test("a forwarded mail was written by a person, and still gets no automatic answer")
  func forwarded() throws {
    let mail = try read(["Auto-Submitted: auto-forwarded"])
    #expect(!mail.nature.isAutoReply)
    #expect(mail.nature.automationSigns == ["Auto-Submitted: auto-forwarded"])
  }

  @Test("a mail without a sender gets no automatic answer")
  func noSender() throws {
    let mail = try MailMessage(parsing: Array("Subject: x\r\n\r\nwords".utf8))
    #expect(mail.from == nil)
    #expect(mail.nature.automationSigns == ["no sender"])
  }

  @Test(
    "lists are known",
    arguments: [
      "List-Post: <mailto:l@x.example>", "X-BeenThere: l@x.example", "Precedence: list",
      "Mailing-List: contact l@x.example",
    ])
  func lists(_ header: String) throws { #expect(try read([header]).nature.isMailingList) }
}
