import Channels
import Conversations
import Testing

/// What the conformance suite needs to know of one kind of channel. Each adapter adds its own to `Specimen.all`.
struct Specimen: Sendable, CustomTestStringConvertible {
  /// What makes a delivery genuine.
  enum Proof: Sendable {
    /// A header; `coversBody` when it is a signature over the body and not a token that goes with any.
    case header(String, coversBody: Bool)
    /// The last part of the path.
    case path
    /// A field of the query that signs other fields of it, but not the body.
    case query(String)
    /// Something inside the body itself.
    case body
    /// Anybody may deliver.
    case none
  }

  var kind: ChannelKind
  var proof: Proof
  /// Every setting the deliveries need, in a form that `check` finds nothing wrong with.
  var settings: JSON
  /// Genuine ones; each says at least one thing (an event or a receipt).
  var deliveries: [RawDelivery]

  var testDescription: String { kind.rawValue }

  static let arrival = Instant(seconds: 1_787_218_200)  // 2026-08-20T09:30:00Z
  static let channel = ChannelName(rawValue: "specimen")

  func type() throws -> any Adapter.Type { try #require(AdapterRegistry.adapter(for: kind)) }

  /// The adapter with the specimen's settings.
  func adapter() throws -> any Adapter {
    let type = try type()
    let (values, problems) = SettingValues.check(settings, against: type.settings, channel: Self.channel)
    try #require(problems.isEmpty, "\(problems)")
    return try type.init(values)
  }

  static func delivery(
    _ body: some Sequence<UInt8>, type: String? = nil, headers: [(String, String)] = [], path: String = "",
    method: String = "POST", query: String = "", door: RawDelivery.Door = .http
  ) -> RawDelivery {
    RawDelivery(
      door: door, method: method, path: path, query: query,
      headers: Headers((type.map { [("Content-Type", $0)] } ?? []) + headers), body: Array(body), receivedAt: arrival)
  }
}

extension RawDelivery {
  func with(body: some Sequence<UInt8>) -> RawDelivery {
    var copy = self
    copy.body = Array(body)
    return copy
  }

  func with(query fields: [String]) -> RawDelivery {
    var copy = self
    copy.query = fields.joined(separator: "&")
    return copy
  }

  /// With the header's value changed; `nil` takes it out.
  func with(header name: String, _ value: String?) -> RawDelivery {
    var copy = self
    copy.headers.fields.removeAll { $0.name.lowercased() == name.lowercased() }
    if let value { copy.headers.add(name, value) }
    return copy
  }
}

extension Adapter {
  /// The HTTP status that the other side would get.
  func status(_ delivery: RawDelivery) -> Int {
    switch receive(delivery, now: delivery.receivedAt) {
    case .read(let reading): reading.answer.status
    case .answered(let answer): answer.status
    case .refused(let status, _): status
    case .unreadable(let problem): problem.status
    }
  }

  func isRefused(_ delivery: RawDelivery) -> Bool {
    if case .refused = receive(delivery, now: delivery.receivedAt) { true } else { false }
  }

  /// The reading of a delivery that must be accepted and readable.
  func reading(_ delivery: RawDelivery) throws -> Reading {
    let reception = receive(delivery, now: delivery.receivedAt)
    guard case .read(let reading) = reception else {
      Issue.record("not read: \(reception)")
      throw Unreadable(reason: "\(reception)")
    }
    return reading
  }
}
