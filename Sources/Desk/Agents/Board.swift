package import Conversations
import Routing
import Storage

extension Desk {
  /// Whether the store answers.
  package func probe() async throws {
    _ = try await store.read { try $0.first("SELECT 1") }
  }

  /// One gauge of `/metrics`: its name and its rows in Prometheus form.
  package struct Gauge: Sendable {
    package var name: String
    package var rows: [String]
  }

  /// How things stand now; nothing when the store does not answer.
  package func gauges() async -> [Gauge] {
    let now = now()
    guard
      let (queues, outbox, parked, health, stops) = try? await store.read({ tx in
        (
          try tx.queueCounts(now: now), try tx.outboxCounts(), try tx.parkedCount(), try tx.channelHealth(),
          try tx.channelStops()
        )
      })
    else { return [] }
    let gauges = [
      Gauge(
        name: "patchbay_queue_waiting",
        rows: queues.map { "patchbay_queue_waiting{queue=\"\($0.queue)\"} \($0.waiting)" }),
      Gauge(
        name: "patchbay_queue_oldest_seconds",
        rows: queues.map { count in
          "patchbay_queue_oldest_seconds{queue=\"\(count.queue)\"} \(count.oldestSince.map { max(0, now.seconds(since: $0)) } ?? 0)"
        }),
      Gauge(
        name: "patchbay_queue_overdue",
        rows: queues.map { "patchbay_queue_overdue{queue=\"\($0.queue)\"} \($0.overdue)" }),
      Gauge(
        name: "patchbay_outbox_entries",
        rows: outbox.map { "patchbay_outbox_entries{state=\"\($0.state)\"} \($0.count)" }),
      Gauge(
        name: "patchbay_channel_stopped_seconds",
        rows: stops.map {
          "patchbay_channel_stopped_seconds{channel=\"\($0.channel)\"} \(max(0, now.seconds(since: $0.since)))"
        }),
      Gauge(name: "patchbay_parked_deliveries", rows: ["patchbay_parked_deliveries \(parked)"]),
    ]
    // A channel that is no longer in the files has no health.
    let known = health.filter { configuration.value.channels[$0.channel] != nil }
    return (gauges + channelGauges(known, now: now)).filter { !$0.rows.isEmpty }
  }

  /// What a watching agent sees of a change; `nil` when the conversation is none of theirs.
  package func summary(_ change: LiveChange, for agent: Agent) async throws -> JSON? {
    let now = now()
    return try await store.read { tx in
      guard let record = try tx.conversation(change.conversation), record.isVisible(to: agent) else { return nil }
      let views = try ConversationViews([record], now: now, tx)
      let isMine = views.leases[record.id].map { $0.isOffer && $0.agent == agent.name } ?? false
      return views.json(
        record, extra: [.init("change", JSON(change.what)), .init("offered_to_you", JSON(isMine))])
    }
  }

  /// The bytes and name of an attachment of a conversation the agent may see.
  package func attachmentContent(_ id: Int64, for agent: Agent) async throws -> (
    bytes: [UInt8], filename: String?
  ) {
    let found = try await store.read { tx -> AttachmentRecord? in
      guard let (attachment, conversation) = try tx.attachment(id), let record = try tx.conversation(conversation),
        record.isVisible(to: agent)
      else { return nil }
      return attachment
    }
    guard let sha256 = found?.sha256, found?.state == "stored" else {
      throw DeskError.notFound("no stored attachment \(id)")
    }
    return (try await attachments.load(sha256: sha256), found?.filename)
  }

  /// A template filled in for one conversation, with `ownText` below it when there is any; and its quick replies.
  package func templateText(_ name: String, for id: ConversationID, agent: Agent, ownText: String) async throws -> (
    text: String, options: [String]
  ) {
    let (configuration, now) = (configuration.value, now())
    let (record, contact, details) = try await store.read { tx -> (ConversationRecord, String?, ToldDetails) in
      guard let record = try tx.conversation(id), record.isVisible(to: agent) else {
        throw DeskError.notFound("no conversation \(id)")
      }
      let email = try tx.identities(of: record.contact).first { $0.kind == "email" }?.address
      let details = ToldDetails(try tx.messages(of: id), email: email, hasFiles: try !tx.attachments(of: id).isEmpty)
      return (record, try tx.contact(record.contact)?.name, details)
    }
    let calendar = configuration.calendar(ofQueue: record.homeQueue)
    let opensAt = calendar.flatMap { $0.isOpen(at: now) ? nil : $0.nextOpen(at: now) }
    let variables = [
      "conversation": record.id.description, "customer_name": contact ?? "", "subject": record.subject ?? "",
      "category": AfterHours.title(of: record.category, language: record.language, configuration),
      "agent_name": agent.display,
      "opens_at": opensAt.flatMap { at in calendar.map { AfterHours.words(for: at, $0, language: record.language) } }
        ?? "",
    ].merging(details.variables(language: record.language)) { $1 }
    do {
      let page = try configuration.templates.rendered(name, language: record.language, variables: variables)
      return (ownText.isEmpty ? page.text : page.text + "\n\n" + ownText, page.options)
    } catch {
      throw DeskError.notFound(
        "no template `\(name)`; there are: \(configuration.templates.names.joined(separator: ", "))")
    }
  }
}
