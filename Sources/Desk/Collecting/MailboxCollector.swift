import Channels
import Conversations
import Logging
import Outbound
import Storage

extension Desk {
  /// Fetches mail for every channel that has a mailbox until cancelled, each in a task and on a thread of its own: a slow
  /// or dead server holds up its own channel only.
  package func runCollecting() async {
    let configuration = configuration.value
    await withDiscardingTaskGroup { group in
      for channel in configuration.channels.values.sorted(by: { $0.name < $1.name }) {
        guard let access = (channel.adapter as? Email)?.mailbox else { continue }
        group.addTask { await MailboxCollector(desk: self, channel: channel.name.rawValue, access: access).run() }
      }
    }
  }

  /// Whether any channel has a mailbox to be fetched from.
  package var collects: Bool {
    configuration.value.channels.values.contains { ($0.adapter as? Email)?.mailbox != nil }
  }
}

/// Goes to one mailbox again and again.
struct MailboxCollector {
  let desk: Desk
  let channel: String
  let access: MailboxAccess

  /// After failures: the poll interval, doubled each time, up to this.
  static let backOffSecondsMax = 900

  func run() async {
    guard let mailbox = IMAPMailbox(access) else {
      return await desk.noteFailure(channel, .inward, "the system has no thread for this mailbox")
    }
    await withTaskCancellationHandler {
      await loop(mailbox)
    } onCancel: {
      mailbox.stop()
    }
  }

  private func loop(_ mailbox: IMAPMailbox) async {
    let holder = desk.newID(desk.now())
    var round = CollectingRound(desk: desk, channel: channel, access: access, mailbox: mailbox, holder: holder)
    var failures = 0
    while !Task.isCancelled {
      var pause = access.pollSeconds
      do {
        try await round.run()
        failures = 0
      } catch {
        if Task.isCancelled { break }
        failures += 1
        pause = Self.pauseSeconds(afterFailures: failures, poll: access.pollSeconds)
        await desk.noteFailure(channel, .inward, Self.words(error))
      }
      // Servers end connections that idle for half an hour, and proxies on the way much sooner.
      if pause > 300 { await mailbox.close() }
      try? await Task.sleep(for: .seconds(pause))
    }
    await mailbox.close()
    let name = channel
    _ = try? await desk.store.write { try $0.releaseMailbox(name, holder: holder) }
  }

  static func pauseSeconds(afterFailures failures: Int, poll: Int) -> Int {
    min(max(poll, backOffSecondsMax), poll << min(max(failures - 1, 0), 10))
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case let problem as MailboxProblem: problem.description
    case let problem as CollectingRound.Problem: problem.words
    default: "\(error)"
    }
  }
}
