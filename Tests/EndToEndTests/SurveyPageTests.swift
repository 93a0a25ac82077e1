import Conversations
import Foundation
import Storage
import TestSupport
import Testing

extension LongTests {
  @Suite("Ratings in a browser", .enabled(if: Browser.isPossible)) struct SurveyPageTests {
    private func withSurveys(_ body: (Browser, Running, Router, String) async throws -> Void) async throws {
      let router = try await Router()
      let path = router.config + "/channels/routing/queues.yaml"
      let queues = try String(contentsOfFile: path, encoding: .utf8)
        .replacing("  # address: https://chat", with: "  address: https://chat").replacing(
          "    lease: 20m", with: "    lease: 20m\n    survey: true")
      try queues.write(toFile: path, atomically: true, encoding: .utf8)
      let running = try await Running.start(router)
      let result: Result<Void, any Error>
      do {
        let token = try await router.token("wei")
        try await Browser.open(size: (320, 640)) { browser in
          try await body(browser, running, router, token)
          #expect(try await browser.console().filter { $0.level == "SEVERE" && !$0.message.contains("404") }.isEmpty)
        }
        result = .success(())
      } catch { result = .failure(error) }
      #expect(await running.end() == 0)
      await router.stop()
      try result.get()
    }

    private func stars(_ router: Router) async throws -> [Int] {
      try await router.query { try $0.rows("SELECT stars FROM surveys ORDER BY id").map { $0.optionalInt(0) ?? 0 } }
    }

    @Test("one click in the mail is a rating, following the link without a browser is none")
    func mail() async throws {
      try await withSurveys { (browser, running, router, token) async throws in
        let mail = await running.request(
          "POST", "/mail/support-mail",
          headers: [
            ("Authorization", "Bearer \(token)"), ("Content-Type", "message/rfc822"),
          ], body: Array(letter("q1").utf8))
        #expect((200..<300).contains(mail.status))
        let reply: JSON = ["text": "已退款", "anyway": true, "status": "resolved"]
        #expect(await running.api("POST", "conversations/1/reply", token, reply).status == 200)
        var path = ""
        let isSent = try await eventually(20) {
          let texts = try await router.query { tx in
            try tx.rows("SELECT text FROM messages WHERE direction = 'bot' AND delivery_state = 'accepted'").map {
              $0.text(0)
            }
          }
          let link = texts.compactMap { $0.firstMatch(of: #/https://chat\.example\.com(/survey/[^?\s]+)\?stars=4/#) }
            .first
          path = link.map { String($0.output.1) } ?? ""
          return !path.isEmpty
        }
        #expect(isSent)
        let looked = await running.request("GET", path + "?stars=4")
        #expect(looked.status == 200)
        #expect(try await stars(router) == [0])
        try await browser.go(running.url + path + "?stars=4")
        #expect(try await browser.becomesTrue("document.getElementById('done').textContent.includes('★★★★☆')"))
        #expect(try await stars(router) == [4])
        try await browser.type("Quick!", into: "#comment")
        try await browser.click("button")
        #expect(try await browser.becomesTrue("document.getElementById('rating').hidden"))
        #expect(try await browser.run("return document.activeElement.id") == "done")
        let shown = await running.api("GET", "conversations/1", token).json["rating"]
        #expect(shown?["stars"] == 4 && shown?["comment"] == "Quick!")
        #expect(try await browser.run("return document.documentElement.scrollWidth <= innerWidth") == true)
        #expect(await running.request("GET", path + "x").status == 404)
        // Without script: the form itself.
        let again = await running.request(
          "POST", path, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array("stars=1".utf8))
        #expect(again.status == 200)
        #expect(try await stars(router) == [4])
      }
    }

    @Test("a chat is rated on its page, with the keyboard")
    func chat() async throws {
      try await withSurveys { (browser, running, router, token) async throws in
        try await browser.go(running.url + "/chat/webchat/")
        #expect(try await browser.becomesTrue("document.querySelectorAll('#chips button').length > 3"))
        try await browser.type("I want a refund\u{E007}", into: "#text")
        #expect(try await browser.becomesTrue("document.querySelector('#log li.in:not(.failed)')"))
        let reply: JSON = ["text": "Done.", "anyway": true, "status": "resolved"]
        let isFiled = try await eventually(20) { try await router.count("SELECT COUNT(*) FROM conversations") == 1 }
        #expect(isFiled)
        #expect(await running.api("POST", "conversations/1/reply", token, reply).status == 200)
        #expect(try await browser.becomesTrue("!document.getElementById('survey').hidden"))
        try await browser.type("\u{E007}", into: "#survey-send")
        #expect(
          try await browser.becomesTrue(
            "document.getElementById('survey-problem').textContent.includes('one to five stars')"))
        try await browser.type(" ", into: "#survey input[value='5']")
        try await browser.type("\u{E007}", into: "#survey-send")
        #expect(try await browser.becomesTrue("document.getElementById('survey').hidden"))
        #expect(try await browser.run("return document.activeElement.id") == "text")
        #expect(try await stars(router) == [5])
      }
    }
  }
}
