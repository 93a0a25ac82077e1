import Conversations
import Outbound
import Rehearsal
import Testing

/// No test looks at a clock: a transfer that was not cancelled ends by the answer or by its time-out, and says so.
@Suite struct LifecycleTests {
  private let stuck = WebFaults([], always: .slow(milliseconds: 600_000))

  @Test("cancelling the task ends its transfer at once and no other")
  func cancellation() async throws {
    try await withWebProvider(WebFaults([.slow(milliseconds: 600_000)])) { provider in
      await withCourier { courier in
        let task = Task { await courier.carry(provider.request(timeoutSeconds: 600)) }
        #expect(await provider.waitForCount(1, within: .seconds(60)))
        async let other = courier.carry(provider.request())
        task.cancel()
        #expect(await task.value.failure?.kind == .cancelled)
        #expect(await other.status == 200)
      }
    }
  }

  @Test("a task cancelled before its turn never reaches the wire")
  func cancelledEarly() async throws {
    try await withWebProvider { provider in
      await withCourier { courier in
        let task = Task {
          while !Task.isCancelled { await Task.yield() }
          return await courier.carry(provider.request(timeoutSeconds: 600))
        }
        task.cancel()
        #expect(await task.value.failure?.kind == .cancelled)
        #expect(await courier.carry(provider.request("/after")).status == 200)
      }
      #expect(provider.received.last?.path == "/after")
    }
  }

  @Test("one that waits for its turn can be cancelled too")
  func cancelledWaiting() async throws {
    try await withWebProvider(stuck) { provider in
      await withCourier({ $0.maxConnectionsPerHost = 1 }) { courier in
        let first = Task { await courier.carry(provider.request("/first", timeoutSeconds: 600)) }
        #expect(await provider.waitForCount(1, within: .seconds(60)))
        let second = Task { await courier.carry(provider.request("/second", timeoutSeconds: 600)) }
        second.cancel()
        #expect(await second.value.failure?.kind == .cancelled)
        first.cancel()
        #expect(await first.value.failure?.kind == .cancelled)
      }
      #expect(provider.receivedCount == 1)
    }
  }

  @Test("closing ends everything under way and waiting, and nothing more is taken")
  func closing() async throws {
    try await withWebProvider(stuck) { provider in
      let courier = Courier(options: CourierOptions())
      let tasks = (0..<100).map { _ in Task { await courier.carry(provider.request(timeoutSeconds: 600)) } }
      #expect(await provider.waitForCount(64, within: .seconds(60)))
      courier.close()
      for task in tasks { #expect(await task.value.failure?.kind == .cancelled) }
      courier.close()
      #expect(await courier.carry(provider.request()).failure?.kind == .cancelled)
    }
  }

  @Test("closing with mails under way ends them")
  func closingMail() async throws {
    try await withMailServer({ $0.answerDelayMilliseconds = 3_000 }) { server in
      let courier = Courier(options: CourierOptions())
      let tasks = (0..<10).map { _ in Task { await courier.carry(server.mail(timeoutSeconds: 600)) } }
      await until { !(server.connectionsMade == 0) }
      courier.close()
      // libcurl does not let go while it waits for the answer to a whole message: such a mail may still be accepted.
      for task in tasks {
        let answer = await task.value
        #expect(answer.failure?.kind == .cancelled || answer.mailCode == 250)
      }
    }
  }

  @Test("a mail cancelled or closed over in mid-message does not arrive by half", arguments: [true, false])
  func halfMail(isCancelled: Bool) async throws {
    let stall = MailRules.Fault.stallDuringMessage(afterBytes: 1000, milliseconds: 300_000)
    try await withMailServer({ $0.upcoming = [stall] }) { server in
      let message = String(repeating: "line\r\n", count: 4_000_000)
      let courier = Courier(options: CourierOptions())
      let task = Task { await courier.carry(server.mail(message, timeoutSeconds: 600)) }
      await until { !(server.stalls == 0) }
      if isCancelled { task.cancel() } else { courier.close() }
      #expect(await task.value.failure?.kind == .cancelled)
      let next = Courier(options: CourierOptions())
      #expect(await next.carry(server.mail("next\r\n")).mailCode == 250)
      await until { !(server.openConnections > 1) }
      #expect(server.received.map { String(decoding: $0.message, as: UTF8.self) } == ["next\r\n"])
      next.close()
      courier.close()
    }
  }

  @Test("a mail that waits for the server's last word can be cancelled, and others do not wait behind it")
  func slowLastWord() async throws {
    try await withMailServer({ $0.upcoming = [.slowAnswer(milliseconds: 600_000)] }) { server in
      await withCourier { courier in
        let task = Task { await courier.carry(server.mail(timeoutSeconds: 600)) }
        #expect(await server.waitForCount(1, within: .seconds(60)))
        for _ in 0..<5 { #expect(await courier.carry(server.mail()).mailCode == 250) }
        task.cancel()
        #expect(await task.value.failure?.kind == .cancelled)
      }
    }
  }

  @Test("couriers made and dropped by the dozen leave nothing behind that answers wrongly")
  func manyCouriers() async throws {
    try await withWebProvider { provider in
      for _ in 0..<50 {
        #expect(await Courier(options: CourierOptions()).carry(provider.request()).status == 200)
      }
      #expect(provider.receivedCount == 50)
    }
  }

  @Test("a host that does not exist is told as not found")
  func resolve() async {
    let response = await withCourier {
      await $0.carry(.http(HTTPRequest(url: Secret("http://\(String(repeating: "a", count: 64)).invalid/"))))
    }
    #expect(response.failure?.kind == .resolve)
  }
}

/// Looks every few milliseconds until `condition` holds, half a minute at most: whoever waits says afterwards what must hold.
private func until(_ condition: () -> Bool) async {
  let deadline = ContinuousClock.now + .seconds(30)
  while !condition(), ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
}
