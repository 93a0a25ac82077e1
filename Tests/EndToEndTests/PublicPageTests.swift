import Conversations
import Foundation
import TestSupport
import Testing

extension LongTests {
  @Suite("Pages for everybody", .enabled(if: Browser.isPossible)) struct PublicPageTests {
    @Test("Escape closes the chat on somebody's page, from inside it too, and the button says what it does")
    func widget() async throws {
      try await withRouter { (running, _) async throws in
        try await Browser.open(size: (390, 800)) { browser in
          // Any page will do that has no policy of its own.
          try await browser.go(running.url + "/healthz")
          try await browser.run(
            """
            const script = document.createElement('script');
            script.src = '/chat/webchat/widget.js';
            document.body.append(script);
            """)
          #expect(try await browser.becomesTrue("document.querySelector('button')"))
          let state =
            "((b) => [b.textContent, b.getAttribute('aria-expanded'), String(document.activeElement === b)])(document.querySelector('button'))"
          let page = "document.querySelector('iframe').contentDocument"
          for isInside in [false, true] {
            try await browser.click("button")
            #expect(try await browser.run("return \(state).slice(0, 2)") == ["Close chat", "true"])
            #expect(try await browser.becomesTrue("\(page)?.querySelectorAll('#chips button').length > 3"))
            let target = isInside ? "\(page).getElementById('text')" : "document.body"
            try await browser.run(
              "\(target).dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))"
            )
            #expect(try await browser.becomesTrue("\(state)[1] === 'false'"))
            #expect(try await browser.run("return \(state)") == ["Chat with us", "false", "true"])
          }
        }
      }
    }

    @Test("twelve queues fit on a screen on the wall, and are read from across the room")
    func wall() async throws {
      try await withRouter { (running, router) async throws in
        let lead = try await router.token("boss", role: "lead")
        try await Browser.open(size: (1920, 1080)) { browser in
          try await browser.go(running.url + "/board")
          #expect(try await browser.run("return document.activeElement.id") == "token")
          try await browser.type(lead + "\u{E007}", into: "#token")
          #expect(try await browser.becomesTrue("document.querySelectorAll('#queues li').length > 5"))
          #expect(try await browser.run("return document.activeElement.id") == "title")
          let fits = """
            const list = document.getElementById('queues');
            while (list.children.length < 12) list.append(list.children[0].cloneNode(true));
            const tiles = [...list.children].map((tile) => tile.getBoundingClientRect());
            return [document.documentElement.scrollHeight <= innerHeight, tiles.every((tile) => tile.bottom <= innerHeight && tile.right <= innerWidth),
              [...list.children].every((tile) => tile.scrollHeight <= tile.clientHeight), list.scrollHeight <= list.clientHeight,
              parseFloat(getComputedStyle(list.querySelector('.big')).fontSize) >= 60, parseFloat(getComputedStyle(list.querySelector('h3')).fontSize) >= 22];
            """
          #expect(try await browser.run(fits) == [true, true, true, true, true, true])
        }
      }
    }

    @Test("HEAD is GET without a body, and another method is told which ones there are")
    func methods() async throws {
      try await withRouter { (running, _) async throws in
        for path in ["/", "/board", "/board/board.js", "/chat/webchat/", "/chat/webchat/chat.js", "/form/contact-form"]
        {
          let (head, get) = (await running.request("HEAD", path), await running.request("GET", path))
          #expect(head.status == 200 && head.body.isEmpty, "\(path)")
          #expect(head.headers["Content-Type"] == get.headers["Content-Type"], "\(path)")
          let other = await running.request("DELETE", path)
          #expect(other.status == 405 && other.headers["Allow"]?.contains("HEAD") == true, "\(path)")
        }
        let session = await running.request("GET", "/chat/webchat/session")
        #expect(session.status == 405 && session.headers["Allow"] == "POST, OPTIONS")
        #expect(await running.request("GET", "/chat/webchat/nothing").status == 404)
      }
    }

    @Test("without script the chat says so, in one language, and leads to the form")
    func withoutScript() async throws {
      try await withRouter { (running, _) async throws in
        for (language, words, others) in [("zh", "请启用 JavaScript", "switch it on"), ("en", "switch it on", "请启用")] {
          let reply = await running.request("GET", "/chat/webchat/?language=\(language)")
          let page = String(decoding: reply.body, as: UTF8.self)
          let sentence = try #require(page.firstMatch(of: #/<noscript>(.*?)</noscript>\s*<form class="say"/#)?.output.1)
          #expect(sentence.contains(words) && !sentence.contains(others))
          #expect(sentence.contains("href=\"/form/contact-form?language=\(language)\""))
        }
      }
    }
  }
}
