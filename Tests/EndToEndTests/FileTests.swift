import Channels
import Conversations
import Foundation
import Rehearsal
import TestSupport
import Testing

extension LongTests {
  @Suite("Files and streams") struct FileTests {
    private func session(_ running: Running) async throws -> String {
      try #require(await running.request("POST", "/chat/webchat/session").json["session"]?.string)
    }

    private func say(_ text: String, _ running: Running, _ session: String, files: JSON = []) async -> Running.Reply {
      let body: JSON = [
        "session": .string(session), "client_id": .string("c-\(text.utf8.count)"), "text": .string(text),
        "attachments": files,
      ]
      let headers = [("Content-Type", "application/json")]
      return await running.request("POST", "/chat/webchat/messages", headers: headers, body: body.bytes)
    }

    @Test("a customer's screenshot reaches the agent's disk, an agent's file reaches the customer and nobody else")
    func bothWays() async throws {
      try await withRouter { (running, router) async throws in
        let (visitor, stranger) = (try await session(running), try await session(running))
        let picture = PageTests.pixel
        let file: JSON = ["filename": "../截 图.png", "data": .string(Data(picture).base64EncodedString())]
        #expect(await say("看截图", running, visitor, files: [file]).status == 200)
        let environment = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("wei")]
        let shown = try JSON(
          parsing: Array(try await router.run(["show", "1", "--json"], environment: environment).out.utf8))
        let id = try #require(
          shown["messages"]?.array?.first { $0["direction"] == "in" }?["attachments"]?.array?.first?["id"]?.string)
        let saved = router.folder.path + "/saved.png"
        let save = try await router.run(["attachment", id, "--output", saved], environment: environment)
        #expect(save.status == 0, "\(save)")
        #expect(FileManager.default.contents(atPath: saved).map(Array.init) == picture)

        let statement = router.folder.path + "/statement.txt"
        try Data("balance 0".utf8).write(to: URL(fileURLWithPath: statement))
        let reply = try await router.run(
          ["reply", "1", "见附件", "--attach", statement, "--anyway"], environment: environment)
        #expect(reply.status == 0, "\(reply)")
        let seen = await running.request("GET", "/chat/webchat/messages?session=\(visitor)").json
        let sent = try #require(seen["messages"]?.array?.last?["attachments"]?.array?.first)
        #expect(sent["filename"] == "statement.txt")
        let path = "/chat/webchat/files/\(sent["id"]?.string ?? "")?session="
        let got = await running.request("GET", path + visitor)
        #expect((got.status, got.body) == (200, Array("balance 0".utf8)))
        #expect(got.headers["Content-Disposition"] == "attachment")
        #expect(await running.request("GET", path + stranger).status == 404)
        let missing = try await router.run(["reply", "1", "x", "--attach", "/no/such/file"], environment: environment)
        #expect(missing.status == 1 && missing.talk.contains("/no/such/file"), "\(missing)")
      }
    }

    @Test("where a provider takes words only, a file goes as an address that opens this one file, for a while")
    func addresses() async throws {
      let router = try await Router()
      try router.write(
        "partner",
        """
        kind: generic
        settings:
          secret: env:APP_SECRET
          fields: {id: id, contact_id: from, text: text, thread: from}
          reply_url: \(router.web.url)/answers

        """)
      let queues = router.config + "/channels/routing/queues.yaml"
      try String(contentsOfFile: queues, encoding: .utf8)
        .replacing("  # address: https://chat", with: "  address: https://chat")
        .write(toFile: queues, atomically: true, encoding: .utf8)
      let running = try await Running.start(router)
      let body: JSON = ["id": "p-1", "from": "u-8", "text": "Where is my statement?"]
      let signature = Signatures.write(
        Signatures.hmac(.sha256, secret: Router.appSecret, over: body.bytes), as: .hex)
      let headers = [("X-Signature", signature), ("Content-Type", "application/json")]
      #expect(await running.request("POST", "/hooks/partner", headers: headers, body: body.bytes).status == 200)
      let environment = ["PATCHBAY_URL": running.url, "PATCHBAY_TOKEN": try await router.token("wei")]
      let statement = router.folder.path + "/对账单.txt"
      try Data("balance 0".utf8).write(to: URL(fileURLWithPath: statement))
      let reply = try await router.run(
        ["reply", "1", "Here it is", "--attach", statement, "--anyway"], environment: environment)
      #expect(reply.status == 0, "\(reply)")
      func sent() -> JSON? {
        router.web.received.compactMap { try? JSON(parsing: $0.body) }.first { $0["text"] == "Here it is" }?[
          "attachments"]?[0]
      }
      #expect(await eventually(20) { sent() != nil })
      let file = try #require(sent())
      #expect(file["filename"] == "对账单.txt" && file["size"] == 9)
      let address = try #require(file["url"]?.string)
      let path = try #require(address.split(separator: "https://chat.example.com", maxSplits: 1).first.map(String.init))
      #expect(path.hasPrefix("/files/f") && path.hasSuffix("/%E5%AF%B9%E8%B4%A6%E5%8D%95.txt"), "\(path)")

      let got = await running.request("GET", path)
      #expect((got.status, got.body) == (200, Array("balance 0".utf8)))
      #expect(got.headers["Content-Disposition"]?.hasPrefix("attachment; filename*=UTF-8''%E5%AF%B9") == true)
      #expect(got.headers["Content-Security-Policy"]?.contains("sandbox") == true)
      let wire = try #require(Wire(port: running.http))
      let head = "HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      wire.send(Array(head.utf8))
      let answers = wire.receive { _ in false }.components(separatedBy: "\r\n\r\n")
      #expect(answers.first?.contains("200") == true && answers.first?.contains("Content-Length: 9") == true)
      #expect(answers.dropFirst().first?.hasPrefix("HTTP/1.1 200") == true, "nothing stands between the two answers")
      #expect(await running.request("POST", path).status == 405)
      let token = path.split(separator: "/")[1]
      let parts = token.split(separator: "-")
      let later = (Int(parts[1]) ?? 0) + 1
      for forged in [
        "\(parts[0])-\(later)-\(parts[2])", "f1-\(parts[1])-\(parts[2])", String(token.dropLast()), "f", "x",
      ] {
        #expect(await running.request("GET", "/files/\(forged)/a.txt").status == 404, "\(forged)")
      }
      var refusals = 0
      for _ in 0..<40 where await running.request("GET", "/files/f1-2-3").status == 429 { refusals += 1 }
      #expect(refusals > 0, "whoever guesses is slowed down")
      #expect(await running.request("GET", path).status == 200, "whoever knows is not")
      #expect(await running.end() == 0)
      await router.stop()
    }

    @Test("chat and form are reached by their own doors only, and a page without an origin by none")
    func doors() async throws {
      try await withRouter { (running, _) async throws in
        let session = try await session(running)
        let body: JSON = ["session": .string(session), "client_id": "1", "text": "hello"]
        for hook in ["/hooks/webchat", "/hooks/contact-form"] {
          #expect(await running.request("POST", hook, body: body.bytes).status == 404)
        }
        for origin in ["null", "https://evil.example"] {
          let answer = await running.request(
            "POST", "/chat/webchat/messages", headers: [("Origin", origin)], body: body.bytes)
          #expect(answer.status == 403, "\(origin)")
        }
        let form = await running.request("GET", "/form/contact-form?language=zh")
        let page = String(decoding: form.body, as: UTF8.self)
        #expect(page.contains("账户邮箱</label>") && page.contains("<option value=\"refund"), "whole without script")
      }
    }

    @Test("an open stream ends with its reader, with the router, and there are only so many of them")
    func streams() async throws {
      try await withRouter { (running, router) async throws in
        let session = try await session(running)
        let path = "/chat/webchat/events?session=\(session)"
        func open() async -> String {
          let text = String(decoding: await running.request("GET", "/metrics").body, as: UTF8.self)
          return text.split(separator: "\n").first { $0.hasPrefix("patchbay_open_streams ") }.map(String.init) ?? ""
        }
        let readers = (0..<20).map { _ in Task { await running.request("GET", path, seconds: 120) } }
        #expect(await eventually(20) { await open() == "patchbay_open_streams 20" })
        #expect(await running.request("GET", path).status == 429)
        for reader in readers.dropFirst() { reader.cancel() }
        #expect(
          await eventually(20) { await open() == "patchbay_open_streams 1" }, "gone readers are noticed at once")
        #expect(await running.end() == 0)
        #expect(await readers[0].value.status == 200, "and the last one was told the end")
      }
    }
  }
}
