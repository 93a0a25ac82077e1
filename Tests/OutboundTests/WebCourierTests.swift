import Conversations
import Outbound
import Rehearsal
import Testing

@Suite struct WebCourierTests {
  @Test("a request arrives as it was written, and its answer comes back whole")
  func roundTrip() async throws {
    try await withWebProvider { provider in
      let headers = Headers([("Content-Type", "application/json"), ("X-Empty", ""), ("X-Name", "客服")])
      let body = #"{"recipient":{"id":"7"},"message":{"text":"您好"}}"#
      let response = await withCourier {
        await $0.carry(provider.request("/v26.0/me/messages?access_token=s3cret", headers: headers, body: body))
      }
      #expect(response.status == 200)
      #expect(response.body == #"{"recipient_id":"7","message_id":"m_rehearsal1"}"#)
      let request = try #require(provider.received.first)
      #expect(request.method == "POST" && request.path == "/v26.0/me/messages?access_token=s3cret")
      #expect(String(decoding: request.body, as: UTF8.self) == body)
      #expect(request.headers["Content-Type"] == "application/json")
      #expect(request.headers["X-Empty"] == "" && request.headers["X-Name"] == "客服")
      #expect(request.headers["User-Agent"] == "Patchbay" && request.headers["Expect"] == nil)
    }
  }

  @Test("every method goes out under its own name", arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
  func methods(method: String) async throws {
    try await withWebProvider { provider in
      for body in ["", "{}"] where method != "GET" || body.isEmpty {
        let response = await withCourier { await $0.carry(provider.request(method: method, body: body)) }
        #expect(response.status == 200)
        #expect(provider.received.last?.method == method)
        #expect(provider.received.last.map { String(decoding: $0.body, as: UTF8.self) } == body)
      }
    }
  }

  @Test("requests sent one after the other share one connection, and nothing of one reaches the next")
  func keepsConnections() async throws {
    try await withWebProvider { provider in
      await withCourier { courier in
        _ = await courier.carry(provider.request(method: "PUT", headers: Headers([("X-Secret", "1")]), body: "first"))
        for _ in 0..<20 { #expect(await courier.carry(provider.request(method: "GET", body: "")).status == 200) }
      }
      #expect(provider.connectionsMade == 1)
      let later = provider.received.dropFirst()
      #expect(later.count == 20)
      #expect(later.allSatisfy { $0.headers["X-Secret"] == nil && $0.body.isEmpty && $0.method == "GET" })
      #expect(provider.received.map(\.body.count).reduce(0, +) == 5)
    }
  }

  @Test("512 at once all get their own answer over no more connections than allowed")
  func parallel() async throws {
    try await withWebProvider { provider in
      let ids = await withCourier({ $0.maxConnectionsPerHost = 8 }) { courier in
        await withTaskGroup(of: String?.self) { group in
          for number in 0..<512 {
            let body = #"{"messaging_product":"whatsapp","to":"\#(number)"}"#
            group.addTask {
              let response = await courier.carry(provider.request("/v26.0/1/messages", body: body))
              let json = response.body.flatMap { try? JSON(parsing: Array($0.utf8)) }
              guard json?["contacts"]?[0]?["input"]?.text == String(number) else { return nil }
              return json?["messages"]?[0]?["id"]?.string
            }
          }
          return await group.reduce(into: Set<String>()) { ids, id in if let id { ids.insert(id) } }
        }
      }
      #expect(ids.count == 512)
      #expect(provider.connectionsMade <= 8)
    }
  }

  @Test("requests to one host that have to wait go out in the order in which they were given")
  func order() async throws {
    try await withWebProvider { provider in
      let numbers = await withCourier({ $0.maxConnectionsPerHost = 1 }) { courier in
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<40 {
            group.addTask { _ = await courier.carry(provider.request("/sink/\(number)")) }
            while courier.acceptedCount <= number { await Task.yield() }
          }
          await group.waitForAll()
          return provider.received.map(\.path)
        }
      }
      #expect(numbers == (0..<40).map { "/sink/\($0)" })
    }
  }

  @Test("a slow answer ends in a timeout, and waiting for one's turn does not count")
  func timeouts() async throws {
    try await withWebProvider(WebFaults([.slow(milliseconds: 5000)])) { provider in
      await withCourier({ $0.maxConnectionsPerHost = 1 }) { courier in
        async let slow = courier.carry(provider.request(timeoutSeconds: 1))
        _ = await provider.waitForCount(1, within: .seconds(5))
        async let next = courier.carry(provider.request(timeoutSeconds: 1))
        #expect(await slow.failure?.kind == .timeout)
        #expect(await next.status == 200)
      }
    }
  }

  @Test(
    "connections cut at any moment are told as cut", arguments: [WebFault.cutAfterReading, .cutDuringAnswer])
  func cuts(fault: WebFault) async throws {
    try await withWebProvider(WebFaults([], always: fault)) { provider in
      let response = await withCourier { await $0.carry(provider.request()) }
      #expect(response.failure?.kind == .cut)
      #expect(provider.receivedCount == 1)
    }
    try await withWebProvider(WebFaults([], always: .cutBeforeReading)) { provider in
      let response = await withCourier { await $0.carry(provider.request()) }
      #expect(response.failure?.kind == .cut)
      #expect(provider.receivedCount == 0)
    }
  }

  @Test("what was cut off a kept connection is not sent again by itself: the provider may have taken it")
  func cutsOfKeptConnections() async throws {
    try await withWebProvider(WebFaults([.none, .cutAfterReading])) { provider in
      await withCourier { courier in
        #expect(await courier.carry(provider.request()).status == 200)
        let cut = await courier.carry(provider.request()).failure
        #expect(cut?.kind == .cut, "\(String(describing: cut))")
        #expect(provider.receivedCount == 2)
        #expect(await courier.carry(provider.request()).status == 200)
        #expect(provider.received.prefix(2).map(\.connection) == [1, 1])
      }
    }
  }

  @Test("a provider that is down refuses, and is found again when it is back, over a new connection")
  func downAndUp() async throws {
    try await withWebProvider { provider in
      try await withCourier { courier in
        #expect(await courier.carry(provider.request()).status == 200)
        await provider.goDown()
        #expect(await courier.carry(provider.request()).failure?.kind == .connect)
        try await provider.comeUp()
        #expect(await courier.carry(provider.request()).status == 200)
      }
      #expect(provider.connectionsMade == 2)
    }
  }

  @Test("a provider that goes down in the middle of a request is found again by the next one")
  func downMeanwhile() async throws {
    try await withWebProvider(WebFaults([.none, .slow(milliseconds: 5000)])) { provider in
      try await withCourier { courier in
        #expect(await courier.carry(provider.request()).status == 200)
        async let meanwhile = courier.carry(provider.request())
        #expect(await provider.waitForCount(2, within: .seconds(5)))
        await provider.goDown()
        let failure = await meanwhile.failure?.kind
        #expect(failure == .connect || failure == .cut)
        try await provider.comeUp()
        for _ in 0..<3 { #expect(await courier.carry(provider.request()).status == 200) }
      }
    }
  }

  @Test("an answer larger than allowed is refused, announced or not")
  func tooLarge() async throws {
    try await withWebProvider(WebFaults([], always: .huge(bytes: 1_000_000))) { provider in
      await withCourier({ $0.responseSizeMax = 999_999 }) { courier in
        #expect(await courier.carry(provider.request()).failure?.kind == .tooLarge)
        #expect(await courier.carry(provider.request(), responseSizeMax: 1_000_000).body?.utf8.count == 1_000_000)
        #expect(await courier.carry(provider.request(), responseSizeMax: 10).failure?.kind == .tooLarge)
      }
    }
  }

  @Test("error answers, garbage and noise come back as what they are")
  func oddAnswers() async throws {
    let faults: [WebFault] = [.tooMany(retryAfterSeconds: 7), .status(503), .expiredToken, .garbage, .noise]
    try await withWebProvider(WebFaults(faults)) { provider in
      await withCourier { courier in
        let tooMany = await courier.carry(provider.request())
        #expect(OutcomeRules.outcome(of: tooMany, now: nil).afterSeconds == 7)
        #expect(await courier.carry(provider.request()).status == 503)
        #expect(await courier.carry(provider.request()).body?.contains("has expired") == true)
        #expect(await courier.carry(provider.request()).body?.hasPrefix("<html>") == true)
        #expect(await courier.carry(provider.request()).failure != nil)
        #expect(await courier.carry(provider.request()).status == 200)
      }
    }
  }

  @Test("bytes of a stream come as they are sent, and the listener can end it")
  func streams() async throws {
    try await withWebProvider(WebFaults([.huge(bytes: 300_000), .huge(bytes: 300_000), .status(500)])) { provider in
      await withCourier { courier in
        guard case .http(let request) = provider.request("/events", method: "GET", body: "") else { return }
        let whole = Gathered()
        let response = await courier.stream(request) { bytes in
          whole.add(bytes)
          return true
        }
        #expect(response.status == 200 && response.body == "" && whole.all.count == 300_000)
        let some = Gathered()
        let ended = await courier.stream(request) { bytes in
          some.add(bytes)
          return false
        }
        #expect(ended.status == 200 && (1..<300_000).contains(some.all.count))
        let none = Gathered()
        let failed = await courier.stream(request) { bytes in
          none.add(bytes)
          return true
        }
        #expect(failed.status == 500 && failed.body?.contains("unexpected") == true && none.all.isEmpty)
      }
    }
  }

  @Test("a detour leads elsewhere while the Host header stays")
  func detour() async throws {
    try await withWebProvider { provider in
      let detour = CourierOptions.Detour(
        host: "graph.example.com", port: 80, toHost: provider.host, toPort: provider.port)
      let response = await withCourier({ $0.detours = [detour] }) {
        await $0.carry(.http(HTTPRequest(method: "GET", url: Secret("http://graph.example.com/x"))))
      }
      #expect(response.status == 200)
      #expect(provider.received.first?.headers["Host"] == "graph.example.com")
    }
  }
}

extension Outcome {
  fileprivate var afterSeconds: Int? {
    guard case .retry(let seconds, _) = self else { return nil }
    return seconds
  }
}
