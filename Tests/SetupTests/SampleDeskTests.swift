import Channels
import Conversations
import Foundation
import Routing
import Setup
import Testing

@Suite("The sample desk") struct SampleDeskTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private func load() throws -> Configuration {
    try Configuration.load(directory: Self.root, environment: [:], secrets: .checking)
  }

  @Test("is clean on a fresh clone, without any environment, and warns of nothing")
  func clean() {
    let report = checkConfiguration(directory: Self.root, environment: [:])
    #expect(report.problems.map(\.description) == [])
    #expect(report.counts.examples >= 130)
  }

  @Test("has the categories and queues that everything else relies on")
  func names() throws {
    let table = try load().table
    #expect(
      table.categories.map(\.name) == [
        "account", "payment", "topup_withdrawal", "refund", "cancellation", "frozen", "fraud", "technical", "complaint",
        "general", "other",
      ])
    #expect(
      table.queues.map(\.name) == [
        "accounts", "payments", "refunds", "security", "technical", "complaints", "general", "triage", "after_hours",
      ])
    #expect(table.categories.filter(\.isUrgent).map(\.name) == ["fraud"])
    #expect(table.fallbackCategory == "other")
    #expect(table.rules.allSatisfy { $0.examples.count >= 5 })
  }

  @Test("knows 25 words and more of each language for each category")
  func keywords() throws {
    for category in try load().table.categories {
      let chinese = category.keywords.filter { $0.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } }
      #expect(chinese.count >= 25, "\(category.name)")
      #expect(category.keywords.count - chinese.count >= 25, "\(category.name)")
    }
  }

  @Test("keeps the hotline's hours, holidays and make-up days")
  func hours() throws {
    let calendar = try #require(try load().table.calendars["hotline"])
    func at(_ text: String) throws -> Bool { calendar.isOpen(at: try #require(Instant(rfc3339: text))) }
    #expect(try at("2026-03-09T09:00:00+08:00"))
    #expect(try !at("2026-03-09T18:00:00+08:00"))
    #expect(try !at("2026-10-05T10:00:00+08:00"))
    #expect(try at("2026-10-10T10:00:00+08:00"))
    #expect(try at("2025-09-28T10:00:00+08:00"))
    #expect(try !at("2025-10-08T10:00:00+08:00"))
  }

  @Test("sends nothing that its templates do not have, in both languages")
  func templates() throws {
    let configuration = try load()
    let book = configuration.templates
    for name in book.names {
      let purpose = try #require(book.purpose(of: name))
      let all = Dictionary(purpose.variables.map { ($0.name, "«\($0.name)»") }) { first, _ in first }
      for language in configuration.settings.languages {
        for variables in [[:], all] {
          let rendered = try book.rendered(name, language: language, variables: variables)
          #expect(rendered.language == language)
          #expect(!rendered.text.contains("{{"))
          #expect(!rendered.text.contains("\n\n\n"), "\(name) \(language)")
          #expect(
            rendered.text.contains("«conversation»") || variables.isEmpty || purpose == .report
              || name == "general_answer" || !rendered.text.isEmpty)
          #expect(rendered.subject?.contains("\n") == (purpose == .selfService ? nil : false), "\(name)")
        }
      }
    }
    #expect(
      Set(configuration.firstReplies.keys) == Set(configuration.table.categories.map(\.name)).subtracting(["other"]))
    #expect(configuration.settings.automatic.byCategory["fraud"] == "fraud_freeze_now")
  }

  @Test("opens its own doors and keeps those shut that need an account elsewhere")
  func channels() throws {
    let connections = try load().connections
    #expect(
      connections.map { "\($0.name) \($0.kind) \($0.isEnabled)" } == [
        "contact-form webform true", "facebook messenger false", "hotline-calls asterisk true",
        "instagram instagram false",
        "pbx zammad_cti true", "phone phone_log true", "support-mail email true", "webchat webchat true",
      ])
    #expect(connections.first { $0.name.rawValue == "contact-form" }?.replyThrough?.rawValue == "support-mail")
    let everything = ["META_APP_SECRET", "META_VERIFY_TOKEN", "FACEBOOK_PAGE_TOKEN", "INSTAGRAM_TOKEN"]
    let environment = Dictionary(uniqueKeysWithValues: everything.map { ($0, "a-value-for-\($0)") })
    #expect(checkConfiguration(directory: Self.root, environment: environment).isClean)
  }
}

@Suite("Versions of the configuration") struct VersionTests {
  @Test("the version follows the files and nothing else")
  func version() throws {
    let desk = SmallDesk()
    let first = try desk.load().version
    #expect(first.utf8.count == 32)
    var other = desk
    other.environment["CHAT_SECRET"] = "another-secret-another-secret-32"
    #expect(try other.load().version == first)
    other.files[SmallDesk.chat]? += "# a remark\n"
    #expect(try other.load().version != first)
  }

  @Test("a configuration is read again from its own files")
  func history() throws {
    let first = try SmallDesk().load()
    let again = try Configuration.load(
      files: first.files, directory: "/elsewhere", environment: SmallDesk().environment, secrets: .checking)
    #expect(again.version == first.version)
    #expect(again.table.queues == first.table.queues)
    #expect(try JSON(parsing: first.filesJSON).members?.count == 8)
    #expect(!first.filesJSON.contains("0123456789abcdef"))
  }
}
