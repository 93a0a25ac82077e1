import Channels
package import Conversations
import Logging
import Routing
package import Storage

extension Desk {
  /// People are told after so many failures in a row, or after so long in opening hours, whichever comes first.
  static let alertFailures: Int64 = 3
  static let alertOpenSeconds: Int64 = 600

  /// A channel did its work. `behindSince`: since when something it has not fetched yet has been waiting.
  package func noteSuccess(_ channel: String, _ direction: ChannelHealthRecord.Direction, behindSince: Instant? = nil)
    async
  {
    let now = now()
    do {
      let before = try await store.write { tx in
        let before = try tx.channelHealth(channel, direction)
        var health = before ?? ChannelHealthRecord(channel: channel, direction: direction)
        (health.lastSuccessAt, health.failures, health.behindSince) = (now, 0, behindSince)
        (health.failingSince, health.alertedAt) = (nil, nil)
        try tx.save(health)
        return before
      }
      guard let before, before.failures > 0 else { return }
      log.notice(
        "channel works again", metadata: ["channel": "\(channel)", "failures": "\(before.failures)"])
    } catch {
      log.error("could not record a channel's health", metadata: ["channel": "\(channel)", "error": "\(error)"])
    }
  }

  /// Something has been waiting on a channel since then.
  func noteBehind(_ channel: String, since: Instant?) async {
    do {
      try await store.write { tx in
        var health =
          try tx.channelHealth(channel, .inward) ?? ChannelHealthRecord(channel: channel, direction: .inward)
        guard let since, health.behindSince.map({ since < $0 }) ?? true else { return }
        health.behindSince = since
        try tx.save(health)
      }
    } catch {
      log.error("could not record a channel's health", metadata: ["channel": "\(channel)", "error": "\(error)"])
    }
  }

  /// A channel could not do its work; people are told when it is time.
  package func noteFailure(_ channel: String, _ direction: ChannelHealthRecord.Direction, _ words: String) async {
    let (configuration, now) = (configuration.value, now())
    do {
      let (health, isAlert) = try await store.write { [self] tx in
        var health =
          try tx.channelHealth(channel, direction) ?? ChannelHealthRecord(channel: channel, direction: direction)
        health.failures += 1
        (health.lastFailureAt, health.failure) = (now, String(words.prefix(500)))
        health.failingSince = health.failingSince ?? now
        health.behindSince = health.behindSince ?? health.lastSuccessAt ?? now
        let isAlert = health.alertedAt == nil && isTimeToAlert(health, configuration, now)
        if isAlert {
          health.alertedAt = now
          try putAlert(health, configuration, now, tx)
        }
        try tx.save(health)
        return (health, isAlert)
      }
      log.warning(
        "channel failed",
        metadata: ["channel": "\(channel)", "failures": "\(health.failures)", "reason": "\(words)"])
      guard isAlert else { return }
      log.error(
        "channel is down",
        metadata: ["channel": "\(channel)", "failures": "\(health.failures)", "reason": "\(words)"])
      counters.add("patchbay_channel_alerts_total", ["channel": channel])
      outboxBell.ring()
    } catch {
      log.error(
        "channel failed, and that could not be recorded",
        metadata: ["channel": "\(channel)", "reason": "\(words)", "error": "\(error)"])
    }
  }

  /// REQUIREMENTS 8: three failures, or ten minutes of opening time.
  private func isTimeToAlert(_ health: ChannelHealthRecord, _ configuration: DeskConfiguration, _ now: Instant) -> Bool
  {
    if health.failures >= Desk.alertFailures { return true }
    guard let since = health.failingSince else { return false }
    let open = configuration.table.queues.map { queue -> Int64 in
      guard let calendar = configuration.calendar(ofQueue: queue.name) else { return now.seconds(since: since) }
      return calendar.elapsed(from: since, to: now)
    }
    return (open.max() ?? 0) >= Desk.alertOpenSeconds
  }

  private func putAlert(
    _ health: ChannelHealthRecord, _ configuration: DeskConfiguration, _ now: Instant, _ tx: Transaction
  ) throws {
    guard let alert = configuration.settings.alert,
      !(health.direction == .outward && alert.through.rawValue == health.channel)
    else { return }
    let zone = configuration.settings.zone
    let words = ChannelAlertWords(
      title: configuration.channels[health.channel]?.title ?? health.channel, name: health.channel,
      since: health.failingSince.map { zone.wallClock(of: $0).rfc3339 } ?? "", failures: health.failures,
      reason: health.failure ?? "", isChinese: alert.language.hasPrefix("zh"))
    for recipient in alert.recipients {
      let letter = AutomaticLetter(
        channel: alert.through.rawValue, recipient: recipient, purpose: "alert", subject: words.subject,
        text: words.text)
      if let refusal = try gate(configuration, now: now).post(letter, tx) { couldNotTell(recipient, refusal) }
    }
  }
}

/// What people of ours are told of a channel that fails.
struct ChannelAlertWords {
  let title: String
  let name: String
  let since: String
  let failures: Int64
  let reason: String
  let isChinese: Bool

  var subject: String { isChinese ? "渠道“\(title)”出了问题" : "The channel \(title) is failing" }

  var text: String {
    isChinese
      ? """
      渠道：\(title)（\(name)）
      从何时起：\(since)
      连续失败次数：\(failures)
      最近一次的原因：\(reason)

      Patchbay 会继续重试。用 `patchbay channels` 查看现状。

      """
      : """
      Channel: \(title) (\(name))
      Failing since: \(since)
      Failures in a row: \(failures)
      Last reason: \(reason)

      Patchbay goes on trying. `patchbay channels` shows how things stand.

      """
  }
}
