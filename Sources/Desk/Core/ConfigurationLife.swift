package import Conversations
import Logging
import Storage
import Synchronization

/// Reads the configuration's files as they are now: the whole of it, or all that is wrong.
package typealias ConfigurationReader = @Sendable () throws(ConfigurationRefusal) -> DeskConfiguration

/// Why files were not taken for the configuration.
package struct ConfigurationRefusal: Error, Sendable {
  /// Everything that is wrong with them, one text each.
  package var problems: [String]
  package init(_ problems: [String]) { self.problems = problems }
}

/// What a reload has done.
package struct ConfigurationReload: Sendable {
  package var version: String
  package var previous: String
  /// Paths of the files that are new, other or gone.
  package var changedFiles: [String]
  /// What else there is to know.
  package var notes: [String]

  package var json: JSON {
    [
      "version": JSON(version), "previous": JSON(previous), "changed": JSON(version != previous),
      "files": JSON(changedFiles), "notes": JSON(notes),
    ]
  }
}

/// Lets one reload at a time through.
final class ReloadGate: Sendable {
  private let isBusy = Mutex(false)

  func enter() -> Bool {
    isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
  }

  func leave() { isBusy.withLock { $0 = false } }
}

extension Desk {
  /// Takes the files as they are now for the configuration, as a whole or not at all. Work that has begun ends with the
  /// configuration it began with; everything after this returns knows the new one only.
  ///
  /// - Throws: `ConfigurationRefusal` with all that is wrong; the configuration in force stays.
  package func reload(by actor: String) async throws -> ConfigurationReload {
    guard let reader else {
      throw DeskError.invalid("this router was not started from files: there is nothing to reload")
    }
    guard reloadGate.enter() else { throw DeskError.invalid("another reload is under way; try again in a moment") }
    defer { reloadGate.leave() }
    let (before, after) = (configuration.value, try read(reader))
    try await remember(after, as: ConfigurationEntry(how: "reload", actor: actor))
    configuration.replace(after)
    let changed = DeskConfiguration.changedFiles(before, after)
    var notes = await settle(before, after, changed)
    notes += before.version == after.version ? ["the files are the same; secrets were read again"] : []
    if store.location.engine.isShared {
      notes.append("other routers at this store keep their configuration until they are reloaded too")
    }
    counters.add("patchbay_reloads_total", ["outcome": "accepted"])
    log.notice(
      "configuration reloaded",
      metadata: [
        "version": "\(after.version.prefix(12))", "previous": "\(before.version.prefix(12))", "by": "\(actor)",
        "files": "\(changed.joined(separator: " "))",
      ])
    for note in notes { log.notice("\(note)") }
    return ConfigurationReload(version: after.version, previous: before.version, changedFiles: changed, notes: notes)
  }

  private func read(_ reader: ConfigurationReader) throws(ConfigurationRefusal) -> DeskConfiguration {
    do {
      return try reader()
    } catch {
      counters.add("patchbay_reloads_total", ["outcome": "refused"])
      for problem in error.problems { log.error("configuration refused", metadata: ["problem": "\(problem)"]) }
      log.error("the configuration in force stays", metadata: ["version": "\(configuration.value.version.prefix(12))"])
      throw error
    }
  }

  /// What works by the old configuration beyond one unit of work is told of the new one.
  private func settle(_ before: DeskConfiguration, _ after: DeskConfiguration, _ changed: [String]) async -> [String] {
    var notes: [String] = []
    for name in Set(before.channels.keys).union(after.channels.keys).sorted() {
      let words: String? =
        switch (before.channels[name], after.channels[name]) {
        case (nil, _): "opened"
        case (_, nil): "closed; what was to leave through it is tried again for a while"
        default: changed.contains("channels/\(name).yaml") ? "opened anew with its changed settings" : nil
        }
      guard let words else { continue }
      paces.forget(name)
      notes.append("channel \(name): \(words)")
    }
    collectingBell.ring()
    outboxBell.ring()
    errandBell.ring()
    do {
      try await setOverflows(after, before: before)
    } catch {
      notes.append("what waits already does not move on by the new overflows: \(error); reload once more")
    }
    do {
      try await recount(after)
      // Whoever reloads may have put credentials right.
      for name in try await probe(channel: nil, by: "reload") { notes.append("channel \(name): tried again") }
    } catch {
      notes.append("running clocks could not be brought to the new hours: \(error); reload once more")
    }
    return notes
  }
}

/// How a version came into force, and by whose hand.
package struct ConfigurationEntry: Sendable, Hashable {
  /// `start` or `reload`.
  package var how: String
  package var actor: String
  package init(how: String, actor: String) { (self.how, self.actor) = (how, actor) }
}

extension DeskConfiguration {
  /// Paths of the files that differ, sorted.
  package static func changedFiles(_ before: DeskConfiguration, _ after: DeskConfiguration) -> [String] {
    let (old, new) = (before.files, after.files)
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
  }

  /// Path → text.
  private var files: [String: String] {
    let members = (try? JSON(parsing: filesJSON))?.members ?? []
    return Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
  }
}
