package import Channels
package import Conversations
package import Routing
import Synchronization

/// Everything the desk was told in files: one immutable value per version. Work in flight keeps the version it began with.
package final class DeskConfiguration: Sendable {
  package let version: String
  package let settings: DeskSettings
  /// The enabled connections by name.
  package let channels: [String: Connection]
  package let router: Router
  package let table: RoutingTable
  package let templates: any TemplateRendering
  package let reports: [ReportPlan]
  /// The files themselves as JSON (path → text), for the history.
  package let filesJSON: String
  /// The classifier's file with its version, for the history.
  package let model: (version: String, content: [UInt8])?

  package init(
    version: String, settings: DeskSettings, connections: [Connection], table: RoutingTable,
    templates: any TemplateRendering, reports: [ReportPlan], filesJSON: String,
    model: (version: String, content: [UInt8])? = nil
  ) {
    (self.version, self.settings) = (version, settings)
    channels = Dictionary(connections.filter(\.isEnabled).map { ($0.name.rawValue, $0) }) { first, _ in first }
    (self.table, self.templates, self.reports, self.filesJSON) = (table, templates, reports, filesJSON)
    self.model = model
    router = Router(table)
  }

  /// The connection that carries a reply to a conversation of `channel`.
  package func sender(for channel: String) -> Connection? {
    guard let own = channels[channel] else { return nil }
    return own.replyThrough.flatMap { channels[$0.rawValue] } ?? own
  }

  package func calendar(ofQueue name: String) -> BusinessCalendar? {
    table.queue(name)?.calendar.flatMap { table.calendars[$0] }
  }
}

/// The present configuration; replaced as a whole.
package final class ConfigurationBox: Sendable {
  private let current: Mutex<DeskConfiguration>
  package init(_ configuration: DeskConfiguration) { current = Mutex(configuration) }
  package var value: DeskConfiguration { current.withLock { $0 } }
  package func replace(_ configuration: DeskConfiguration) { current.withLock { $0 = configuration } }
}
