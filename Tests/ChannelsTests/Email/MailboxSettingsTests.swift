import Channels
import Conversations
import Testing

@Suite("The settings of a mailbox that is fetched from") struct MailboxSettingsTests {
  private func read(_ more: [String: JSON]) -> Result<MailboxAccess?, SettingProblem> {
    var members: [String: JSON] = [
      "address": "support@example.com", "imap_host": "imap.example.com", "imap_password": "p",
    ]
    for (key, value) in more { members[key] = value }
    let given = JSON.object(members.filter { !$0.value.isNull }.map { JSON.Member($0.key, $0.value) })
    let (values, problems) = SettingValues.check(given, against: Email.settings)
    if let problem = problems.first { return .failure(problem) }
    do { return .success(try Email(values).mailbox) } catch { return .failure(error) }
  }

  private func access(_ more: [String: JSON]) throws -> MailboxAccess { try #require(try read(more).get()) }

  @Test("need a host and a password; the rest follows")
  func least() throws {
    let access = try access([:])
    #expect(access.port == 993 && access.encryption == .tls && access.user == "support@example.com")
    #expect(access.credential == .password(Secret("p")) && access.folder == "INBOX" && access.afterwards == .flag)
    #expect(access.pollSeconds == 60 && access.sizeMax == 50 << 20)
    #expect(try read(["imap_host": .null, "imap_password": .null]).get() == nil)
    #expect(try self.access(["imap_encryption": "starttls"]).port == 143)
  }

  @Test("say what is to become of the mail and whose token opens the box")
  func more() throws {
    let access = try access([
      "imap_after": "move", "imap_move_to": "已处理", "imap_password": .null, "imap_oauth2_token_command": "cat token",
      "imap_size_max_mb": .number("5"), "imap_poll_seconds": .number("10"), "imap_user": "desk",
    ])
    #expect(access.afterwards == .move(to: "已处理") && access.credential == .tokenCommand("cat token"))
    #expect(access.sizeMax == 5 << 20 && access.pollSeconds == 10)
    #expect(access.place == "desk@imap.example.com:993/INBOX")
  }

  @Test(
    "that do not go together are told, by the key to change",
    arguments: [
      (["imap_host": .null], "imap_password"), (["imap_password": .null], "imap_password"),
      (["imap_oauth2_token_file": "/t"], "imap_oauth2_token_file"),
      (["imap_password": .null, "imap_oauth2_token_file": "t"], "imap_oauth2_token_file"),
      (["imap_after": "move"], "imap_move_to"), (["imap_move_to": "Done"], "imap_move_to"),
      (["imap_after": "move", "imap_move_to": "INBOX"], "imap_move_to"), (["imap_port": .number("0")], "imap_port"),
      (["imap_size_max_mb": .number("51")], "imap_size_max_mb"),
      (["imap_poll_seconds": .number("0")], "imap_poll_seconds"),
      (["imap_folder": "a\r\nb"], "imap_folder"), (["imap_host": "a b"], "imap_host"),
      (["imap_user": "a\r\nb"], "imap_user"), (["imap_ca_file": "ca.pem"], "imap_ca_file"),
      (["address": .null], "imap_user"),
    ] as [([String: JSON], String)])
  func wrong(more: [String: JSON], key: String) {
    guard case .failure(let problem) = read(more) else {
      Issue.record("accepted: \(more)")
      return
    }
    #expect(problem.key == key, "\(problem)")
    #expect(!problem.message.isEmpty)
  }
}
