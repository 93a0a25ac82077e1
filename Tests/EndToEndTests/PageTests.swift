import Foundation
import TestSupport
import Testing

extension LongTests {
  @Suite("Pages") struct PageTests {
    static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
      "our pages run in a browser, and their own policy forbids them nothing",
      arguments: ["/", "/chat/webchat/", "/chat/webchat/?language=zh", "/form/contact-form", "/board"])
    func pages(path: String) async throws {
      guard let browser = Self.browser else {
        FileHandle.standardError.write(Data("SKIPPED: no chromium, so \(path) was not opened\n".utf8))
        #expect(ProcessInfo.processInfo.environment["CI"] == nil, "there must be a browser in CI")
        return
      }
      try await withRouter { (running, router) async throws in
        let seen = try await router.execute(
          URL(fileURLWithPath: browser),
          [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(router.folder.path)/browser",
            "--enable-logging=stderr", "--v=0", "--virtual-time-budget=4000", "--dump-dom", running.url + path,
          ])
        #expect(seen.status == 0)
        #expect(seen.out.contains("</html>"), "\(seen.out.prefix(300))")
        let complaints = seen.talk.split(separator: "\n").filter { $0.contains(":CONSOLE") }
        // The board asks for a token first: 401 is what it shows then.
        let bad = complaints.filter {
          $0.contains("Content Security Policy") || $0.contains("Uncaught") || $0.contains("404")
        }
        #expect(bad.isEmpty, "\(bad)")
        #expect(!seen.out.contains("{{"), "an unfilled place")
      }
    }
  }
}
