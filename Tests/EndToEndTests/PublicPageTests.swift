import Conversations
import Foundation
import TestSupport
import Testing

extension LongTests {
  @Suite("Pages for everybody", .enabled(if: Browser.isPossible)) struct PublicPageTests {
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
