import Channels
import Conversations
import Outbound
import Storage

extension ErrandRecord {
  /// A follow-up as it is kept until it has been carried out.
  init(_ followUp: FollowUp, channel: String, id: Int64, at now: Instant) {
    let fields = followUp.fields.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
    self.init(
      id: id, channel: channel, key: followUp.key, kind: followUp.kind, dataJSON: JSON.object(fields).description,
      at: now
    )
  }

  var followUp: FollowUp {
    let fields = (try? JSON(parsing: dataJSON))?.members ?? []
    return FollowUp(
      key: key, kind: kind,
      fields: Dictionary(fields.compactMap { field in field.value.string.map { (field.key, $0) } }) { first, _ in first
      })
  }
}

extension Desk {
  /// More pages than any account has messages in three days; the next errand goes on where this one ends.
  static let pagesMax = 200

  /// Asks the provider what a delivery only announced, page by page. Each page is taken in like any other delivery; the
  /// cursor moves on after that has been committed, so a crash in between costs a page asked for twice and known.
  func followUp(_ errand: ErrandRecord, _ channel: Connection, _ adapter: any Adapter) async throws -> ErrandOutcome {
    let (followUp, name) = (errand.followUp, errand.channel)
    let memory = "cursor \(errand.key)"
    var refused: Secret?
    for _ in 0..<Desk.pagesMax {
      let token: Secret?
      switch await accessToken(for: channel, adapter, insteadOf: refused) {
      case .fromSettings: token = nil
      case .token(let fetched): token = fetched
      case .unavailable(let seconds, let reason): return .retry(afterSeconds: seconds, reason: reason)
      case .refused(let reason): return .unauthorized(reason: reason)
      }
      let now = now()
      let cursor = try await store.read { try $0.channelMemory(name, memory, now: now)?.value }
      let step = try adapter.step(followUp, cursor: cursor, accessToken: token)
      let response = await courier.carry(step.request)
      switch adapter.judge(response, of: followUp) {
      case .done: return .finished
      case .failed(let reason): return .failed(reason: reason)
      case .retry(let seconds, let reason): return .retry(afterSeconds: seconds, reason: reason)
      case .unauthorized(let reason):
        // A token may be ended before its time: once, a new one is fetched.
        guard let token, refused == nil else { return .unauthorized(reason: reason) }
        refused = token
      case .page(let next, let more):
        if let problem = await takeIn(response, step, on: name) { return .retry(afterSeconds: nil, reason: problem) }
        guard let next, next != cursor else { return .finished }
        let at = self.now()
        try await store.write { try $0.rememberForChannel(name, memory, next, at: at) }
        if !more { return .finished }
      }
    }
    return .retry(afterSeconds: 1, reason: "\(Desk.pagesMax) pages, and more to come")
  }

  /// `nil` when it is safely kept.
  private func takeIn(_ response: OutboundResponse, _ step: FollowUpStep, on channel: String) async -> String? {
    guard let query = step.query, case .http(_, let headers, let body) = response else { return nil }
    let delivery = RawDelivery(door: .poll, query: query, headers: headers, body: body, receivedAt: now())
    let result = await receive(delivery, on: channel)
    return result.isTemporary ? "the store could not take the page" : nil
  }
}
