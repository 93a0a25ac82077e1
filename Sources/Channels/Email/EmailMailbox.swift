import Conversations
import Mail

/// The settings of a mailbox that mail is fetched from.
enum EmailMailbox {
  static let settings: [Setting] = [
    Setting("imap_host", .text, help: "the IMAP server to fetch mail from; without it nothing is fetched"),
    Setting("imap_port", .integer, help: "its port; by default 993 for tls, 143 otherwise"),
    Setting(
      "imap_encryption", .choice(["tls", "starttls", "none"]), default: "tls", help: "how the way there is protected"),
    Setting("imap_ca_file", .text, help: "a PEM file of authorities to trust for this server, instead of the system's"),
    Setting("imap_user", .text, help: "name to log in with; by default the address"),
    Setting("imap_password", .secret, help: "password to log in with"),
    Setting(
      "imap_oauth2_token_command", .text,
      help: "instead of a password: a shell command that prints an OAuth 2 access token, run at every login"),
    Setting(
      "imap_oauth2_token_file", .text, help: "instead of a password: a file that holds a fresh OAuth 2 access token"),
    Setting("imap_folder", .text, default: "INBOX", help: "the folder to fetch from"),
    Setting(
      "imap_after", .choice(["flag", "move", "delete"]), default: "flag",
      help: "what becomes of a mail once it is filed: marked as read, moved, or deleted"),
    Setting("imap_move_to", .text, help: "the folder for `imap_after: move`; made when it is missing"),
    Setting("imap_poll_seconds", .integer, default: 60, help: "how often to look for new mail"),
    Setting(
      "imap_size_max_mb", .integer, default: 50,
      help: "a larger mail is not fetched, only its header, which is parked for the operator"),
  ]

  /// The mailbox that the values describe; `nil` without `imap_host`.
  static func access(_ values: SettingValues, address: String?) throws(SettingProblem) -> MailboxAccess? {
    guard let host = values.text("imap_host") else {
      try refuseOrphans(values)
      return nil
    }
    guard isPlain(host), !host.contains("/") else { throw SettingProblem("imap_host", "is not the name of a server") }
    guard let user = values.text("imap_user") ?? address, isPlain(user) else {
      throw SettingProblem("imap_user", "is missing: the name to log in with")
    }
    let encryption = values.text("imap_encryption").flatMap { MailServer.Encryption(rawValue: $0) } ?? .tls
    let port = values.integer("imap_port") ?? (encryption == .tls ? 993 : 143)
    guard (1...65_535).contains(port) else { throw SettingProblem("imap_port", "must be between 1 and 65535") }
    let megabytes = values.integer("imap_size_max_mb") ?? 50
    let most = MailLimits().size >> 20
    guard (1...most).contains(megabytes) else {
      throw SettingProblem("imap_size_max_mb", "must be between 1 and \(most)")
    }
    let seconds = values.integer("imap_poll_seconds") ?? 60
    guard (1...86_400).contains(seconds) else {
      throw SettingProblem("imap_poll_seconds", "must be between 1 and 86400")
    }
    for key in ["imap_ca_file", "imap_oauth2_token_file"] {
      if let path = values.text(key), !path.hasPrefix("/") { throw SettingProblem(key, "must be an absolute path") }
    }
    let folder = values.text("imap_folder") ?? "INBOX"
    guard isFolder(folder) else { throw SettingProblem("imap_folder", "is not the name of a folder") }
    return MailboxAccess(
      host: host, port: port, encryption: encryption, user: user, credential: try credential(values),
      caFile: values.text("imap_ca_file"), folder: folder, afterwards: try afterwards(values, folder: folder),
      pollSeconds: seconds, sizeMax: megabytes << 20)
  }

  /// Half a mailbox is a slip: somebody meant mail to be fetched.
  private static func refuseOrphans(_ values: SettingValues) throws(SettingProblem) {
    let marks = ["imap_user", "imap_password", "imap_oauth2_token_command", "imap_oauth2_token_file", "imap_move_to"]
    guard let mark = marks.first(where: { values.json($0) != nil }) else { return }
    throw SettingProblem(mark, "is given without imap_host: no mail would be fetched")
  }

  private static func credential(_ values: SettingValues) throws(SettingProblem) -> MailboxAccess.Credential {
    var found: [(key: String, credential: MailboxAccess.Credential)] = []
    if let password = values.secret("imap_password") { found.append(("imap_password", .password(password))) }
    if let command = values.text("imap_oauth2_token_command"), !command.isEmpty {
      found.append(("imap_oauth2_token_command", .tokenCommand(command)))
    }
    if let file = values.text("imap_oauth2_token_file"), !file.isEmpty {
      found.append(("imap_oauth2_token_file", .tokenFile(file)))
    }
    guard let one = found.first else {
      throw SettingProblem(
        "imap_password", "is missing: give it, or imap_oauth2_token_command, or imap_oauth2_token_file")
    }
    guard found.count == 1 else { throw SettingProblem(found[1].key, "and \(one.key) exclude each other: keep one") }
    return one.credential
  }

  private static func afterwards(_ values: SettingValues, folder: String) throws(SettingProblem)
    -> MailboxAccess.Afterwards
  {
    let target = values.text("imap_move_to")
    switch values.text("imap_after") {
    case "move":
      guard let target else { throw SettingProblem("imap_move_to", "is missing: the folder for `imap_after: move`") }
      guard isFolder(target) else { throw SettingProblem("imap_move_to", "is not the name of a folder") }
      guard target != folder else {
        throw SettingProblem("imap_move_to", "is the folder that mail is fetched from: name another one")
      }
      return .move(to: target)
    case let other:
      guard target == nil else {
        throw SettingProblem("imap_move_to", "is given, but imap_after is not `move`: mail would stay where it is")
      }
      return other == "delete" ? .delete : .flag
    }
  }

  private static func isPlain(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 != 127 } }

  private static func isFolder(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
  }
}
