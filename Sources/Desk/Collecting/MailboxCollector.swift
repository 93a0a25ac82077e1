import Channels
import Conversations
import Logging
import Outbound
import Storage

extension Desk {
  /// Fetches mail for every channel that has a mailbox until cancelled, each in a task and on a thread of its own: a slow
  /// or dead server holds up its own channel only. A reload ends the visits to mailboxes that are gone or lie elsewhere
  /// now, and begins those to new ones; the others go on.
  package func runCollecting() async {
    var visits: [String: (access: MailboxAccess, task: Task<Void, Never>)] = [:]
    while !Task.isCancelled {
      let wanted = configuration.value.mailboxes
      for (name, visit) in visits where wanted[name] != visit.access {
        visit.task.cancel()
        await visit.task.value
        visits[name] = nil
      }
      for (name, access) in wanted where visits[name] == nil {
        visits[name] = (access, Task { await MailboxCollector(desk: self, channel: name, access: access).run() })
      }
      await collectingBell.wait(timeout: .seconds(3600))
    }
    for visit in visits.values { visit.task.cancel() }
    for visit in visits.values { await visit.task.value }
  }
}

extension DeskConfiguration {
  /// The mailboxes that are fetched from, by their channel.
  fileprivate var mailboxes: [String: MailboxAccess] {
    channels.compactMapValues { ($0.adapter as? Email)?.mailbox }
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
