import Mail
import Testing

@Suite("HTML is read as people see it")
struct HTMLTests {
  @Test("blocks, lists, links and images become lines")
  func structure() throws {
    let mail = try html(
      "<h1>Hi</h1><p>one<br>two</p><ul><li>a<li>b<ol><li>c</ol></ul><p><a href='https://x.example/y'>here</a> <img alt='Logo' src=x></p><pre>  keep\n it</pre>"
    )
    #expect(
      mail.text == "Hi\n\none\ntwo\n\n- a\n- b\n  1. c\n\nhere <https://x.example/y> [Logo]\n\n  keep\n it")
  }

  @Test("nothing hidden is shown")
  func hidden() throws {
    let mail = try html(
      "<style>p{}</style><script>steal()</script><!-- no --><p style='display: none'>x1</p><span style=\"mso-hide:all\">x2</span>"
        + "<div hidden>x3</div><img alt='track' width=1 height=1><p>seen &amp; &lt;read&gt;</p>")
    #expect(mail.text == "seen & <read>")
  }

  @Test(
    "quotes are cut on the tree",
    arguments: [
      "<div class=gmail_quote><div class=gmail_attr>On Monday Bo wrote:</div><blockquote>old</blockquote></div>",
      "<blockquote type=cite>old</blockquote>", "<div class=yahoo_quoted>old</div>",
      "<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p>From: Bo</p></div><p>old</p>",
      "<div id=appendonsend></div><hr tabindex='-1'><div id=divRplyFwdMsg>From: Bo</div><div>old</div>",
      "<div class=moz-cite-prefix>Am 1.1. schrieb Bo:</div><blockquote cite='mid:1' type=cite>old</blockquote>",
      "<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> Bo</div><div>old</div>",
      "<div id=x_divRplyFwdMsg>From: Bo</div><div>old</div>", "<div id=ms-outlook-mobile-signature>Get Outlook</div>",
      "<div>On Mon, 1 May 2023 at 10:00, Bo &lt;bo@x.example&gt; wrote:</div><blockquote style='margin:0'>old</blockquote>",
    ])
  func quotes(_ quote: String) throws {
    let mail = try html("<html><body><div>new words</div>\(quote)</body></html>")
    #expect(mail.replyText == "new words")
    #expect(mail.text.contains("new words") && mail.text.count > 12)
  }

  @Test("a reply below the quote is kept")
  func below() throws {
    let mail = try html("<blockquote type=cite>old</blockquote><p>new</p>")
    #expect(mail.replyText == "new")
    #expect(mail.text == "> old\nnew" || mail.text == "> old\n\nnew")
  }

  @Test("where everything is quoted, everything is shown")
  func onlyQuote() throws {
    #expect(try html("<div class=gmail_quote>all of it</div>").replyText == "all of it")
  }

  @Test(
    "answers between quotes show everything",
    arguments: [
      "<div class=gmail_quote><div class=gmail_attr>On 1 May 2023, Bo wrote:</div><blockquote class=gmail_quote>q1</blockquote>"
        + "<div>yes</div><blockquote class=gmail_quote>q2</blockquote><div>no</div></div>",
      "<div class=moz-cite-prefix>Am 1.1. schrieb Bo:</div><blockquote type=cite>q1</blockquote><p>yes</p>"
        + "<blockquote type=cite>q2</blockquote><p>no</p>",
      "<blockquote type=cite>q1</blockquote><p>yes</p><blockquote type=cite>q2 no</blockquote>",
    ])
  func answeredInline(_ quote: String) throws {
    let mail = try html("<div>Hi,</div>\(quote)")
    for words in ["Hi,", "q1", "yes", "q2", "no"] { #expect(mail.replyText.contains(words)) }
    #expect(mail.replyText == mail.text)
  }

  @Test("an answer below the only quote is shown without it, also within the mail program's element")
  func belowInElement() throws {
    let mail = try html(
      "<div class=gmail_quote><div class=gmail_attr>On 1 May 2023, Bo wrote:</div><blockquote class=gmail_quote>old</blockquote>"
        + "<div>new words</div></div>")
    #expect(mail.replyText == "new words")
  }

  @Test("quotes after quotes are old, with the lines that introduce them")
  func quoteAfterQuote() throws {
    let mail = try html(
      "<p>new words</p><blockquote type=cite>a</blockquote><div>On 1 May 2023 at 10:00, Bo &lt;bo@x.example&gt; wrote:</div>"
        + "<blockquote type=cite>b</blockquote>")
    #expect(mail.replyText == "new words")
  }

  @Test("a customer's own rule cuts nothing")
  func ownRule() throws {
    #expect(try html("<p>one</p><hr tabindex=\"-1\"><p>two</p>").replyText.split(separator: "\n") == ["one", "two"])
  }

  @Test("the charset in the document counts when the mail names none")
  func metaCharset() throws {
    let markup: [UInt8] = Array("<meta charset=gbk><p>".utf8) + [0xB5, 0xC7, 0xC2, 0xBC]
    #expect(try MailMessage(parsing: letter(["Content-Type: text/html"], body: markup)).text == "登录")
  }
}
