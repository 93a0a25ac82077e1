import Channels
import Conversations
import Foundation
import Rehearsal
import TestSupport
import Testing

extension LongTests {
  /// The chat page as a customer has it before them, with an agent at the other end.
  @Suite("The chat page", .enabled(if: Browser.isPossible)) struct ChatPageTests {
    private static let identitySecret = Secret("a token of the tests, long enough")

    /// A router whose chat has everything switched on.
    /// `refused`: statuses that the page is to be answered with, which the console complains of.
    func withChat(
      languages: String = "zh-CN", size: (Int, Int) = (320, 640), refused: [Int] = [],
      _ body: (Browser, Running, Router, String) async throws -> Void
    ) async throws {
      let router = try await Router()
      try router.write(
        "webchat",
        """
        kind: webchat
        title: 网站聊天 Web chat
        settings:
          session_secret: made:webchat
          identity_secret: env:TOKEN
          mail_through: support-mail

        """)
      let running = try await Running.start(router)
      let result: Result<Void, any Error>
      do {
        let token = try await router.token("wei")
        try await Browser.open(languages: languages, size: size) { browser in
          try await body(browser, running, router, token)
          let said = try await browser.console().filter { $0.level == "SEVERE" }.map(\.message)
          // A lost network is no fault of the page's.
          let usual = ["ERR_INTERNET_DISCONNECTED"] + refused.map { "status of \($0)" }
          #expect(said.allSatisfy { line in usual.contains { line.contains($0) } }, "\(said)")
        }
        result = .success(())
      } catch { result = .failure(error) }
      #expect(await running.end() == 0)
      await router.stop()
      try result.get()
    }

    func open(_ browser: Browser, _ running: Running, fragment: String = "") async throws {
      try await browser.go(running.url + "/chat/webchat/" + fragment)
      #expect(try await browser.becomesTrue("document.querySelectorAll('#chips button').length > 3"))
      try await browser.run(
        "window.violations = []; document.addEventListener('securitypolicyviolation', (e) => violations.push(e.blockedURI))"
      )
    }

    func say(_ text: String, _ browser: Browser, count: Int = 1) async throws {
      try await browser.type(text + "\u{E007}", into: "#text")
      #expect(
        try await browser.becomesTrue(
          "[...document.querySelectorAll('#log li.in:not(.failed)')].filter((i) => /^[0-9]+$/.test(i.dataset.id)).length === \(count)"
        ))
    }

    @Test("typing and reading show on both sides, on a screen of 320 pixels, and nothing is against the page's policy")
    func signs() async throws {
      try await withChat { (browser, running, router, token) async throws in
        try await open(browser, running)
        try await say("我要申请退款", browser)
        #expect(try await browser.run("return document.querySelectorAll('.seen').length") == 0)
        #expect(await running.api("GET", "conversations/1", token).status == 200)
        #expect(try await browser.becomesTrue("document.querySelector('#log li.in .seen')?.textContent.includes('已看')"))
        #expect(await running.api("POST", "conversations/1/typing", token, [:]).status == 200)
        #expect(try await browser.becomesTrue("document.getElementById('typing').textContent.includes('正在输入')"))
        #expect(
          await running.api("POST", "conversations/1/reply", token, ["text": "正在查", "anyway": true]).status == 200)
        #expect(try await browser.becomesTrue("document.querySelector('#log li.out')"))
        #expect(try await browser.run("return document.getElementById('typing').textContent") == "")
        let isRead = try await eventually(20) {
          try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'out' AND delivery_state = 'read'")
            == 1
        }
        #expect(isRead)
        try await browser.type("还没", into: "#text")
        let isTyping = await eventually(10) {
          await running.api("GET", "conversations/1", token).json["customer_typing"] == true
        }
        #expect(isTyping)
        let out = try await router.run(
          ["show", "1"], environment: ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": token, "LANG": "C"])
        #expect(out.out.contains("seen by wei") && out.out.contains("read"), "\(out.out)")
        #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true)
        #expect(try await browser.run("return violations") == [])
      }
    }

    @Test("a topic's answers come first; whom they help writes nothing, others go on with the keyboard")
    func answers() async throws {
      try await withChat { (browser, running, router, _) async throws in
        try await open(browser, running)
        let refund = "[...document.querySelectorAll('#chips button')].find((b) => b.textContent.includes('退款'))"
        try await browser.run("\(refund).click()")
        #expect(try await browser.becomesTrue("document.querySelector('#answers details summary')"))
        #expect(
          try await browser.run("return document.getElementById('answers').textContent.includes('原路退回')") == true)
        #expect(try await browser.run("return document.activeElement.id") == "answers", "read out by screen readers")
        try await browser.click("#helped")
        #expect(try await browser.becomesTrue("document.getElementById('answers').hidden"))
        try await browser.run("\(refund).click(); \(refund).click()")
        #expect(try await browser.becomesTrue("!document.getElementById('answers').hidden"))
        try await browser.type("\u{E007}", into: "#write")
        #expect(try await browser.run("return document.activeElement.id") == "text")
        #expect(try await router.count("SELECT COUNT(*) FROM conversations") == 0)
        try await say("还是没到", browser)
        #expect(try await router.count("SELECT COUNT(*) FROM conversations WHERE category = 'refund'") == 1)
        let metrics = String(decoding: await running.request("GET", "/metrics").body, as: UTF8.self)
        for outcome in ["offered", "helped", "wrote"] {
          #expect(
            metrics.contains("patchbay_self_service_total{category=\"refund\",outcome=\"\(outcome)\"}"), "\(outcome)")
        }
      }
    }

    @Test("answers to tap stand below the newest message only, and what is tapped is said")
    func options() async throws {
      try await withChat { (browser, running, router, token) async throws in
        try await open(browser, running)
        try await say("我要申请退款", browser)
        let environment = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": token, "LANG": "C"]
        for question in ["退款到了吗？", "银行卡到了吗？"] {
          let reply = try await router.run(
            ["reply", "1", question, "--option", "到了", "--option", "<b>还没有</b>", "--anyway"], environment: environment)
          #expect(reply.status == 0, "\(reply)")
        }
        let buttons = "[...document.querySelectorAll('#log .options button')]"
        #expect(try await browser.becomesTrue("document.querySelectorAll('#log li.out').length === 2"))
        #expect(try await browser.run("return \(buttons).map((b) => b.textContent)") == ["到了", "<b>还没有</b>"])
        #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true)
        try await browser.run("\(buttons)[1].click()")
        #expect(try await browser.becomesTrue("!document.querySelector('#log .options')"))
        let isSaid = try await eventually(20) {
          try await router.count("SELECT COUNT(*) FROM messages WHERE direction = 'in' AND text = '<b>还没有</b>'") == 1
        }
        #expect(isSaid)
        let shown = try await router.run(["show", "1"], environment: environment)
        #expect(shown.out.contains("to tap: [到了] [<b>还没有</b>]"), "\(shown.out)")
        let tooMany = (0...10).flatMap { ["--option", "\($0)"] }
        let refused = try await router.run(["reply", "1", "x", "--anyway"] + tooMany, environment: environment)
        #expect(refused.status != 0 && refused.talk.contains("at most 10 quick replies fit here, not 11"), "\(refused)")
        #expect(try await browser.run("return violations") == [])
      }
    }

    @Test("what is written without a network goes out once, when it is back")
    func offline() async throws {
      try await withChat { (browser, running, router, _) async throws in
        try await open(browser, running)
        try await say("第一条", browser)
        try await browser.setOffline(true)
        try await browser.type("没有网络\u{E007}", into: "#text")
        #expect(try await browser.becomesTrue("document.querySelector('#log li.failed')"))
        try await browser.setOffline(false)
        #expect(try await browser.becomesTrue("!document.querySelector('#log li.failed')", within: 40))
        let isFiled = try await eventually(20) {
          try await router.count("SELECT COUNT(*) FROM messages WHERE text = '没有网络'") == 1
        }
        #expect(isFiled)
        #expect(try await browser.run("return document.querySelectorAll('#log li.in').length") == 2)
      }
    }

    @Test("two tabs show one conversation, and closing one of them is not leaving")
    func tabs() async throws {
      try await withChat { (browser, running, router, token) async throws in
        try await open(browser, running)
        try await say("第一条", browser)
        let first = try await browser.tab()
        try await browser.openTab()
        try await open(browser, running)
        #expect(try await browser.becomesTrue("document.querySelectorAll('#log li.in').length === 1"))
        try await say("第二条", browser, count: 2)
        try await browser.look(at: first)
        #expect(try await browser.becomesTrue("document.querySelectorAll('#log li.in').length === 2"))
        try await browser.openTab()
        try await open(browser, running)
        try await browser.go("about:blank")
        try await browser.closeTab()
        try await browser.look(at: first)
        let isNoted = try await eventually(10) {
          try await router.count("SELECT COUNT(*) FROM chat_presence WHERE leaving_at IS NOT NULL") == 1
        }
        #expect(isNoted, "the page says when it is closed")
        let isKnown = try await eventually(45) {
          try await router.count("SELECT COUNT(*) FROM chat_presence WHERE leaving_at IS NOT NULL") == 0
        }
        #expect(isKnown)
        #expect(try await router.count("SELECT COUNT(*) FROM events WHERE kind = 'left'") == 0)
        try await browser.click("#end")
        let hasLeft = try await eventually(10) {
          try await router.count("SELECT COUNT(*) FROM events WHERE kind = 'left'") == 1
        }
        #expect(hasLeft)
        let flags = await running.api("GET", "conversations/1", token).json["flags"]?.array ?? []
        #expect(flags.contains("left"))
      }
    }

    @Test("Enter that chooses Chinese characters sends nothing; dark and still where that is wished for")
    func preferences() async throws {
      try await withChat { (browser, running, router, _) async throws in
        try await open(browser, running)
        try await browser.type("退款", into: "#text")
        try await browser.run(
          "document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
        )
        #expect(try await browser.run("return document.getElementById('text').value") == "退款")
        #expect(try await router.count("SELECT COUNT(*) FROM messages") == 0)
        let paper = "return getComputedStyle(document.body).backgroundColor"
        let motion = "return getComputedStyle(document.getElementById('log')).scrollBehavior"
        let breath = "return getComputedStyle(document.getElementById('typing'), '::after').animationName"
        try await browser.run("document.getElementById('typing').textContent = 'x'")
        try await browser.prefer([("prefers-reduced-motion", "no-preference"), ("prefers-color-scheme", "light")])
        let light = try await browser.run(paper)
        #expect(try await browser.run(motion) == "smooth")
        #expect(try await browser.run(breath) == "breathe")
        try await browser.prefer([("prefers-reduced-motion", "reduce"), ("prefers-color-scheme", "dark")])
        #expect(try await browser.run(motion) == "auto")
        #expect(try await browser.run(breath) == "none")
        #expect(try await browser.run(paper) != light)
        // Everything that can be pressed or filled in has a name.
        let nameless =
          "return [...document.querySelectorAll('button, input:not([aria-hidden]), textarea')].filter((e) => !(e.textContent || e.getAttribute('aria-label') || e.labels?.[0]?.textContent)).map((e) => e.id)"
        #expect(try await browser.run(nameless) == [])
      }
    }

    @Test("a logged-in customer is known by name, and gets the conversation by mail")
    func identity() async throws {
      try await withChat(languages: "en-US") { (browser, running, router, token) async throws in
        func part(_ json: JSON) -> String { Signatures.base64URL(json.bytes) }
        let end = Int64(Date().timeIntervalSince1970) + 600
        let claims: JSON = [
          "sub": "c-17", "name": "Li Wei", "email": "li@customer.example", "email_verified": true, "exp": JSON(end),
        ]
        let signed = part(["alg": "HS256"]) + "." + part(claims)
        let code = Signatures.hmac(.sha256, secret: Self.identitySecret, over: Array(signed.utf8))
        try await open(browser, running, fragment: "#identity=\(signed).\(Signatures.base64URL(code))")
        #expect(try await browser.run("return location.hash") == "", "no claim stays in the address")
        try await say("Where is my refund?", browser)
        let contact = await running.api("GET", "conversations/1", token).json["contact"]
        #expect(contact?["name"] == "Li Wei" && contact?["email"] == "li@customer.example")
        #expect(
          await running.api("POST", "conversations/1/reply", token, ["text": "On its way.", "anyway": true]).status
            == 200)
        #expect(try await browser.becomesTrue("document.querySelector('#log li.out')"))
        try await browser.click("#mail")
        #expect(try await browser.run("return document.activeElement.id") == "email")
        try await browser.type("li@customer.example\u{E007}", into: "#email")
        #expect(
          try await browser.becomesTrue(
            "document.getElementById('transcript-status').textContent.includes('li@customer.example')"))
        let isSent = await eventually(20) {
          router.post.received.contains { $0.recipients == ["li@customer.example"] }
        }
        #expect(isSent)
        let forged = await running.request(
          "POST", "/chat/webchat/session", body: Array("{\"identity\":\"\(signed).x\"}".utf8))
        #expect(forged.status == 401 && forged.json["error"] == "identity")
      }
    }
  }
}
