/// How fast messages may leave: token buckets that fill at a steady rate. 0 = no limit.
package struct SendingPace: Sendable, Hashable {
  /// Requests of the whole account.
  package var perMinute: Int
  /// Requests to one recipient: a chat, a number, for mail a domain.
  package var perMinuteToOne: Int

  package init(perMinute: Int = 0, perMinuteToOne: Int = 0) {
    (self.perMinute, self.perMinuteToOne) = (perMinute, perMinuteToOne)
  }
}
