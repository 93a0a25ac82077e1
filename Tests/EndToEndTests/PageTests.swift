import Channels
import Conversations
import Foundation
import TestSupport
import Testing

extension LongTests {
  @Suite("Pages", .enabled(if: Browser.isPossible)) struct PageTests {
    /// What a page may complain of: nothing, but that the board was asked for without a token.
    private func complaints(_ browser: Browser) async throws -> [String] {
      try await browser.console().filter { $0.level == "SEVERE" }.map(\.message).filter { !$0.contains("401") }
    }

    @Test("our pages run in a browser, and their own policy forbids them nothing")
    func pages() async throws {
      try await withRouter { (running, router) async throws in
        try await Browser.open { browser in
          for path in ["/", "/chat/webchat/", "/chat/webchat/?language=zh", "/form/contact-form", "/board"] {
            try await browser.go(running.url + path)
            #expect(try await browser.becomesTrue("document.readyState !== 'loading' && document.title"), "\(path)")
            #expect(try await complaints(browser).isEmpty, "\(path)")
            let text = try await browser.run("return document.documentElement.outerHTML").string ?? ""
            #expect(text.contains("</html>") && !text.contains("{{"), "\(path): an unfilled place")
          }
        }
      }
    }

    @Test("a customer writes Chinese on the chat page, an agent answers, and the answer stands on the page")
    func chat() async throws {
      try await withRouter { (running, router) async throws in
        let token = try await router.token("wei")
        try await Browser.open(languages: "zh-CN", size: (360, 740)) { browser in
          try await browser.go(running.url + "/chat/webchat/")
          #expect(try await browser.becomesTrue("document.getElementById('status').textContent"))
          #expect(try await browser.run("return innerWidth") == 360)
          #expect(try await browser.becomesTrue("document.querySelectorAll('#chips button').length > 3"))
          let room = "document.getElementById('log').clientHeight > innerHeight / 3"
          #expect(try await browser.run("return \(room)") == true, "topics leave room for the conversation")
          #expect(try await browser.run("return document.documentElement.lang") == "zh", "the browser's language")
          try await browser.type("我的充值一直没有到账\u{E007}", into: "#text")
          #expect(try await browser.becomesTrue("document.querySelector('#log li.in:not(.failed)')"))
          let isFiled = try await eventually(20) {
            try await router.count("SELECT COUNT(*) FROM messages WHERE text = '我的充值一直没有到账'") == 1
          }
          #expect(isFiled)
          #expect(try await browser.run("return document.getElementById('chips').hidden") == true)
          let reply: JSON = ["text": "已经为您查询，今天内到账。", "anyway": true]
          #expect(await running.api("POST", "conversations/1/reply", token, reply).status == 200)
          let answered = "[...document.querySelectorAll('#log li.out')].some((i) => i.textContent.includes('今天内到账'))"
          #expect(try await browser.becomesTrue(answered))
          // Another look: everything once, in order.
          try await browser.go(running.url + "/chat/webchat/")
          #expect(try await browser.becomesTrue(answered))
          #expect(try await browser.run("return document.querySelectorAll('#log li.in').length") == 1)
          #expect(
            try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true, "no side scroll"
          )
          // What is stored differs from what was typed: still one message on the page, and no number.
          try await browser.type("我的卡 4111 1111 1111 1111 被拒绝\u{E007}", into: "#text")
          let isMasked =
            "[...document.querySelectorAll('#log li.in')].some((i) => i.textContent.includes('被拒绝'))"
            + " && !document.getElementById('log').textContent.includes('4111 1111')"
          #expect(try await browser.becomesTrue(isMasked))
          #expect(try await browser.run("return document.querySelectorAll('#log li.in').length") == 2)
          let picture = router.folder.path + "/screenshot.png"
          try Data(Self.pixel).write(to: URL(fileURLWithPath: picture))
          try await browser.type(picture, into: "#file")
          #expect(try await browser.becomesTrue("document.querySelector('#files li')"))
          try await browser.type("\u{E007}", into: "#text")
          #expect(try await browser.becomesTrue("document.querySelector('#log li.in img')?.naturalWidth === 1"))
          #expect(try await complaints(browser).isEmpty)
        }
      }
    }

    @Test("the board follows what happens, tells who is there, and fits a telephone; a wrong token does not open it")
    func board() async throws {
      try await withRouter { (running, router) async throws in
        let wei = try await router.token("wei")
        let lead = try await router.token("boss", role: "lead")
        let environment = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": wei]
        #expect(try await router.run(["available"], environment: environment).status == 0)
        try await Browser.open(languages: "zh-CN", size: (360, 740)) { browser in
          try await browser.go(running.url + "/board")
          try await browser.type("not-a-token-of-anybody\u{E007}", into: "#token")
          #expect(try await browser.becomesTrue("!document.getElementById('login').hidden"))
          #expect(try await browser.run("return document.getElementById('content').hidden") == true)
          try await browser.go(running.url + "/board")
          try await browser.type(lead + "\u{E007}", into: "#token")
          #expect(try await browser.becomesTrue("document.querySelectorAll('#queues li').length > 5"))
          #expect(
            try await browser.run("return document.querySelector('#agents').textContent").string?.contains("在线") == true
          )
          #expect(
            try await browser.run("return document.getElementById('status').textContent").string?
              .hasSuffix(" Asia/Shanghai") == true)
          #expect(try await browser.run("return \(Self.tilesBeside("today"))") == 3)
          #expect(try await browser.run("return \(Self.tilesBeside("queues"))") == 2)
          let isHigh = "document.getElementById('risk').getBoundingClientRect().top < innerHeight / 2"
          #expect(try await browser.run("return \(isHigh)") == true, "what is urgent stands near the top")
          let waiting =
            "[...document.querySelectorAll('#queues .big')].reduce((sum, tile) => sum + Number(tile.textContent), 0)"
          #expect(try await browser.run("return \(waiting)") == 0)
          let session = try #require(await running.request("POST", "/chat/webchat/session").json["session"]?.string)
          let body: JSON = ["session": .string(session), "client_id": "1", "text": "我的充值一直没有到账"]
          let said = await running.request(
            "POST", "/chat/webchat/messages", headers: [("Content-Type", "application/json")], body: body.bytes)
          #expect(said.status == 200)
          #expect(try await browser.becomesTrue("\(waiting) === 1"), "without a reload")
          #expect(try await router.run(["next", "-q"], environment: environment).status == 0)
          #expect(try await browser.becomesTrue("document.querySelector('#agents').textContent.includes('处理中 1')"))
          #expect(
            try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true, "no side scroll"
          )
          #expect(try await complaints(browser).isEmpty)
        }
      }
    }

    /// How many tiles of a list stand in its first row.
    private static func tilesBeside(_ list: String) -> String {
      "((tops) => tops.filter((top) => top === tops[0]).length)"
        + "([...document.querySelectorAll('#\(list) li')].map((tile) => tile.offsetTop))"
    }

    /// A picture of one pixel.
    static let pixel =
      Signatures.decodeBase64(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==") ?? []
  }
}
