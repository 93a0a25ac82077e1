/// What goes wrong with one request to a pretend web provider.
package enum WebFault: Sendable, Hashable {
  case none
  /// An error answer in the provider's form.
  case status(Int)
  /// 429 with `Retry-After`.
  case tooMany(retryAfterSeconds: Int)
  /// Graph API error 190: the access token has expired.
  case expiredToken
  /// An error that no repetition heals, by Graph API's code, e.g. 551: the customer is not there any more.
  case refused(code: Int)
  /// 200 with a body that is no JSON.
  case garbage
  /// Bytes that are not HTTP.
  case noise
  /// A 200 whose body has so many bytes.
  case huge(bytes: Int)
  /// Hangs up when the header has come, without reading on.
  case cutBeforeReading
  /// Takes the message, then hangs up without a word: the sender cannot know.
  case cutAfterReading
  /// Hangs up in the middle of the answer.
  case cutDuringAnswer
  /// Takes its time, then answers well.
  case slow(milliseconds: Int64)

  /// Whether the provider took the message, whatever the sender heard of it.
  package var takesMessage: Bool {
    switch self {
    case .none, .garbage, .noise, .huge, .cutAfterReading, .cutDuringAnswer, .slow: true
    case .status, .tooMany, .expiredToken, .refused, .cutBeforeReading: false
    }
  }
}

/// Which request meets which fault.
package struct WebFaults: Sendable {
  /// One per request, in order.
  package var upcoming: [WebFault]
  /// What holds when the list is used up.
  package var always = WebFault.none
  private var numbers: SeededNumbers?
  private var share = 0.0

  package init(_ upcoming: [WebFault] = [], always: WebFault = .none) {
    (self.upcoming, self.always) = (upcoming, always)
  }

  /// About `share` (0…1) of the requests meet a fault that passes; the same seed gives the same faults.
  package init(seed: UInt64, share: Double) {
    self.init()
    (numbers, self.share) = (SeededNumbers(seed: seed), share)
  }

  private static let passing: [WebFault] = [
    .status(500), .status(503), .tooMany(retryAfterSeconds: 1), .cutBeforeReading, .slow(milliseconds: 20),
  ]

  package mutating func next() -> WebFault {
    if !upcoming.isEmpty { return upcoming.removeFirst() }
    guard var numbers else { return always }
    defer { self.numbers = numbers }
    guard Double.random(in: 0..<1, using: &numbers) < share else { return always }
    return Self.passing.randomElement(using: &numbers) ?? always
  }
}
