import Channels
import Conversations
import Foundation
import Rehearsal
import Storage
import Synchronization
import Testing

extension LongTests {
  /// The built program and a real Dovecot.
  @Suite("Mail fetched by IMAP", .enabled(if: Dovecot.isAvailable)) struct CollectingTests {
    private func channel(
      _ server: Dovecot, user: String, port: Int? = nil, encryption: String = "tls", more: String = ""
    ) -> String {
      let login = more.contains("imap_oauth2") ? "" : "\n  imap_password: env:BOX"
      return """
        kind: email
        title: Box of \(user)
        settings:
          address: \(user)@example.com
          smtp_host: localhost
          smtp_encryption: none
          imap_host: localhost
          imap_port: \(port ?? (encryption == "tls" ? server.imaps : server.imap))
          imap_encryption: \(encryption)
          imap_ca_file: \(server.certificate)
          imap_user: \(user)\(login)
          imap_poll_seconds: 1
        \(more)
        """
    }

    /// A router with these channels (name → file) and a server with these users.
    private func withBoxes(
      _ users: [String], alerts: Bool = false, _ channels: (Dovecot) throws -> [String: String],
      _ body: (Dovecot, Router, Running) async throws -> Void
    ) async throws {
      let server = try await Dovecot.start(users: users)
      let router = try await Router()
      let result: Result<Void, any Error>
      do {
        let post = "smtp_host: \(router.post.host)\n  smtp_port: \(router.post.port)"
        for (name, text) in try channels(server) {
          try router.write(name, text.replacing("smtp_host: localhost", with: post))
        }
        if alerts { try switchOnAlerts(router) }
        let running = try await Running.start(router, wrapper: "export BOX='\(Dovecot.password)'; exec \"$@\"")
        do { result = .success(try await body(server, router, running)) } catch { result = .failure(error) }
        #expect(await running.end() == 0, "SIGTERM ends it gracefully")
      } catch {
        result = .failure(error)
      }
      await router.stop()
      server.stop()
      try result.get()
    }

    /// The sample desk's alert waits for an address.
    private func switchOnAlerts(_ router: Router) throws {
      let path = router.config + "/channels/routing/queues.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let changed = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.hasPrefix("    enabled: false") ? "    enabled: true" : String(line)
      }
      try changed.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func mail(_ id: String, text: String = "我要申请退款") -> [UInt8] { Array(letter(id, text: text).utf8) }

    private func filed(_ router: Router, _ channel: String) async throws -> [String] {
      try await router.query { tx in
        try tx.rows(
          "SELECT external_id FROM messages WHERE channel = $1 AND direction = 'in' ORDER BY id", [.text(channel)]
        ).map { $0.text(0) }
      }
    }

    private func health(_ running: Running, _ token: String, _ channel: String) async -> JSON {
      let channels = await running.api("GET", "channels", token).json["channels"]?.array ?? []
      return channels.first { $0["name"]?.string == channel } ?? .null
    }

    @Test("new mail comes in over TLS and STARTTLS, by password and by token, and is put away after its commit")
    func arrives() async throws {
      try await withBoxes(["flag", "move", "delete"]) { server in
        [
          "flag": channel(server, user: "flag"),
          "move": channel(
            server, user: "move", encryption: "starttls", more: "  imap_after: move\n  imap_move_to: 已处理"),
          "delete": channel(
            server, user: "delete",
            more: "  imap_after: delete\n  imap_oauth2_token_command: cat \(server.folder)/token"),
        ]
      } _: { (server, router, running) async throws in
        try accessToken(for: "delete").write(toFile: server.folder + "/token", atomically: true, encoding: .utf8)
        let boxes = ["flag", "move", "delete"]
        for box in boxes { try server.put(mail("\(box)-1"), for: box, order: 1) }
        for box in boxes {
          #expect(await eventually(30) { (try? await filed(router, box)) == ["<\(box)-1@c>"] }, "\(box)")
        }
        for box in boxes { try server.put(mail("\(box)-2"), for: box, order: 2) }
        for box in boxes {
          #expect(
            await eventually(20) { (try? await filed(router, box)) == ["<\(box)-1@c>", "<\(box)-2@c>"] }, "\(box)")
        }
        #expect(await eventually(10) { await server.flags(of: "flag") == ["1 \\Seen", "2 \\Seen"] })
        #expect(await eventually(10) { await server.flags(of: "move").isEmpty })
        // RFC 3501 §5.1.3: what 已处理 is called on the server
        #expect(await server.flags(of: "move", in: "&XfJZBHQG-").count == 2)
        #expect(await eventually(10) { await server.flags(of: "delete").isEmpty })
        let token = try await router.token("wei")
        let state = await health(running, token, "flag")
        #expect(state["status"] == "ok", "\(state)")
        #expect(state["receiving"]?["consecutive_failures"] == 0)
        let listed = try await router.run(["channels", "--json"]).out.split(separator: "\n")
          .map { try JSON(parsing: String($0)) }
        #expect(listed.contains { $0["name"] == "move" && $0["status"] == "ok" }, "\(listed)")
        let metrics = String(decoding: await running.request("GET", "/metrics").body, as: UTF8.self)
        #expect(metrics.contains("patchbay_channel_up{channel=\"move\",direction=\"in\"} 1"), "\(metrics)")
      }
    }

    /// RFC 7519, signed with the key that the server knows.
    private func accessToken(for user: String) -> String {
      func part(_ text: String) -> String { base64URL(Array(text.utf8)) }
      let now = Int(Date().timeIntervalSince1970)
      let body =
        part(#"{"alg":"HS256","typ":"JWT"}"#) + "."
        + part(#"{"sub":"\#(user)","iat":\#(now - 10),"exp":\#(now + 600)}"#)
      let code = Signatures.hmac(.sha256, secret: Secret(Dovecot.tokenKey), over: Array(body.utf8))
      return body + "." + base64URL(Array(code))
    }

    private func base64URL(_ bytes: [UInt8]) -> String {
      Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    @Test("an undecodable mail first in the box, and one of 60 MB, keep nothing from coming in")
    func badMail() async throws {
      try await withBoxes(["box"]) { server in
        try server.put(
          Array(("X-Long: " + String(repeating: "x", count: 1_300_000) + "\r\n" + letter("endless")).utf8), for: "box",
          order: 1)
        try server.put(mail("after-endless"), for: "box", order: 2)
        let line = String(repeating: "A", count: 76) + "\r\n"
        try server.put(
          Array(letter("huge").utf8) + Array(String(repeating: line, count: 60_000_000 / 78 + 1).utf8), for: "box",
          order: 3)
        try server.put(mail("after-huge"), for: "box", order: 4)
        return ["box": channel(server, user: "box")]
      } _: { (server, router, running) async throws in
        #expect(
          await eventually(40) { (try? await filed(router, "box")) == ["<after-endless@c>", "<after-huge@c>"] })
        let parked = try await router.run(["deliveries", "list", "--json"]).out.split(separator: "\n")
          .map { try JSON(parsing: String($0)) }
        #expect(parked.count == 2)
        let reasons = parked.compactMap { $0["reason"]?.string }
        #expect(reasons.contains { $0.contains("more than imap_size_max_mb = 50 allows") }, "\(reasons)")
        let huge = try #require(parked.first { $0["reason"]?.string?.contains("imap_size_max_mb") == true })
        #expect((huge["size"]?.int ?? 0) >= 60_000_000)
        let shown = try await router.run(["deliveries", "show", "\(huge["id"]?.int64 ?? 0)", "--raw"])
        #expect(shown.out.contains("Message-ID: <huge@c>"), "its header is kept")
        // Flagged for people to find, the others read.
        let flags = ["1 \\Flagged", "2 \\Seen", "3 \\Flagged", "4 \\Seen"]
        let areSet = await eventually(10) { await server.flags(of: "box") == flags }
        let shownFlags = await server.flags(of: "box")
        #expect(areSet, "\(shownFlags)")
        #expect(running.resident < 400 << 20)
        let token = try await router.token("wei")
        #expect(await health(running, token, "box")["status"] == "ok")
      }
    }

    @Test("a wrong password is told, with the server's words, and keeps no other box from being read")
    func wrongPassword() async throws {
      try await withBoxes(["good", "bad"], alerts: true) { server in
        [
          "good": channel(server, user: "good"),
          "bad": channel(server, user: "bad").replacing("env:BOX", with: "env:TOKEN"),
        ]
      } _: { (server, router, running) async throws in
        let token = try await router.token("wei")
        try server.put(mail("good-1"), for: "good", order: 1)
        #expect(await eventually(30) { (try? await filed(router, "good")) == ["<good-1@c>"] })
        let isTold = await eventually(20) { await health(running, token, "bad")["status"] == "down" }
        let state = await health(running, token, "bad")
        #expect(isTold, "\(state)")
        #expect(state["receiving"]?["failure"]?.string?.contains("AUTHENTICATIONFAILED") == true, "\(state)")
        #expect(!"\(state)".contains("a token of the tests"))
        // People are told once, however often it fails afterwards.
        let isSent = await eventually(20) { router.post.received.contains { $0.recipients == ["duty@example.com"] } }
        #expect(isSent)
        let failures = state["receiving"]?["consecutive_failures"]?.int ?? 0
        #expect(
          await eventually(20) {
            ((await health(running, token, "bad")["receiving"]?["consecutive_failures"]?.int) ?? 0) > failures
          })
        #expect(try await router.count("SELECT COUNT(*) FROM outbox WHERE purpose = 'alert'") == 1)
        #expect(router.post.received.count { $0.recipients == ["duty@example.com"] } == 1)
        let metrics = String(decoding: await running.request("GET", "/metrics").body, as: UTF8.self)
        #expect(metrics.contains("patchbay_channel_up{channel=\"bad\",direction=\"in\"} 0"), "\(metrics)")
        #expect(await health(running, token, "good")["status"] == "ok")
        #expect(running.isAlive)
      }
    }

    @Test("a connection cut in mid-message, a mail expunged while it is fetched, and void UIDs lose and double nothing")
    func disturbed() async throws {
      let proxy = Box<Proxy>()
      try await withBoxes(["box"]) { server in
        let between = try Proxy(to: server.imap)
        proxy.value = between
        try server.put(mail("one", text: String(repeating: "很长的一封信。\r\n", count: 4000)), for: "box", order: 1)
        let doomed = try server.put(mail("two"), for: "box", order: 2)
        try server.put(mail("three"), for: "box", order: 3)
        // The first connection breaks in the middle of the first mail, and the second mail goes while it is asked for.
        between.rules.withLock { rules in
          rules.cuts = [40_000]
          rules.watch = (
            "UID FETCH 2 (UID BODY.PEEK[])", { try? server.expunge(doomed, of: "box") }
          )
        }
        return ["box": channel(server, user: "box", port: between.port, encryption: "none")]
      } _: { (server, router, running) async throws in
        #expect(
          await eventually(40) { (try? await filed(router, "box"))?.suffix(1) == ["<three@c>"] })
        let token = try await router.token("wei")
        let first = try await filed(router, "box")
        #expect(first == ["<one@c>", "<three@c>"] || first == ["<one@c>", "<two@c>", "<three@c>"], "\(first)")
        #expect(proxy.value?.rules.withLock { $0.connections } ?? 0 >= 2, "it was cut")
        #expect(await eventually(10) { await health(running, token, "box")["status"] == "ok" })
        try server.forgetUIDs(of: "box")
        try server.put(mail("four"), for: "box", order: 4)
        #expect(await eventually(30) { (try? await filed(router, "box"))?.last == "<four@c>" })
        #expect(try await filed(router, "box") == first + ["<four@c>"], "nothing twice")
        #expect(running.isAlive)
      }
      proxy.value?.stop()
    }
  }
}

/// A place for what is made inside a closure.
final class Box<Value> {
  var value: Value?
}
