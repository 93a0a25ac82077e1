import Mail
import Testing

@Suite("The visible reply, further")
struct ReplyMoreTests {
  @Test(
    "introductions that wrap, and those of more languages",
    arguments: [
      "On Friday,\nJanuary 5, 2024 at 10:00 Bo <bo@x.example> wrote:", "In message <abc@x.example>, Bo writes:",
      "El dt., 2 de gen. 2024 a les 10:00, Bo (<bo@x.example>) va escriure:",
      "Wiadomość napisana przez Bo <bo@x.example> w dniu 2 sty 2024, o godz. 10:00:",
      "În mar., 2 ian. 2024 la 10:00, Bo <bo@x.example> a scris:",
      "út 2. 1. 2024 v 10:00 odesílatel Bo <bo@x.example>\nnapsal:",
      "На вт, 2.01.2024 г. в 10:00 Bo <bo@x.example> написа:",
      "No dia 2 de jan. de 2024, às 10:00, Bo <bo@x.example>\nescreveu:",
      "2014-10-17 11:28 GMT+03:00 Bo Berg", "Posted by bo on 01/21/2016", "Bo via Forum wrote:",
      "* Bo Berg <bo@x.example> [2024-01-02 10:00]:", "在 2024/1/2 10:00, Bo 写道:",
      "------------------&nbsp;原始邮件&nbsp;------------------", "原始邮件",
      "##- Please type your reply above this line -##", "--- 请在此行以上回复 ---",
      "----邮件原文----", "您在来信中写道：", "在2024年1月2日，您在来信中写道:", ">>> Bo Berg <bo@x.example> 1/2/2024 10:00 AM >>>",
      "| |\n张三\n|\n|\nzhang@x.example\n|\n\n在2024年1月2日 10:00，Bo <bo@x.example> 写道：",
      "| |\n张三\n|\n|\n邮箱：zhang@x.example\n|\n\n签名由 网易邮箱大师 定制\n\n---- 回复的原邮件 ----",
      "[Original Message processed by david(TM)]", "From: Bo Berg <bo@x.example>",
    ])
  func introductions(_ line: String) throws {
    #expect(try reply("new words here\n\n\(line)\n\n> old words\n> more") == "new words here")
    #expect(try reply("new words here\n\n\(line)\n\nHello there,\nold words without marks") == "new words here")
  }

  @Test(
    "headers of quoted mail in more languages and forms",
    arguments: [
      "От: Bo\nИзпратено: пон\nДо: A\nОтносно: x", "Šalje: Bo\nPoslano: pon\nPrima: A\nPredmet: x",
      "Nuo: Bo\nIšsiųsta: pirm\nKam: A\nTema: x", "Saatja: Bo\nSaadetud: E\nAdressaat: A\nTeema: x",
      "Dari: Bo\nDikirim: Senin\nKepada: A\nSubjek: x", "De la: Bo\nTrimis: luni\nCătre: A\nSubiect: x",
      "发件人：Bo <bo@x.example>\n发件时间：2024年1月2日\n收件人：A\n主　题：Re",
      "Date: Wed, 16 May 2012 00:15:02 -0600\nTo: kl@x.example", "Date: Tue, 2 Jan 2024\nTo: A\nSubject: x",
      "從: Bo\n寄件日期: 2024年1月2日\n至: A\n主旨: x", "日期: 2024-01-02\n收件人: a@x.example\n主题: x",
      "From: bob@x.example Date: Thu, 24 Mar 2016 08:07:12 -0700",
    ])
  func headers(_ block: String) throws {
    #expect(try reply("new words\n\n\(block)\n\nold words") == "new words")
  }

  @Test(
    "short blocks below a rule and names below a dash are signatures",
    arguments: ["---\nJohn Doe\nCEO, Example Inc.\n+1 555 1234", "____\nJohn Doe\nCEO", "-John", "— Anna Berg"])
  func signatures(_ signature: String) throws {
    #expect(try reply("Hi\n\nall fine\n\n\(signature)") == "Hi\n\nall fine")
  }

  @Test(
    "people's words stay",
    arguments: [
      "On the other hand, the invoice of 2023 was paid.\nWe wrote to you at 10:00 and nobody answered.",
      "Visit us now\n>>> >>> http://x.example <<<\nby clicking the link above",
      "The options\n---\nplease choose one of these, whichever you like the most.\n---\nThank you for your help with it.",
      "List:\n- one\n- two\n- Three", "From: my perspective this is wrong.\nIt should be fixed.",
      "New request\n\nFrom: Bob <bob@x.example>\nPhone: 123\nMessage: hi there",
      "I paid twice\n\nSent via PayPal", "see below\n\nSent with SWIFT on Monday", "请查收\n来自 建设银行的转账",
      "请退款\n发自 招商银行 6225", "done\nSent by my bank yesterday", "ok\nSent from my PayPal account",
      "Hello\n\n--\nplease refund order 123 soon\n\nIt was paid twice by card.",
      "first part\n---\nsecond part goes on here",
      "first part\n___\nsecond part goes on here\n___\nthird",
      "Order\n\n--\n\nRefund the order of Monday, please.\nThank you.",
      "申请表\n\n收件人: 张三\n日期: 2024-01-02 10:00\n主题: 退款\n金额: 100",
      "My transfer\n\nFrom: savings account\nTo: Bo Berg\nDate: 1 May\nAmount: 500",
      "Interview:\n\nDate: Wednesday 3, October 2011\nTime: 7 : 00am\nAddress: 130 Fox St",
    ])
  func kept(_ text: String) throws { #expect(try reply(text) == text) }

  @Test("a link that broke out of its quote is part of it")
  func brokenLink() throws {
    #expect(
      try reply(
        "Blah\n\nOn Thursday, October 25, 2012 at 3:03 PM, Bo wrote:\n\n> answer by mail\n>\n (http://x.example/c/Yz) >\n> more\n"
      ) == "Blah")
  }

  @Test("a forwarded mail in a web mail's quote element is shown; a quoted one is not")
  func forwarded() throws {
    func markup(_ first: String) throws -> String {
      try html(
        "<div>FYI</div><div class=\"gmail_quote\">\(first)<br>From: Bo &lt;bo@x.example&gt;<br><br>inner words</div>"
      )
      .replyText
    }
    #expect(try markup("---------- Forwarded message ---------").contains("inner words"))
    #expect(try !markup("On 1 May 2023, Bo wrote:").contains("inner words"))
  }
}
