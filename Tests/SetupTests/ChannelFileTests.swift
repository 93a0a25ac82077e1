import Channels
import Conversations
import Foundation
import Setup
import Testing

@Suite("A channel file") struct ChannelFileTests {
  private let hunter = "hunter2-very-secret-value"

  @Test("with unknown keys, wrong types and missing settings says so for each")
  func mistakes() {
    var desk = SmallDesk()
    desk.files["channels/mail.yaml"] = """
      kind: emial
      titel: Mailbox
      settings: {anything: 1}

      """
    desk.files["channels/page.yaml"] = """
      kind: messenger
      enabled: maybe
      language: 中文
      reply_through: page
      settings:
        page_idd: "1"
        app_secret: env:APP
        human_agent: perhaps
        text_max: much

      """
    #expect(
      desk.complaints == """
        channels/mail.yaml:1:7: there is no kind of channel `emial`
            did you mean `email`?
        channels/mail.yaml:2:1: unknown key `titel`
            did you mean `title`?
        channels/page.yaml:2:10: `enabled` is `maybe`, must be true or false
        channels/page.yaml:3:11: `language` is `中文`
            a language tag such as zh, en
        channels/page.yaml:4:16: `reply_through` is `page`
            another connection; leave it out to answer here
        channels/page.yaml:5:1: `settings.page_id` is missing
            the page this channel serves
        channels/page.yaml:5:1: `settings.verify_token` is missing
            the text you typed when subscribing the webhook
        channels/page.yaml:6:3: unknown key `page_idd`
            did you mean `page_id`?
        channels/page.yaml:7:15: `settings.app_secret`: env:APP is not set
            set it, or say `enabled: false`
        channels/page.yaml:8:16: `settings.human_agent` is `perhaps`, must be true or false
        channels/page.yaml:9:13: `settings.text_max` is `much`, must be a whole number
        """)
  }

  @Test(
    "holds no secret in the open, and none is ever printed",
    arguments: ["", "env:", "file:", "made:", "'", "- ", "env:9 "])
  func openSecret(prefix: String) {
    let value = prefix == "'" ? "'\(hunter)'" : prefix == "- " ? "[\(hunter), {a: \(hunter)}]" : prefix + hunter
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\nsettings: {session_secret: \(value)}\n")
    let report = desk.check()
    if prefix == "made:" { return #expect(report.isClean) }
    #expect(!report.isClean)
    #expect(report.problems.allSatisfy { $0.line == 2 })
    if prefix != "file:" { #expect(!report.text.contains("hunter2")) }
  }

  @Test("names a secret of the environment, in a file, or two while it is rotated")
  func secrets() throws {
    var desk = SmallDesk(
      SmallDesk.chat, "kind: webchat\nsettings: {session_secret: [env:CHAT_SECRET, 'file:secrets/chat']}\n")
    desk.files["secrets/chat"] = "fedcba9876543210fedcba9876543210\r\n"
    #expect(desk.complaints == "")
    #expect(try desk.load().connection(named: "chat")?.isEnabled == true)
    desk.environment = ["CHAT_SECRET": ""]
    desk.files["secrets/chat"] = "\n"
    #expect(
      desk.complaints == """
        channels/chat.yaml:2:29: `settings.session_secret[0]`: env:CHAT_SECRET is empty
            set it, or say `enabled: false`
        channels/chat.yaml:2:46: `settings.session_secret[1]`: file:secrets/chat is empty
            set it, or say `enabled: false`
        """)
  }

  @Test("may lack its secrets while it is not enabled, and in a dry run")
  func absentSecrets() throws {
    var desk = SmallDesk()
    desk.environment = [:]
    #expect(!desk.check().isClean)
    #expect(try desk.load(.dryRun).connection(named: "chat")?.isEnabled == false)
    desk.files[SmallDesk.chat]? += "enabled: no\n"
    #expect(desk.complaints == "")
    #expect(try desk.load().connections.map(\.isEnabled) == [false])
  }

  @Test("a made secret is made once, kept privately, and read again")
  func madeSecret() throws {
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("setup-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\nsettings: {session_secret: made:chat}\n")
    let disk = Disk.memory(
      Dictionary(uniqueKeysWithValues: desk.files.map { ("\(SmallDesk.folder)/\($0)", Array($1.utf8)) }),
      below: .machine)
    func load() throws {
      _ = try Configuration.load(
        directory: SmallDesk.folder, environment: [:], secrets: .serving(dataDirectory: data), disk: disk)
    }
    try load()
    let first = Disk.machine.contents("\(data)/secrets/chat")
    #expect(first?.count == 64)
    #expect(Disk.machine.mode("\(data)/secrets/chat") == 0o600)
    try load()
    #expect(Disk.machine.contents("\(data)/secrets/chat") == first)
  }

  @Test("a secret file that others may read is warned of")
  func openFile() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("setup-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\nsettings: {session_secret: 'file:\(file)'}\n")
    let disk = Disk.memory(
      Dictionary(uniqueKeysWithValues: desk.files.map { ("\(SmallDesk.folder)/\($0)", Array($1.utf8)) }),
      below: .machine)
    try Data("0123456789abcdef0123456789abcdef\n".utf8).write(to: URL(fileURLWithPath: file))
    for (mode, warnings) in [(0o644, 1), (0o640, 0), (0o600, 0), (0o660, 1)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      let report = checkConfiguration(directory: SmallDesk.folder, environment: [:], disk: disk)
      #expect(report.isClean)
      #expect(report.problems.count == warnings)
    }
  }

  @Test("that receives but cannot answer is warned of")
  func cannotAnswer() {
    var desk = SmallDesk()
    desk.files["channels/mail.yaml"] = "kind: email\nsettings: {address: a@example.com}\n"
    desk.files["channels/shut.yaml"] = "kind: email\nenabled: false\n"
    desk.files["channels/form.yaml"] = "kind: webform\nreply_through: shut\n"
    #expect(
      desk.complaints == """
        channels/form.yaml: warning: answers leave through `shut`, which is not enabled
        channels/mail.yaml:2:1: warning: `settings.smtp_host` is missing: messages come in, answers cannot leave
            the server that takes outgoing mail
        """)
    #expect(desk.check().isClean)
  }
}
