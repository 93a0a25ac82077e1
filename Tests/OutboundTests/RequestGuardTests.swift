import Conversations
import Outbound
import Rehearsal
import Testing

@Suite struct RequestGuardTests {
  private func refused(_ request: OutboundRequest, _ change: (inout CourierOptions) -> Void = { _ in }) async
    -> TransportFailure?
  {
    let response = await withCourier(change) { await $0.carry(request) }
    guard response.failure?.kind == .invalid else { return nil }
    return response.failure
  }

  @Test(
    "header names and values that would write another line are refused before a byte leaves",
    arguments: [
      ("X-A\r\nX-B", "1"), ("X-A", "1\r\nX-B: 2"), ("X-A", "1\nX-B: 2"), ("X-A", "1\rX-B: 2"), ("X-A", "1\u{0}2"),
      ("X A", "1"), ("X-A:", "1"), ("", "1"), ("Ü", "1"), ("Content-Length", "5"), ("transfer-encoding", "chunked"),
    ])
  func headers(name: String, value: String) async throws {
    try await withWebProvider { provider in
      let failure = await refused(provider.request(headers: Headers([(name, value)])))
      #expect(failure != nil)
      #expect(failure?.detail.contains("2") != true)
      #expect(provider.connectionsMade == 0)
    }
  }

  @Test(
    "URLs and methods that are none are refused",
    arguments: [
      "http://127.0.0.1:1/a\r\nHost: b", "http://127.0.0.1:1/a b", "http://127.0.0.1:1/\u{0}", "file:///etc/passwd",
      "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1:1/x", "http://", "http://user@/x", "", "http:/x",
    ])
  func urls(url: String) async {
    #expect(await refused(.http(HTTPRequest(url: Secret(url)))) != nil)
    #expect(
      await refused(.http(HTTPRequest(method: "GET / HTTP/1.1\r\nX:", url: Secret("http://127.0.0.1:1/")))) != nil)
  }

  @Test("a protocol that is switched off is refused")
  func protocols() async {
    let plain = OutboundRequest.http(HTTPRequest(url: Secret("http://127.0.0.1:1/")))
    #expect(await refused(plain) { $0.allowedProtocols = ["https"] } != nil)
  }

  @Test(
    "addresses that would write another command are refused",
    arguments: [
      "a@b\r\nRCPT TO:<c@d>", "a@b\nDATA", "a@b> SIZE=1", "<a@b", "a b@c", "a@b\u{0}", "\"open@b",
      String(repeating: "a", count: 250) + "@b.cd",
    ])
  func addresses(address: String) async throws {
    try await withMailServer { server in
      #expect(await refused(server.mail(to: ["ok@example.com", address])) != nil)
      #expect(await refused(server.mail(from: address)) != nil)
      #expect(server.connectionsMade == 0)
    }
  }

  @Test("a mail without recipients, without a server or without a port is refused")
  func mailServers() async throws {
    try await withMailServer { server in #expect(await refused(server.mail(to: [])) != nil) }
    for (host, port) in [
      ("", 25), ("a/b", 25), ("a@b", 25), ("a b", 25), ("mail.example", 0), ("mail.example", 70_000),
    ] {
      let server = MailServer(host: host, port: port, encryption: .none)
      let mail = MailRequest(server: server, sender: "", recipients: ["a@b.example"], message: [])
      #expect(await refused(.mail(mail)) != nil)
    }
  }

  @Test("no failure repeats a secret of the request")
  func secrets() async {
    let urls = [
      "http://127.0.0.1:1/bot123:TOKENTOKEN/send?key=TOKENTOKEN", "http://TOKENTOKEN:TOKENTOKEN@127.0.0.1:1/",
      "http://127.0.0.1:99999/TOKENTOKEN", "https://127.0.0.1:1/?TOKENTOKEN", "http://[::zz]/TOKENTOKEN",
      "http://TOKENTOKEN:99999@127.0.0.1:x/",
    ]
    await withCourier { courier in
      for url in urls {
        let response = await courier.carry(.http(HTTPRequest(url: Secret(url))))
        #expect(response.failure != nil)
        #expect(!"\(response)".contains("TOKEN"))
      }
    }
  }
}
