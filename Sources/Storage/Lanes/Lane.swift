/// What every driver thread does about its connection: opens it when needed, replaces it when broken, counts.
final class LaneConnection {
  private let connect: @Sendable () throws(StoreError) -> any Connection
  private let options: StoreOptions
  private let counters: CounterBox
  private var current: Session?

  init(
    _ connect: @escaping @Sendable () throws(StoreError) -> any Connection, options: StoreOptions, counters: CounterBox
  ) {
    (self.connect, self.options, self.counters) = (connect, options, counters)
  }

  /// The session if one is open.
  var open: Session? { current }

  /// The open session, or a new one.
  func session() throws(StoreError) -> Session {
    if let current {
      if !current.isBroken { return current }
      close()
    }
    let fresh = Session(try connect(), observer: options.observer)
    counters.add { $0.connections += 1 }
    current = fresh
    return fresh
  }

  /// After work: a transaction left open is undone, a broken connection closed.
  func tidy() {
    guard let current else { return }
    current.rollBack()
    if current.isBroken { close() }
  }

  /// Whether `error` says nothing against the connection that was used, or there was none to be had.
  func isUsable(after error: StoreError) -> Bool { current != nil || !error.isTemporary }

  func close() {
    current?.close()
    current = nil
  }
}
