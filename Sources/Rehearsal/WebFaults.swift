package import Conversations

/// What goes wrong with one request to a pretend web provider.
package enum WebFault: Sendable, Hashable {
  case none
  /// An error answer in the provider's form.
  case status(Int)
  /// 429 with `Retry-After`.
  case tooMany(retryAfterSeconds: Int)
  /// The access token has expired: Graph API's error 190, a 401 elsewhere.
  case expiredToken
  /// The customer cannot be written to: the messaging window has closed, or they want no more. In the provider's words.
  case closed
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
  /// The same, so long after it.
  case cutLater(milliseconds: Int64)
  /// Hangs up in the middle of the answer.
  case cutDuringAnswer
  /// Takes its time, then answers well.
  case slow(milliseconds: Int64)

  /// Whether the provider took the message, whatever the sender heard of it.
  package var takesMessage: Bool {
    switch self {
    case .none, .garbage, .noise, .huge, .cutAfterReading, .cutLater, .cutDuringAnswer, .slow: true
    case .status, .tooMany, .expiredToken, .closed, .refused, .cutBeforeReading: false
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
  private var kinds: [WebFault] = []
  /// What is left of the kinds until they are shuffled again: in the long run each comes as often as it is named.
  private var deck: [WebFault] = []
  /// How long a token that has expired stays so, in seconds.
  private var expirySeconds: Int64 = 0
  private var expired: [String: Instant] = [:]

  package init(_ upcoming: [WebFault] = [], always: WebFault = .none) {
    (self.upcoming, self.always) = (upcoming, always)
  }

  /// About `share` (0…1) of the requests meet a fault that passes; the same seed gives the same faults.
  package init(seed: UInt64, share: Double) { self.init(seed: seed, share: share, kinds: Self.passing) }

  /// About `share` of the requests meet one of `kinds`, each as often as it is named. A token that has expired is renewed
  /// after `expirySeconds`; until then every request with it is refused.
  package init(seed: UInt64, share: Double, kinds: [WebFault], expirySeconds: Int64 = 0) {
    self.init()
    (numbers, self.share, self.kinds) = (SeededNumbers(seed: seed), share, kinds)
    self.expirySeconds = expirySeconds
  }

  private static let passing: [WebFault] = [
    .status(500), .status(503), .tooMany(retryAfterSeconds: 1), .cutBeforeReading, .slow(milliseconds: 20),
  ]

  /// All that providers do, the frequent more often; one in 23 is the end of a token.
  package static let everything: [WebFault] =
    [
      .status(500), .status(503), .tooMany(retryAfterSeconds: 30), .tooMany(retryAfterSeconds: 600), .cutBeforeReading,
      .cutAfterReading, .cutDuringAnswer, .garbage, .noise, .slow(milliseconds: 5), .closed,
    ].flatMap { Array(repeating: $0, count: 2) } + [.expiredToken]

  /// `account`: whose token comes with the request; `isMessage`: tokens expire under messages, not under the fetching of
  /// files.
  package mutating func next(at now: Instant = .epoch, account: String = "", isMessage: Bool = true) -> WebFault {
    if !upcoming.isEmpty { return upcoming.removeFirst() }
    if let end = expired[account], now < end { return .expiredToken }
    guard var numbers else { return always }
    defer { self.numbers = numbers }
    guard Double.random(in: 0..<1, using: &numbers) < share else { return always }
    if deck.isEmpty { deck = kinds.shuffled(using: &numbers) }
    guard let place = deck.lastIndex(where: { isMessage || $0 != .expiredToken }) else { return always }
    let fault = deck.remove(at: place)
    if fault == .expiredToken { expired[account] = now.adding(seconds: expirySeconds) }
    return fault
  }
}
