import Conversations
import Testing

@Suite struct OutcomeRulesTests {
  private let now = Instant(seconds: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

  @Test("2xx is taken, the temporary statuses are tried again, the rest is refused")
  func statuses() {
    for status in [200, 201, 202, 204] {
      #expect(OutcomeRules.web(status: status, headers: Headers(), body: [], now: now) == .accepted(providerID: nil))
    }
    for status in [408, 425, 429, 500, 502, 503, 504] {
      let outcome = OutcomeRules.web(status: status, headers: Headers(), body: [], now: now)
      #expect(outcome == .retry(afterSeconds: nil, reason: "HTTP \(status)"))
    }
    for status in [302, 400, 401, 403, 404, 409, 410, 422] {
      let outcome = OutcomeRules.web(
        status: status, headers: Headers(), body: Array("no\u{1B}[2J\r\nway".utf8), now: now)
      #expect(outcome == .rejected(reason: "HTTP \(status): no [2J way", code: String(status)))
    }
  }

  @Test("mail codes mean what RFC 5321 says")
  func mailCodes() {
    #expect(OutcomeRules.mail(code: 250, text: "queued") == .accepted(providerID: nil))
    #expect(OutcomeRules.mail(code: 451, text: "later") == .retry(afterSeconds: nil, reason: "451 later"))
    #expect(OutcomeRules.mail(code: 550, text: "") == .rejected(reason: "SMTP 550", code: "550"))
  }

  @Test("a road that failed is tried again, a request that cannot be written is not")
  func transport() {
    let now = now
    func outcome(_ kind: TransportFailure.Kind) -> Outcome {
      OutcomeRules.outcome(of: .failed(TransportFailure(kind: kind, detail: "why")), now: now)
    }
    #expect(outcome(.connect) == .retry(afterSeconds: nil, reason: "connect: why"))
    #expect(
      outcome(.refusedLogin) == .unauthorized(reason: "the server does not accept the login: why", code: nil))
    #expect(outcome(.invalid) == .rejected(reason: "why", code: nil))
  }

  @Test(
    "Retry-After is read as seconds and as each of the three date forms",
    arguments: [
      ("120", 120), (" 7 ", 7), ("0", 0), ("99999999999999999999999", Int.max),
      ("Sun, 06 Nov 1994 08:50:37 GMT", 60), ("Sunday, 06-Nov-94 08:50:37 GMT", 60), ("Sun Nov  6 08:50:37 1994", 60),
      ("Sat, 05 Nov 1994 08:50:37 GMT", 0), ("-5", nil), ("soon", nil), ("1.5", nil), ("", nil),
      ("Sun, 31 Feb 1994 08:50:37 GMT", nil), ("Sun, 06 Nov 1994 24:50:37 GMT", nil), ("6 Nov 1994", nil),
    ] as [(String, Int?)])
  func retryAfter(text: String, seconds: Int?) {
    #expect(OutcomeRules.retryAfterSeconds(Headers([("retry-after", text)]), now: now) == seconds)
  }

  @Test("a Retry-After date is measured from the answer's own clock, and without any clock is not guessed")
  func ownClock() {
    let due = ("Retry-After", "Sun, 06 Nov 1994 09:00:00 GMT")
    let headers = Headers([("Date", "Sun, 06 Nov 1994 08:59:00 GMT"), due])
    #expect(OutcomeRules.retryAfterSeconds(headers, now: now) == 60)
    #expect(OutcomeRules.retryAfterSeconds(headers, now: nil) == 60)
    #expect(OutcomeRules.retryAfterSeconds(Headers([due]), now: nil) == nil)
  }

  @Test("two digits of a year more than fifty years ahead are of the century before")
  func centuries() {
    let present = Instant(seconds: 1_790_000_000)  // 2026
    let past = Instant(httpDate: "Sunday, 06-Nov-94 08:49:37 GMT", now: present)
    #expect(past == now)
    #expect(Instant(httpDate: "Friday, 06-Nov-76 08:49:37 GMT", now: present)?.rfc3339 == "2076-11-06T08:49:37Z")
  }
}
