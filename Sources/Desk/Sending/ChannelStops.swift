import Channels
import Conversations
import Logging
import Routing
import Storage

extension Desk {
  /// The first probe of a channel that stands still comes after five minutes, later ones up to an hour apart.
  static func probeTime(after stop: ChannelStop?, now: Instant) -> Instant {
    let doublings = min(Int(stop.map { $0.probes + 1 } ?? 0), 4)
    return now.adding(seconds: min(3600, 300 << Int64(doublings)))
  }

  /// Nothing more is sent through the channel until its credentials work again; what waits there keeps waiting. Those
  /// who are to be told are told once. Returns when the next probe goes out.
  func stop(
    _ channel: String, reason: String, startedAt: Instant, _ configuration: DeskConfiguration, now: Instant,
    _ tx: Transaction
  ) throws -> Instant {
    let known = try tx.channelStop(channel)
    // It was under way when the first one met the refusal: nothing new, and no probe.
    if let known, startedAt <= known.since { return known.probeAt }
    let probeAt = Desk.probeTime(after: known, now: now)
    try tx.stopChannel(channel, reason: reason, at: now, probeAt: probeAt)
    guard known == nil else { return probeAt }
    log.error("a channel stands still", metadata: ["channel": "\(channel)", "reason": "\(reason)"])
    counters.add("patchbay_channel_stops_total", ["channel": channel])
    try tx.audit(id: newID(now), at: now, actor: "router", action: "channel stopped", subject: channel, detail: reason)
    guard let alert = configuration.settings.alert, alert.through.rawValue != channel else { return probeAt }
    let title = configuration.channels[channel]?.title ?? channel
    let text = """
      The channel “\(title)” (\(channel)) sends nothing any more: \(reason)
      What waits there is kept. Put its credentials right, then restart the router or run: patchbay outbox resume \(channel)

      渠道“\(title)”（\(channel)）已停止发送：\(reason)
      待发消息均已保留。请修正凭据，然后重启路由器或运行：patchbay outbox resume \(channel)
      """
    for recipient in alert.recipients {
      let letter = AutomaticLetter(
        channel: alert.through.rawValue, recipient: recipient, purpose: "alert",
        subject: "Patchbay: \(title) – sending stopped / 已停止发送", text: text)
      if let refusal = try gate(configuration, now: now).post(letter, tx) { couldNotTell(recipient, refusal) }
    }
    return probeAt
  }

  /// Something was accepted: the credentials work.
  func resume(_ channel: String, now: Instant, _ tx: Transaction) throws {
    guard try tx.resumeChannel(channel) else { return }
    log.notice("a channel sends again", metadata: ["channel": "\(channel)"])
    try tx.audit(id: newID(now), at: now, actor: "router", action: "channel resumed", subject: channel, detail: nil)
  }

  /// Lets the next message of the channel (of every stopped one, when `nil`) go out as a probe at once. Returns the
  /// channels that stand still.
  @discardableResult
  package func probe(channel: String?, by actor: String) async throws -> [String] {
    let now = now()
    let stopped = try await store.write { [self] tx -> [String] in
      let stopped = try tx.channelStops().map(\.channel).filter { channel == nil || $0 == channel }
      guard !stopped.isEmpty else { return [] }
      try tx.probeChannels(channel, at: now)
      for name in stopped {
        try tx.makeDue(channel: name, at: now)
        try tx.audit(id: newID(now), at: now, actor: actor, action: "outbox resume", subject: name, detail: nil)
      }
      return stopped
    }
    outboxBell.ring()
    return stopped
  }
}
