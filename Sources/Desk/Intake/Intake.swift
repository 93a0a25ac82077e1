import Channels
package import Conversations
import Logging
import Storage

/// How a delivery fared, for the door it came in by.
package struct IntakeResult: Sendable {
  package var answer: Answer
  /// Events that made or changed something.
  package var filed = 0
  /// Events that were known already.
  package var known = 0
  package var parked = 0
  /// Nothing was kept because the store cannot take it now: the sender must try again.
  package var isTemporary = false
  /// Why it was refused, for the log of the one who calls; `nil` = it was not.
  package var refusal: String?
  /// The refusal as a word, for pages that say it in their own language.
  package var refusalCode: String?
  /// Conversations touched.
  package var conversations: [ConversationID] = []
  package init(answer: Answer) { self.answer = answer }
}

extension Desk {
  /// Takes one delivery in: verify, read, prepare, then everything that must not be lost in one transaction. Returns
  /// after the commit is durable, so a 2xx in the result may be sent as it is.
  package func receive(_ delivery: RawDelivery, on name: String) async -> IntakeResult {
    let configuration = configuration.value
    guard let channel = configuration.channels[name], let adapter = channel.adapter else {
      return refuse(404, "no such channel", name: "unknown")
    }
    switch adapter.receive(delivery, now: delivery.receivedAt) {
    case .answered(let answer):
      count(name, "answered")
      return IntakeResult(answer: answer)
    case .refused(let status, let reason):
      return refuse(status, reason, name: name)
    case .unreadable(let problem):
      return await unreadable(problem, delivery, channel)
    case .read(let reading):
      return await file(reading, of: delivery, channel, configuration)
    }
  }

  /// As `receive`, for bytes that were verified when they were parked: a signature with a time limit need not hold again.
  func replayable(_ delivery: RawDelivery, on name: String) async -> IntakeResult {
    let configuration = configuration.value
    guard let channel = configuration.channels[name], let adapter = channel.adapter else {
      return refuse(404, "channel \(name) is not enabled", name: name)
    }
    do {
      return await file(try adapter.normalize(delivery), of: delivery, channel, configuration)
    } catch {
      return await unreadable(error, delivery, channel)
    }
  }

  private func file(
    _ reading: Reading, of delivery: RawDelivery, _ channel: Connection, _ configuration: DeskConfiguration
  ) async -> IntakeResult {
    for kind in reading.ignored {
      counters.add("patchbay_ignored_events_total", ["channel": channel.name.rawValue, "event": Desk.label(kind)])
    }
    guard !reading.events.isEmpty || !reading.receipts.isEmpty || !reading.followUps.isEmpty else {
      count(channel.name.rawValue, "empty")
      return IntakeResult(answer: reading.answer)
    }
    let announcement = store.announce()
    do {
      var prepared: [PreparedEvent] = []
      for event in reading.events {
        prepared.append(
          try await prepare(event, channel: channel, configuration: configuration, receivedAt: delivery.receivedAt))
      }
      let filing = Filing(
        desk: self, configuration: configuration, channel: channel, delivery: delivery,
        isRawClean: isRawClean(delivery.body) && reading.events.allSatisfy(isUnshownClean),
        sha256: sha256Hex(delivery.body), followUps: reading.followUps)
      let (events, receipts) = (prepared, reading.receipts)
      let done: Filing.Done
      do {
        done = try await store.write(announced: announcement) { try filing.file(events, receipts, in: $0) }
      } catch let unfiled as Filing.Unfiled {
        done = try await store.write { try filing.park(unfiled, in: $0) }
      }
      return finish(done, reading.answer, channel, delivery)
    } catch {
      return failed(error, channel)
    }
  }

  private func finish(_ done: Filing.Done, _ answer: Answer, _ channel: Connection, _ delivery: RawDelivery)
    -> IntakeResult
  {
    let name = channel.name.rawValue
    count(name, "filed", by: done.filed)
    count(name, "known", by: done.known)
    count(name, "parked", by: done.parked.count)
    for reason in done.parked {
      log.warning("parked a delivery", metadata: ["channel": "\(name)", "reason": "\(reason)"])
    }
    feed.publish(done.changes)
    if done.putIntoOutbox { outboxBell.ring() }
    if done.hasErrands { errandBell.ring() }
    if done.filed > 0 { searchBell.ring() }
    var result = IntakeResult(answer: answer)
    (result.filed, result.known, result.parked) = (done.filed, done.known, done.parked.count)
    result.conversations = done.changes.map(\.conversation)
    return result
  }

  /// Genuine bytes that nobody can read: a mail is parked, since nobody will send it again; a web hook is told what was
  /// wrong with it, unless the adapter says that it deserves an operator's look (status 200).
  private func unreadable(_ problem: Unreadable, _ delivery: RawDelivery, _ channel: Connection) async -> IntakeResult {
    guard problem.status == 200 || delivery.door != .http || channel.kind.rawValue == "email" else {
      return refuse(problem.status, problem.reason, name: channel.name.rawValue, code: problem.code)
    }
    do {
      let parking = ParkedRecord(
        delivery, channel: channel.name.rawValue, reason: problem.reason, id: newID(delivery.receivedAt))
      try await store.write { try $0.park(parking) }
      count(channel.name.rawValue, "parked")
      log.warning("parked a delivery", metadata: ["channel": "\(channel.name)", "reason": "\(problem.reason)"])
      var result = IntakeResult(answer: .text("parked\n"))
      result.parked = 1
      return result
    } catch {
      return failed(error, channel)
    }
  }

  private func refuse(_ status: Int, _ reason: String, name: String, code: String? = nil) -> IntakeResult {
    counters.add("patchbay_refused_total", ["channel": name, "status": "\(status)"])
    log.info("refused a delivery", metadata: ["channel": "\(name)", "status": "\(status)", "reason": "\(reason)"])
    var result = IntakeResult(answer: .text("\(reason)\n", status: status))
    (result.refusal, result.refusalCode) = (reason, code)
    return result
  }

  /// The store could not take it: whoever sent it keeps it and tries again (DESIGN §8).
  private func failed(_ error: any Error, _ channel: Connection) -> IntakeResult {
    count(channel.name.rawValue, "failed")
    log.error("could not store a delivery", metadata: ["channel": "\(channel.name)", "error": "\(error)"])
    var answer = Answer.text("temporarily unavailable\n", status: 503)
    answer.headers.add("Retry-After", "30")
    var result = IntakeResult(answer: answer)
    result.isTemporary = true
    return result
  }

  private func count(_ channel: String, _ outcome: String, by amount: Int = 1) {
    guard amount > 0 else { return }
    counters.add("patchbay_deliveries_total", ["channel": channel, "outcome": outcome], by: amount)
  }

  /// A provider's word cut down to what a metric label may be.
  static func label(_ word: String) -> String {
    String(
      word.unicodeScalars.prefix(40).map {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) ? Character($0) : "_"
      })
  }
}
