import Conversations
import Foundation
import TestSupport
import Testing

extension LongTests {
  /// What customers read when something goes wrong: a sentence in their language, at the place that it is about.
  @Suite("Problems on pages", .enabled(if: Browser.isPossible)) struct ProblemPageTests {
    private static let focus = "return document.activeElement.id"

    private func problem(_ browser: Browser) async throws -> String {
      #expect(try await browser.becomesTrue("document.getElementById('problem').textContent"))
      return try await browser.run("return document.getElementById('problem').textContent").string ?? ""
    }

    /// The next answer to the page, whatever it asks for; something between us and the customer may say it.
    private func answer(_ browser: Browser, _ status: Int, _ body: String = "<html>") async throws {
      try await browser.run(
        """
        window.real = window.real || window.fetch;
        window.asked = 0;
        window.fetch = async () => { window.asked++; window.fetch = window.real; return new Response(\(JSON(body)), { status: \(status) }); };
        """)
    }

    private func fill(_ browser: Browser) async throws {
      try await browser.type("li@customer.example", into: "#email")
      try await browser.type("扣了两次款", into: "#text")
    }

    @Test(
      "the form says what is wrong with a field, keeps what was written, and thanks where one looks",
      arguments: ["zh", "en"])
    func form(language: String) async throws {
      let isChinese = language == "zh"
      try await withRouter { (running, _) async throws in
        // The browser speaks the other language: it is the page's that counts.
        try await Browser.open(languages: isChinese ? "en-US" : "zh-CN", size: (390, 800)) { browser in
          try await browser.go(running.url + "/form/contact-form?language=\(language)")
          try await browser.click("button[type=submit]")
          #expect(try await problem(browser).contains(isChinese ? "请填写可以收到回复的邮箱地址" : "Please give an e-mail address"))
          #expect(try await browser.run(Self.focus) == "email")
          #expect(try await browser.run("return document.getElementById('email').ariaInvalid") == "true")
          try await fill(browser)
          #expect(try await browser.run("return document.getElementById('email').ariaInvalid") == .null)
          for (status, body, words) in [
            (413, "<html>Request Entity Too Large", "9 MB"), (429, "", isChinese ? "请稍等一分钟" : "please wait a minute"),
            (502, "<html>Bad Gateway", isChinese ? "系统暂时无法接收" : "We cannot take it just now"),
            (
              422, #"{"error":"text_max","message":"`text` is longer"}"#,
              isChinese ? "最多 10000 个字符" : "10000 characters"
            ),
            (400, "nonsense_code", isChinese ? "请修改后重试" : "Please change it"),
          ] {
            try await answer(browser, status, body)
            try await browser.click("button[type=submit]")
            let said = try await problem(browser)
            #expect(said.contains(words) && !said.contains("`") && !said.contains("_"), "\(status): \(said)")
            #expect(try await browser.run("return document.getElementById('text').value") == "扣了两次款")
          }
          try await large(browser, language)
          try await browser.click("button[type=submit]")
          #expect(try await browser.becomesTrue("!document.getElementById('done').hidden"))
          #expect(try await browser.run(Self.focus) == "done")
          #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true)
        }
      }
    }

    /// A file that is too large never travels.
    private func large(_ browser: Browser, _ language: String) async throws {
      func choose(_ size: String) async throws {
        try await browser.run(
          """
          const list = new DataTransfer();
          list.items.add(new File([new Uint8Array(\(size))], 'large.png', { type: 'image/png' }));
          document.getElementById('file').files = list.files;
          document.getElementById('file').dispatchEvent(new Event('input', { bubbles: true }));
          """)
      }
      try await answer(browser, 500)
      try await choose("10 << 20")
      #expect(try await problem(browser).contains(language == "zh" ? "合计不能超过 9 MB" : "may have 9 MB together"))
      try await browser.click("button[type=submit]")
      #expect(try await browser.run(Self.focus) == "file")
      #expect(try await browser.run("return document.getElementById('file').ariaInvalid") == "true")
      #expect(try await browser.run("return asked") == 0, "nothing was sent")
      try await browser.run("window.fetch = window.real")
      try await choose("3")
      #expect(try await browser.run("return document.getElementById('problem').textContent") == "")
    }

    @Test("who sends the form without script reads a sentence too, and programs read codes")
    func plain() async throws {
      try await withRouter { (running, _) async throws in
        func send(_ body: String, accept: String) async -> Running.Reply {
          await running.request(
            "POST", "/form/contact-form?language=zh",
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", accept)],
            body: Array(body.utf8))
        }
        let shown = await send("email=nobody&text=x", accept: "text/html")
        let text = String(decoding: shown.body, as: UTF8.self)
        #expect(shown.status == 422 && text.contains("请填写可以收到回复的邮箱地址") && !text.contains("`email`"))
        let told = await send("email=nobody&text=x", accept: "application/json")
        #expect(told.status == 422 && told.json["error"] == "email")
        // More than one address may send.
        var last = told
        for _ in 0..<40 where last.status != 429 { last = await send("email=nobody&text=x", accept: "text/html") }
        #expect(last.status == 429)
        #expect(String(decoding: last.body, as: UTF8.self).contains("操作过于频繁"))
      }
    }
  }
}

extension LongTests.ChatPageTests {
  @Test("what cannot be mailed is said in the customer's language, where they typed the address")
  func transcriptProblems() async throws {
    try await withChat(refused: [422]) { (browser, running, _, _) async throws in
      try await open(browser, running)
      #expect(
        try await browser.run("return document.querySelector('[role=log] > ol') && !document.querySelector('ol[role]')")
          == true)
      try await say("我要申请退款", browser)
      let said = "document.getElementById('transcript-problem').textContent"
      try await browser.click("#mail")
      try await browser.type("nobody\u{E007}", into: "#email")
      #expect(try await browser.becomesTrue("\(said).includes('请填写可以收到回复的邮箱地址')"))
      #expect(try await browser.run("return document.activeElement.id") == "email")
      #expect(try await browser.run("return document.getElementById('email').ariaInvalid") == "true")
      try await browser.type("@customer.example\u{E007}", into: "#email")
      #expect(try await browser.becomesTrue("\(said).includes('还没有客服回复')"))
      #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true)
    }
  }

  @Test("what did not arrive has a button to send it again; what never will comes back, files and all")
  func unsent() async throws {
    try await withChat(languages: "en-US") { (browser, running, router, _) async throws in
      try await open(browser, running)
      try await browser.run(
        """
        window.real = window.fetch;
        window.fetch = async (address, options) => !String(address).endsWith('/messages') || !window.refusal
          ? window.real(address, options) : new Response(window.refusal[1], { status: window.refusal[0] });
        window.refusal = [503, '<html>'];
        """)
      try await browser.type("Where is my refund?\u{E007}", into: "#text")
      let again = "document.querySelector('#log li.failed button.again')"
      #expect(try await browser.becomesTrue(again))
      let line = try await browser.run("return document.querySelector('.undelivered').textContent").string ?? ""
      #expect(line.contains("We cannot take it just now") && line.contains("Send again"), "\(line)")
      try await browser.run("window.refusal = null")
      try await browser.type("\u{E007}", into: "#log li.failed button.again")
      #expect(try await browser.becomesTrue("!document.querySelector('#log li.failed')"))
      #expect(try await browser.run("return document.activeElement.id") == "text")
      let isFiled = try await eventually(20) {
        try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in'") == 1
      }
      #expect(isFiled)
      let picture = router.folder.path + "/screenshot.png"
      try Data(LongTests.PageTests.pixel).write(to: URL(fileURLWithPath: picture))
      try await browser.type(picture, into: "#file")
      #expect(try await browser.becomesTrue("document.querySelector('#files li')"))
      try await browser.run("window.refusal = [422, JSON.stringify({ error: 'text_max' })]")
      try await browser.type("A very long story\u{E007}", into: "#text")
      let problem = "document.getElementById('problem').textContent"
      #expect(try await browser.becomesTrue("\(problem).includes('4000 characters at most')"))
      #expect(try await browser.run("return document.getElementById('text').value") == "A very long story")
      #expect(try await browser.run("return document.getElementById('text').ariaInvalid") == "true")
      #expect(try await browser.run("return document.querySelectorAll('#files li').length") == 1)
      #expect(try await browser.run("return document.querySelectorAll('#log li.in').length") == 1)
      try await browser.run(
        """
        const list = new DataTransfer();
        list.items.add(new File([new Uint8Array(6 << 20)], 'large.png', { type: 'image/png' }));
        document.getElementById('file').files = list.files;
        document.getElementById('file').dispatchEvent(new Event('change'));
        """)
      #expect(try await browser.becomesTrue("\(problem).includes('5 MB together')"))
      #expect(try await browser.run("return violations") == [])
    }
  }
}
