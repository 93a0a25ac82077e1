package import Conversations

/// The code for one kind of channel: four pure functions and a list of settings.
///
/// To add one: a folder in `Channels/` with a type that conforms, a line in `AdapterRegistry.all`, a folder of fixtures
/// in `Tests/ChannelsTests/Fixtures/`. The conformance suite runs over every line of the registry by itself.
/// Nothing here does I/O or asks for the time: bytes and `now` come in, words go out.
package protocol Adapter: Sendable {
  /// Names the adapter in `kind:` of a channel file and in `normalize --adapter`.
  static var kind: ChannelKind { get }
  /// One sentence for the documentation.
  static var summary: String { get }
  /// Every key a channel file of this kind may have, beside those common to all.
  static var settings: [Setting] { get }
  /// The largest body accepted at the door, in bytes.
  static var bodySizeMax: Int { get }

  /// `values` have been checked against `settings`: required keys are there, types are right, defaults filled in.
  init(_ values: SettingValues) throws(SettingProblem)

  /// Whether the delivery is genuine (signature over the raw bytes, constant time) or a handshake.
  func verify(_ delivery: RawDelivery, now: Instant) -> Verdict

  /// What a genuine delivery says. Unknown kinds of events land in `Reading.ignored`; one bad event never loses its
  /// neighbours. `delivery.receivedAt` stands in where the provider gives no time.
  func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading

  /// The exchanges that put one message before the customer, in order. Empty = nothing leaves the house (the message is
  /// delivered by being stored, as in web chat). `message.options` has some only where `quickReplies` says so, and they
  /// fit; whoever sends asks `requests(for:)`.
  func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest]

  /// What the answer to a rendered request means.
  func interpret(_ response: OutboundResponse) -> Outcome

  /// How the content behind an attachment's `url` is got; `nil` for what has none: a place, a card, a link.
  func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch?

  /// How a follow-up that a reading named is carried out from `cursor` on (`nil` = from the start).
  func step(_ followUp: FollowUp, cursor: String?, accessToken: Secret?) throws(Unfetchable) -> FollowUpStep

  /// What the answer to that step means.
  func judge(_ response: OutboundResponse, of followUp: FollowUp) -> FollowUpAnswer

  /// Where access tokens come from when the settings name an account instead of a token; `nil` = they name a token.
  var accessTokens: AccessTokenSource? { get }

  /// How those are written whom this kind may write to first (alerts, escalations), for whoever fills in `to:`; `nil` =
  /// nobody.
  static var receivers: String? { get }

  /// The key of the thread in which such a receiver is told; `nil` = it is none.
  func thread(telling receiver: String) -> String?

  /// When a customer may be written to in a conversation of this key.
  func window(ofThread threadKey: String) -> MessagingWindow

  /// What a message in a conversation of this key may carry to be tapped; `nil` = the provider has no such thing.
  func quickReplies(ofThread threadKey: String) -> QuickReplies?

  /// A file on this machine that is read as it grows, instead of waiting for deliveries.
  var followedFile: String? { get }

  /// How fast the provider lets an account send, as far as it says.
  static var pace: SendingPace { get }
}

extension Adapter {
  package static var bodySizeMax: Int { 10 << 20 }
  package static var pace: SendingPace { SendingPace() }
  package var accessTokens: AccessTokenSource? { nil }
  package var followedFile: String? { nil }
  package static var receivers: String? { nil }
  package func thread(telling receiver: String) -> String? { nil }
  package func window(ofThread threadKey: String) -> MessagingWindow { .unlimited }
  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { nil }
  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? { nil }

  package func step(_ followUp: FollowUp, cursor: String?, accessToken: Secret?) throws(Unfetchable) -> FollowUpStep {
    throw .never("this kind of channel knows no `\(followUp.kind)`")
  }

  package func judge(_ response: OutboundResponse, of followUp: FollowUp) -> FollowUpAnswer {
    .failed(reason: "this kind of channel knows no `\(followUp.kind)`")
  }

  /// The settings that sending needs and `values` lacks: a channel file with such gaps receives but cannot answer.
  package static func missingForSending(_ values: SettingValues) -> [Setting] { values.missingForSending(settings) }

  /// Size, then method and signature, then content: the order every door keeps.
  /// The result is what a provider would be told and what the desk would file.
  package func receive(_ delivery: RawDelivery, now: Instant) -> Reception {
    guard delivery.body.count <= Self.bodySizeMax else {
      return .refused(status: 413, reason: "body larger than \(Self.bodySizeMax) bytes")
    }
    switch verify(delivery, now: now) {
    case .answered(let answer): return .answered(answer)
    case .refused(let status, let reason): return .refused(status: status, reason: reason)
    case .accepted: break
    }
    do {
      return .read(try normalize(delivery).tidied())
    } catch {
      return .unreadable(error)
    }
  }
}

/// How a delivery fared at the door.
package enum Reception: Sendable {
  case read(Reading)
  case answered(Answer)
  case refused(status: Int, reason: String)
  case unreadable(Unreadable)
}
