package import Conversations

/// What holds for the whole desk: `desk:` in `channels/routing/queues.yaml`.
package struct DeskSettings: Sendable, Hashable {
  /// Language → the desk's name, as customers read it.
  package var titles: [String: String]
  /// The languages it writes in: each template exists in all of them. The first is the default.
  package var languages: [String]
  package var defaultLanguage: String { languages.first ?? "en" }
  /// Times in templates and reports are this zone's.
  package var zone: CivilZone
  /// Language → variable → text: what every template may use (`company`, `hotline`, `hotline_hours`…).
  package var variables: [String: [String: String]]
  package var automatic: AutomaticReplies
  package var alert: AlertSettings?
  /// Where the world reaches this router, `https://chat.example.com`: links to ratings and files begin with it. No slash
  /// at its end.
  package var address: String?
  /// Kind of channel → how much of an agent's capacity one conversation takes; 1 where nothing is said.
  package var weights: [String: Int] = [:]
  /// What calls and chats are judged by where a report says nothing of its own: `service_level` in `reports.yaml`.
  package var serviceLevel = ServiceLevelRules.usual

  package init(
    titles: [String: String], languages: [String], zone: CivilZone, variables: [String: [String: String]] = [:],
    automatic: AutomaticReplies = AutomaticReplies(), alert: AlertSettings? = nil, address: String? = nil
  ) {
    (self.titles, self.languages, self.zone, self.variables) = (titles, languages, zone, variables)
    (self.automatic, self.alert, self.address) = (automatic, alert, address)
  }
}

/// Names of the templates that are sent by themselves; `nil` = nothing is sent.
package struct AutomaticReplies: Sendable, Hashable {
  /// To a new conversation while its queue is open.
  package var acknowledgement: String?
  /// To a new conversation while its queue is closed.
  package var afterHours: String?
  /// Category → template, to a new conversation of that category, open or closed, instead of the two above.
  package var byCategory: [String: String]
  package init(acknowledgement: String? = nil, afterHours: String? = nil, byCategory: [String: String] = [:]) {
    (self.acknowledgement, self.afterHours, self.byCategory) = (acknowledgement, afterHours, byCategory)
  }
}

/// Who is told at once of an urgent conversation.
package struct AlertSettings: Sendable, Hashable {
  package var template: String
  package var through: ChannelName
  /// Mail addresses, or what the connection calls a receiver.
  package var recipients: [String]
  package var language: String
  package init(template: String, through: ChannelName, recipients: [String], language: String) {
    (self.template, self.through, self.recipients, self.language) = (template, through, recipients, language)
  }
}

/// A report, when it is made, and where it goes: one entry of `reports.yaml`.
package struct ReportPlan: Sendable, Hashable {
  package enum Format: String, Sendable, CaseIterable { case html, csv, json, text }

  package var schedule: ReportSchedule
  package var isEnabled: Bool
  /// Language → headline.
  package var titles: [String: String]
  /// The files it is made as, at least one.
  package var formats: [Format]
  /// Where its files are put, below the data directory unless it begins with `/`; `nil` = nowhere.
  package var folder: String?
  package var mail: Mail?
  /// Connections that get it as JSON in one message.
  package var webhooks: [ChannelName]
  /// Only these queues, channels, categories; empty = all.
  package var queues: [String]
  package var channels: [String]
  package var categories: [String]
  /// What it is written in; `nil` = as its mail, or as the desk writes first.
  package var language: String?
  package var serviceLevel: ServiceLevelRules

  /// The mail that carries the report.
  package struct Mail: Sendable, Hashable {
    package var through: ChannelName
    package var recipients: [String]
    /// Name of a template of purpose `report`.
    package var template: String
    package var language: String
    package init(through: ChannelName, recipients: [String], template: String, language: String) {
      (self.through, self.recipients, self.template, self.language) = (through, recipients, template, language)
    }
  }

  package init(
    schedule: ReportSchedule, isEnabled: Bool = true, titles: [String: String] = [:], formats: [Format],
    folder: String? = nil, mail: Mail? = nil, webhooks: [ChannelName] = [], queues: [String] = [],
    channels: [String] = [], categories: [String] = [], language: String? = nil,
    serviceLevel: ServiceLevelRules = .usual
  ) {
    (self.schedule, self.isEnabled, self.titles, self.formats) = (schedule, isEnabled, titles, formats)
    (self.folder, self.mail, self.webhooks, self.queues) = (folder, mail, webhooks, queues)
    (self.channels, self.categories, self.language) = (channels, categories, language)
    self.serviceLevel = serviceLevel
  }
}
