package import Conversations

/// Private messages to a Facebook page.
package struct Messenger: Adapter {
  package static let kind = ChannelKind("messenger")
  package static let summary = "Private messages to a Facebook page (Messenger Platform webhooks and Send API)."
  package static let settings =
    MetaDoor.settings + [
      Setting("page_id", .text, required: true, help: "the page this channel serves"),
      Setting("app_id", .text, help: "the app's id, for your own reference"),
    ] + SendAPI.settings(textMax: 2000)

  private let door: MetaDoor
  private let reader: MetaMessaging
  private let sender: SendAPI

  package init(_ values: SettingValues) throws(SettingProblem) {
    door = MetaDoor(values)
    reader = MetaMessaging(kind: Self.kind, account: values.text("page_id") ?? "")
    sender = try SendAPI(values, unit: .characters)
  }

  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict { door.verify(delivery) }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    try MetaEnvelope(delivery).read(object: "page", account: reader.account) { entry, reading in
      reader.read(entry: entry, into: &reading)
      reading.ignored += entry.changes.map(\.field)
    }
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    try sender.render(message)
  }

  package func interpret(_ response: OutboundResponse) -> Outcome { SendAPI.interpret(response) }

  package func window(ofThread threadKey: String) -> MessagingWindow { sender.window }

  package func quickReplies(ofThread threadKey: String) -> QuickReplies? { SendAPI.quickReplies }

  package func mediaFetch(_ reference: MediaReference) throws(Unfetchable) -> MediaFetch? {
    download(reference, hosts: MetaAttachments.hosts)
  }
}
