import Conversations
import Setup
import Testing

@Suite("Templates") struct TemplateTests {
  private func desk(_ zh: String, _ en: String? = nil, html: String? = nil) -> SmallDesk {
    var desk = SmallDesk()
    desk.files["templates/t.zh.txt"] = zh
    desk.files["templates/t.en.txt"] = en ?? "Title: T\n\nx\n"
    desk.files["templates/t.en.html"] = html
    return desk
  }

  @Test("are rendered in the language asked for, its parent, or the default")
  func languages() throws {
    let book = try SmallDesk().load().templates
    func text(_ language: String) throws -> String {
      try book.rendered("hello", language: language, variables: ["conversation": "7"]).text
    }
    #expect(try text("en") == "Hello 7")
    #expect(try text("en-GB") == "Hello 7")
    #expect(try text("zh-Hant-HK") == "您好，7")
    #expect(try text("fr") == "您好，7")
    #expect(try book.rendered("hello", language: "zh-Hant", variables: [:]).language == "zh")
    #expect(book.names == ["hello"])
    #expect(book.summaries == [TemplateSummary(name: "hello", purpose: "reply", titles: ["zh": "你好", "en": "Hello"])])
  }

  @Test("quick replies belong to replies, and are few, short and different")
  func options() throws {
    let text = "Title: T\nOptions: %\n\nArrived?\n"
    let both = desk(text.replacing("%", with: "到了 | 没有"), text.replacing("%", with: "Yes | No, not yet"))
    #expect(both.complaints == "")
    #expect(
      try both.load().templates.rendered("t", language: "en", variables: [:]).options == ["Yes", "No, not yet"])
    #expect(
      desk(
        "Title: T\nOptions: 到了 |\n\nx\n", "Title: T\nPurpose: acknowledgement\nOptions: Yes\n\nx\n"
      ).complaints.contains(
        "templates/t.zh.txt:2:10: `Options` cannot be shown: a quick reply is empty\n    as in: Yes | No"))
    #expect(
      desk(
        "Title: T\nPurpose: acknowledgement\n\nx\n", "Title: T\nPurpose: acknowledgement\nOptions: Yes\n\nx\n"
      ).complaints.contains(
        "templates/t.en.txt:3:10: `Options` is `Yes`\n    only the purpose `reply` has quick replies"))
  }

  @Test("an unknown name is told with the nearest one")
  func unknown() throws {
    let book = try SmallDesk().load().templates
    #expect(throws: TemplateProblem.unknown(name: "helo", nearest: "hello")) {
      try book.rendered("helo", language: "en", variables: [:])
    }
  }

  @Test("sections vanish around what is missing or empty, and leave no empty lines")
  func sections() throws {
    let text =
      "Title: T\nSubject: {{subject}}!\n\n{{#agent_name}}\nby {{agent_name}}\n{{/agent_name}}\n{{^agent_name}}\nby the router\n{{/agent_name}}\n{{company}}\n\n"
    let book = try desk("Title: T\n\n无\n", text).load().templates
    #expect(try book.rendered("t", language: "en", variables: ["agent_name": "Li"]).text == "by Li\nCompany")
    #expect(try book.rendered("t", language: "en", variables: ["agent_name": ""]).text == "by the router\nCompany")
  }

  @Test("plain text is not escaped, HTML is, and a subject stays one line")
  func escaping() throws {
    let desk = desk(
      "Title: T\n\n无\n", "Title: T\nSubject: Re {{subject}}\n\nDear {{customer_name}}\n",
      html: "<p>Dear {{customer_name}}</p>\n")
    let rendered = try desk.load().templates.rendered(
      "t", language: "en",
      variables: ["customer_name": "<b>O'Neil & \"Co\"</b> {{company}}", "subject": "a\r\nBcc: x@example.com\u{2028}b"])
    #expect(rendered.subject == "Re a Bcc: x@example.com b")
    #expect(rendered.text == "Dear <b>O'Neil & \"Co\"</b> {{company}}")
    #expect(rendered.html == "<p>Dear &lt;b&gt;O&#39;Neil &amp; &quot;Co&quot;&lt;/b&gt; {{company}}</p>\n")
  }

  @Test("a variable that its purpose does not have is told at its line and column")
  func unknownVariables() {
    let desk = desk(
      "Title: 甲\nSubject: 编号 {{converstion}}\n\n您好，{{opens_at}}\n  {{#colour}}红{{/colour}}\n",
      "Purpose: after_hours\nTitle: B\n\nback {{opens_att}}, {{agent_name}}\n")
    #expect(
      desk.complaints == """
        templates/t.en.txt:4:6: a template for `after_hours` has no variable `opens_att`
            did you mean `opens_at`?
        templates/t.en.txt:4:21: a template for `after_hours` has no variable `agent_name`
            known: conversation, customer_name, subject, category, opens_at, closed_for, transaction_id, amount, account_email, company
        templates/t.zh.txt:2:13: a template for `reply` has no variable `converstion`
            did you mean `conversation`?
        templates/t.zh.txt:5:3: a template for `reply` has no variable `colour`
            known: conversation, customer_name, subject, category, agent_name, missing, opens_at, transaction_id, amount, account_email, company
        """)
  }

  @Test("tags that do not fit together are told")
  func badTags() {
    let desk = desk(
      "Title: 甲\n\n{{#company}}a\n{{/subject}} {{{company}}} {{> footer}}\n", "Title: B\n\nx {{company\n")
    #expect(
      desk.complaints == """
        templates/t.en.txt:3:3: `{{` without `}}` on the same line
            close it
        templates/t.zh.txt:3:1: `{{#company}}` is never closed
            write `{{/company}}`
        templates/t.zh.txt:4:1: `{{/subject}}` closes nothing
            `{{#company}}` is open
        templates/t.zh.txt:4:14: `{{{company}}` switches escaping off
            write two braces: plain text is never escaped, HTML always is
        templates/t.zh.txt:4:28: `{{>footer}}` is not used here
            templates know variables, `{{#x}}…{{/x}}`, `{{^x}}…{{/x}}` and `{{! … }}`
        """)
  }

  @Test("keys are checked, twins are looked for, strange names are told")
  func files() {
    var desk = desk("Titel: 甲\nno colon\nPurpose: replay\n\nx\n", "Title: B\n\n \n")
    desk.files["templates/only.en.txt"] = "Title: Only\n\nx\n"
    desk.files["templates/hello.fr.txt"] = "Title: Bonjour\n\nx\n"
    desk.files["templates/Notes.txt"] = "x\n"
    desk.files["templates/README.md"] = "# x {{y\n"
    #expect(
      desk.complaints == """
        templates/Notes.txt: not the name of a template
            write name.language.txt or name.language.html, such as after_hours.zh.txt
        templates/hello.fr.txt: there is no language of the desk `fr`
            known: zh, en
        templates/only.en.txt: template `only` has no text in `zh`
            write templates/only.zh.txt
        templates/t.en.txt:2:1: the template has no text
            write it below the empty line that ends the keys
        templates/t.zh.txt:1:1: `Title` is missing
            what agents read in the list of templates
        templates/t.zh.txt:1:1: unknown key `Titel`
            did you mean `Title`?
        templates/t.zh.txt:2:1: `no colon` is no `Key: value` line
            keys come first, then an empty line, then the text
        templates/t.zh.txt:3:10: `Purpose` is `replay`
            did you mean `reply`?
        """)
  }

  @Test("twins that use different variables are warned of")
  func twins() {
    let desk = desk("Title: 甲\n\n{{conversation}} {{company}}\n", "Title: B\n\n{{conversation}} {{agent_name}}\n")
    #expect(
      desk.complaints == """
        templates/t.en.txt: warning: uses other variables than its twin in `zh`: agent_name
            is something missing in one of them?
        """)
  }

  @Test("a template of the wrong purpose is not sent")
  func purpose() {
    var desk = SmallDesk()
    desk.files[SmallDesk.queues] = desk.files[SmallDesk.queues]?.replacing(
      "triage: triage\nqueues", with: "  automatic: {after_hours: hello, acknowledgment: hello}\ntriage: triage\nqueues"
    )
    #expect(
      desk.complaints == """
        channels/routing/queues.yaml:6:28: `template` is `hello`
            its purpose is `reply`; here it must be `after_hours`
        channels/routing/queues.yaml:6:35: unknown key `acknowledgment`
            did you mean `acknowledgement`?
        """)
  }
}
