package import Conversations

/// What `patchbay normalize` does with one adapter: settings checked once, then one JSON line per input.
package struct DryRun: Sendable {
  private let adapter: any Adapter

  /// `settings` is the parsed settings file; keys that belong to no setting are passed over, because a profile may say
  /// more than the adapter needs. Throws every problem at once.
  package init(kind: ChannelKind, settings: JSON) throws(Problems) {
    guard let type = AdapterRegistry.adapter(for: kind) else {
      throw Problems([SettingProblem("adapter", "there is no adapter of this name")])
    }
    let (values, problems) = SettingValues.check(settings, against: type.settings, ignoringUnknown: true)
    guard problems.isEmpty else { throw Problems(problems) }
    do { adapter = try type.init(values) } catch { throw Problems([error]) }
  }

  package struct Problems: Error, Sendable {
    package var list: [SettingProblem]
    package init(_ list: [SettingProblem]) { self.list = list }
  }

  /// The line for one captured request file.
  package func line(request bytes: [UInt8], now: Instant) -> JSON {
    do {
      let request = try CapturedRequest(parsing: bytes, now: now)
      return line(request.delivery)
    } catch {
      return NormalizedOutput.refusal(status: 400, error: "request file: \(error.reason)")
    }
  }

  /// The line for one delivery; `receivedAt` is the time it counts with.
  package func line(_ delivery: RawDelivery) -> JSON {
    NormalizedOutput.json(adapter.receive(delivery, now: delivery.receivedAt), receivedAt: delivery.receivedAt)
  }
}
