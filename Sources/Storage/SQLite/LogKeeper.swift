import Glibc
import Synchronization

/// What SQLite's writer leaves to two other threads, so that it does not wait for the disk: to flush what it has
/// committed, and to fold the log into the database file.
///
/// The writer commits with `synchronous = NORMAL`, which writes to the log and does not wait for the disk. The callers
/// hear of their commit from here, after the log has been flushed: to them it is as durable as with `FULL`
/// (https://www.sqlite.org/wal.html: after a power cut the log is read up to its last whole commit).
final class LogKeeper: Sendable {
  /// Where the log is to be folded, in frames (one page of 4 KB each).
  private enum Frames {
    /// A pass begins when so many are not folded yet.
    static let pass = 4000
    /// From here on the writer folds the rest between two commits, and SQLite begins the log anew.
    static let restart = 16_000
  }

  private struct State {
    /// Of the last flush, in nanoseconds.
    var flushTime: UInt64 = 1_000_000
    /// Of the flush that failed, until the writer has made good for it.
    var failure: StoreError?
    /// Frames of the log that the database file has, too.
    var folded = 0
    var isFolding = false
    /// The writer's own pass is not tried again before the log has so many.
    var nextRestart = Frames.restart
  }

  /// The log's file.
  private let path: String
  private let state = Mutex(State())
  private let committed = WorkQueue<[any Work]>()
  private let passes = WorkQueue<Void>()
  /// Closed when the last flush is done; nothing is ever put into it.
  private let ended = WorkQueue<Void>()

  init(database: String) { path = database + "-wal" }

  /// What the last flush took, in nanoseconds.
  var flushTime: UInt64 { state.withLock(\.flushTime) }

  // MARK: - The writer's side

  /// Before a batch. After a flush that failed nobody knows what the system still has of the log's file: the whole log
  /// is folded and the database file flushed, or nothing is written.
  func makeGood(_ session: Session) throws(StoreError) {
    guard let failure = state.withLock(\.failure) else { return }
    guard try !session.checkpoint(.truncate).isBusy else { throw failure }
    state.withLock { ($0.failure, $0.folded) = (nil, 0) }
  }

  /// After a commit: its callers are told when it is durable.
  func keep(_ batch: [any Work]) {
    if !committed.put(batch) { flush([batch]) }
  }

  /// After the last commit. The log goes away with the last connection: not before it has been flushed.
  func end() {
    close()
    _ = ended.take(upTo: 1)
  }

  /// Takes nothing more to be done by the threads.
  func close() {
    committed.close()
    passes.close()
  }

  /// Between two batches: has the log folded before it grows long.
  func fold(_ session: Session) {
    let frames = session.logFrames
    let mustRestart = state.withLock { state in
      // It was begun anew.
      if frames < state.folded { (state.folded, state.nextRestart) = (0, Frames.restart) }
      guard !state.isFolding else { return false }
      if frames - state.folded >= Frames.pass {
        state.isFolding = passes.put(())
        return false
      }
      return frames >= state.nextRestart
    }
    guard mustRestart else { return }
    // What is wrong with the file the next batch finds out, too. A reader may hold on to the log.
    let result = try? session.checkpoint(.passive)
    state.withLock { state in
      state.folded = result?.folded ?? state.folded
      state.nextRestart = max(Frames.restart, frames + Frames.pass)
    }
  }

  // MARK: - The threads' side

  /// Flushes until the queue is closed and drained.
  func flushAll() {
    while true {
      let batches = committed.take(upTo: .max)
      guard !batches.isEmpty else { break }
      flush(batches)
    }
    ended.close()
  }

  /// Folds when asked to, until the queue is closed.
  func foldAll(_ lane: LaneConnection) {
    while !passes.take(upTo: 1).isEmpty {
      do throws(StoreError) {
        let folded = try lane.session().checkpoint(.passive).folded
        state.withLock { ($0.folded, $0.isFolding) = (folded, false) }
      } catch {
        // The writer goes on, and asks again: an error that stays is one of its own, too.
        state.withLock { $0.isFolding = false }
      }
      lane.tidy()
    }
    lane.close()
  }

  private func flush(_ batches: [[any Work]]) {
    let begin = nanoseconds()
    do throws(StoreError) {
      if let failure = state.withLock(\.failure) { throw failure }
      try synchronize()
      state.withLock { $0.flushTime = nanoseconds() - begin }
      for batch in batches { batch.forEach { $0.deliver() } }
    } catch {
      state.withLock { $0.failure = error }
      for batch in batches { batch.forEach { $0.fail(error) } }
    }
  }

  private func synchronize() throws(StoreError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw StoreError.file("cannot open", path) }
    // SQLite keeps no locks on this file that closing it could drop.
    defer { Glibc.close(file) }
    guard fdatasync(file) == 0 else { throw StoreError.file("cannot flush", path) }
  }
}
