import Channels
import Conversations
import Testing

/// A desk at +49 221 4710334 for the tests of telephone adapters: their settings, deliveries to them, what comes out.
enum PhoneDesk {
  static let arrival = Instant(seconds: 1_787_218_200)  // 2026-08-20T09:30:00Z

  static func settings(_ own: [JSON.Member], country: String = "49") -> JSON {
    .object(
      own + [
        JSON.Member("default_country_code", .string(country)), JSON.Member("our_numbers", ["+492214710334"]),
      ])
  }

  static func adapter<A: Adapter>(_ type: A.Type, _ own: [JSON.Member], country: String = "49") throws -> A {
    let (values, problems) = SettingValues.check(settings(own, country: country), against: A.settings)
    try #require(problems.isEmpty, "\(problems)")
    return try A(values)
  }

  static func delivery(
    _ body: String, path: String = "", query: String = "", type: String? = nil, headers: [(String, String)] = [],
    door: RawDelivery.Door = .http, method: String = "POST"
  ) -> RawDelivery {
    RawDelivery(
      door: door, method: method, path: path, query: query,
      headers: Headers((type.map { [("Content-Type", $0)] } ?? []) + headers), body: Array(body.utf8),
      receivedAt: arrival)
  }

  /// The reading of a delivery that must be accepted and readable.
  static func reading(_ adapter: some Adapter, _ delivery: RawDelivery) throws -> Reading {
    let reception = adapter.receive(delivery, now: delivery.receivedAt)
    guard case .read(let reading) = reception else {
      Issue.record("not read: \(reception)")
      throw Unreadable(reason: "\(reception)")
    }
    return reading
  }

  /// The status with which a delivery is turned away, `nil` when it is not.
  static func refusal(_ adapter: some Adapter, _ delivery: RawDelivery) -> Int? {
    switch adapter.receive(delivery, now: delivery.receivedAt) {
    case .refused(let status, _): status
    case .unreadable(let problem): problem.status
    case .read, .answered: nil
    }
  }
}
