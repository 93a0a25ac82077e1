import Conversations
import Routing

/// The desk's settings as read; the names in them are checked when templates, categories and connections are known.
struct DeskDraft {
  var titles: [String: String]
  var languages: [String]
  var zone: CivilZone?
  var variables: [String: [String: String]] = [:]
  var acknowledgement: Located<String>?
  var afterHours: Located<String>?
  var byCategory: [(category: Located<String>, template: Located<String>)] = []
  var alert: AlertDraft?
  var address: String?
  var weights: [String: Int] = [:]

  init(titles: [String: String], languages: [String], zone: CivilZone?) {
    (self.titles, self.languages, self.zone) = (titles, languages, zone)
  }

  /// Every variable that any language has: what templates may use.
  var variableNames: [String] { Set(variables.values.flatMap(\.keys)).sorted() }

  func settings(
    templates: TemplateNames, categories: NameSet, channels: NameSet, receivers: Receivers, in file: SourceFile
  ) -> DeskSettings? {
    var automatic = AutomaticReplies()
    automatic.acknowledgement = templates.check(acknowledgement, for: [.acknowledgement], in: file)
    automatic.afterHours = templates.check(afterHours, for: [.afterHours], in: file)
    for (category, template) in byCategory {
      guard let category = categories.check(category, in: file) else { continue }
      automatic.byCategory[category] = templates.check(template, for: [.acknowledgement, .reply], in: file)
    }
    let alert = alert.flatMap {
      $0.settings(templates: templates, channels: channels, receivers: receivers, desk: self, in: file)
    }
    guard let zone, !languages.isEmpty else { return nil }
    var settings = DeskSettings(
      titles: titles, languages: languages, zone: zone, variables: variables, automatic: automatic, alert: alert,
      address: address)
    settings.weights = weights
    return settings
  }
}

/// What we send to our own people: an alert or a report.
struct MailDraft {
  var through: Located<String>?
  var recipients: [Located<String>]
  var template: Located<String>?
  var language: Located<String>?
  var isEnabled: Bool
  var mark: Mark

  /// `isMail`: no other connection than an e-mail one can carry it.
  init(_ map: MapReader, isMail: Bool) {
    mark = map.mark
    isEnabled = map.flag("enabled")?.value ?? true
    through = map.text("through", required: "the \(isMail ? "e-mail " : "")connection that sends it")
    recipients = map.texts("to", required: "the addresses it goes to")
    template = map.text("template", required: "the template of its text")
    language = map.text("language")
    for recipient in recipients where isMail && !isMailAddress(recipient.value) {
      map.file.complain(
        .badValue(path: map.way(to: "to"), read: clipped(recipient.value), wanted: "a mail address"), at: recipient.mark
      )
    }
    map.finish()
  }

  /// The language, one of the desk's.
  func language(of desk: DeskDraft, in file: SourceFile) -> String {
    NameSet("language of the desk", desk.languages).check(language, in: file) ?? desk.languages.first ?? "en"
  }
}

struct AlertDraft {
  let mail: MailDraft
  init(_ map: MapReader) { mail = MailDraft(map, isMail: false) }

  func settings(
    templates: TemplateNames, channels: NameSet, receivers: Receivers, desk: DeskDraft, in file: SourceFile
  ) -> AlertSettings? {
    let template = templates.check(mail.template, for: [.alert], in: file)
    let through = channels.check(mail.through, in: file).flatMap(ChannelName.init(rawValue:))
    receivers.check(mail.recipients, through: mail.through?.value, in: file)
    let language = mail.language(of: desk, in: file)
    guard mail.isEnabled, let template, let through else { return nil }
    return AlertSettings(
      template: template, through: through, recipients: mail.recipients.map(\.value), language: language)
  }
}

/// Good enough to catch a slip: one `@`, something on both sides, no spaces (RFC 5321 §4.1.2 allows much more to servers).
func isMailAddress(_ text: String) -> Bool {
  let halves = text.split(separator: "@", omittingEmptySubsequences: false)
  return halves.count == 2 && halves.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
    && text.unicodeScalars.allSatisfy {
      !$0.properties.isWhitespace && $0.value > 0x20 && !"<>,;\"".unicodeScalars.contains($0)
    }
}
