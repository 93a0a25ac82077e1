import Foundation
import Testing

/// A real IMAP server with its own configuration, ports and mail, for one test.
///
/// Mail lies in Maildir folders, so that a test can put it there and take it away behind everybody's back.
final class Dovecot: Sendable {
  static let program = "/usr/sbin/dovecot"
  static let password = "the secret of this box"

  /// Whether the program is here. Without it tests are skipped, and say so; with `CI` set they fail instead.
  static var isAvailable: Bool { isThere(program, package: "dovecot-imapd") }

  let folder: String
  let (imap, imaps): (Int, Int)
  var certificate: String { folder + "/cert.pem" }

  private let server: LeashedServer

  private init(folder: String, imap: Int, imaps: Int, users: [String]) throws {
    (self.folder, self.imap, self.imaps) = (folder, imap, imaps)
    try Files(folder: folder, imap: imap, imaps: imaps).write(users)
    server = try LeashedServer(Self.program, ["-F", "-c", folder + "/dovecot.conf"])
  }

  /// A port that was free may be another test's by the time the server binds it: then with other ports once more.
  static func start(users: [String]) async throws -> Dovecot {
    var log = ""
    for _ in 1...3 {
      let folder = try shortFolder("dovecot")
      let (imap, imaps) = (try freePort(), try freePort())
      let server = try Dovecot(folder: folder, imap: imap, imaps: imaps, users: users)
      if await eventually(20, { Wire(port: imap, seconds: 2)?.answersGreeting ?? false }) { return server }
      log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "no log"
      server.stop()
    }
    throw NotUp(log: log)
  }

  struct NotUp: Error { var log: String }

  func stop() {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  static let tokenKey = "a key for access tokens, thirty-two bytes or more"
  fileprivate static var isRoot: Bool { geteuid() == 0 }
  fileprivate static var owner: String { isRoot ? "mail" : NSUserName() }

  // MARK: The mail

  private func box(_ user: String, _ folder: String?) -> String {
    "\(self.folder)/mail/\(user)" + (folder.map { "/.\($0)" } ?? "")
  }

  /// Puts a mail into a mailbox, the later the higher `order`.
  @discardableResult
  func put(_ mail: [UInt8], for user: String, order: Int) throws -> String {
    let name = "\(1_700_000_000 + order).M\(order)P1.test"
    let (temporary, path) = ("\(box(user, nil))/tmp/\(name)", "\(box(user, nil))/new/\(name)")
    try Data(mail).write(to: URL(fileURLWithPath: temporary))
    if Self.isRoot { try run("/bin/chown", ["mail:mail", temporary]) }
    try FileManager.default.moveItem(atPath: temporary, toPath: path)
    return name
  }

  /// Mails of a folder with their flags as the server tells another client, e.g. `1 \\Seen`; `\\Recent` is left out.
  func flags(of user: String, in folder: String = "INBOX") async -> [String] {
    await onThread { [imap] in
      guard let wire = Wire(port: imap, seconds: 5) else { return ["no connection"] }
      _ = wire.receive { $0.contains("\r\n") }
      wire.send(
        Array(
          "a LOGIN \(user) \"\(Self.password)\"\r\nb EXAMINE \"\(folder)\"\r\nc UID FETCH 1:* FLAGS\r\nd LOGOUT\r\n"
            .utf8))
      let text = wire.receive { $0.contains("\r\nd ") }
      return text.split(separator: "\r\n").compactMap { line in
        guard let flags = line.firstRange(of: "FETCH (UID "), let list = line.firstRange(of: " FLAGS (") else {
          return nil
        }
        let words = line[list.upperBound...].prefix { $0 != ")" }.split(separator: " ").filter { $0 != "\\Recent" }
        return ([line[flags.upperBound..<list.lowerBound]] + words).joined(separator: " ")
      }
    }
  }

  /// Takes a mail away, as another client's EXPUNGE does.
  func expunge(_ name: String, of user: String) throws {
    for part in ["new", "cur"] {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: "\(box(user, nil))/\(part)")) ?? []
      where file.hasPrefix(name) {
        try FileManager.default.removeItem(atPath: "\(box(user, nil))/\(part)/\(file)")
      }
    }
  }

  /// Makes every UID void: the index is lost, as after a restore.
  func forgetUIDs(of user: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: box(user, nil)) where name.hasPrefix("dovecot") {
      try FileManager.default.removeItem(atPath: "\(box(user, nil))/\(name)")
    }
  }
}

extension Wire {
  fileprivate var answersGreeting: Bool { receive { $0.contains("\r\n") }.hasPrefix("* OK") }
}

/// What the server reads before it starts.
private struct Files {
  let folder: String
  let (imap, imaps): (Int, Int)

  init(folder: String, imap: Int, imaps: Int) {
    (self.folder, self.imap, self.imaps) = (folder, imap, imaps)
  }

  private var certificateArguments: [String] {
    [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout",
      folder + "/key.pem", "-out", folder + "/cert.pem", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=DNS:localhost",
    ]
  }

  /// As root the mail is another user's: Dovecot serves nobody's mail as root. Otherwise everything is ours.
  func write(_ users: [String]) throws {
    let owner = Dovecot.owner
    let ours =
      Dovecot.isRoot
      ? "" : "default_internal_user = \(owner)\ndefault_login_user = \(owner)\nservice anvil {\n  chroot =\n}\n"
    let text = """
      base_dir = \(folder)/run
      state_dir = \(folder)/run
      log_path = \(folder)/log
      protocols = imap
      listen = 127.0.0.1
      ssl = yes
      ssl_cert = <\(folder)/cert.pem
      ssl_key = <\(folder)/key.pem
      auth_mechanisms = plain login xoauth2 oauthbearer
      auth_failure_delay = 0
      first_valid_uid = 1
      mail_location = maildir:\(folder)/mail/%u
      maildir_very_dirty_syncs = no
      \(ours)passdb {
        driver = passwd-file
        args = scheme=PLAIN username_format=%u \(folder)/users
      }
      passdb {
        driver = oauth2
        mechanisms = xoauth2 oauthbearer
        args = \(folder)/oauth2.conf
      }
      userdb {
        driver = static
        args = uid=\(owner) gid=\(Dovecot.isRoot ? "mail" : String(getegid())) home=\(folder)/mail/%u
      }
      service imap-login {
        \(Dovecot.isRoot ? "" : "chroot =\n  ")inet_listener imap {
          port = \(imap)
        }
        inet_listener imaps {
          port = \(imaps)
          ssl = yes
        }
      }
      service anvil {
        unix_listener anvil-auth-penalty {
          mode = 0
        }
      }
      service stats {
        unix_listener stats-writer {
          mode = 0666
        }
      }

      """
    try text.write(toFile: folder + "/dovecot.conf", atomically: true, encoding: .utf8)
    try writePeople(users)
    try run("/usr/bin/openssl", certificateArguments)
  }

  /// Passwords, where tokens are checked, and an empty mailbox each.
  private func writePeople(_ users: [String]) throws {
    try users.map { "\($0):{PLAIN}\(Dovecot.password)\n" }.joined()
      .write(toFile: folder + "/users", atomically: true, encoding: .utf8)
    try """
    introspection_mode = local
    local_validation_key_dict = fs:posix:prefix=\(folder)/keys/
    username_attribute = sub

    """.write(toFile: folder + "/oauth2.conf", atomically: true, encoding: .utf8)
    try writeKey()
    for user in users {
      for part in ["cur", "new", "tmp"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/mail/\(user)/\(part)", withIntermediateDirectories: true)
      }
    }
    if Dovecot.isRoot { try run("/bin/chown", ["-R", "mail:mail", folder + "/mail"]) }
  }

  /// The key that access tokens are signed with, where Dovecot looks for it: `<azp>/<algorithm>/<kid>`.
  private func writeKey() throws {
    let place = folder + "/keys/default/HS256"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try Data(Dovecot.tokenKey.utf8).base64EncodedString()
      .write(toFile: place + "/default", atomically: true, encoding: .utf8)
  }
}

// MARK: What servers need

/// A folder with a short name: Unix sockets have room for 107 bytes.
func shortFolder(_ name: String) throws -> String {
  let path = "/tmp/pb-\(name)-\(UUID().uuidString.prefix(8))"
  try FileManager.default.createDirectory(
    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
  return path
}

/// A port on the loopback that nobody listens at now.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
    }
  }
  try #require(isBound)
  return Int(UInt16(bigEndian: address.sin_port))
}

func run(_ program: String, _ arguments: [String]) throws {
  let process = Process()
  (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
  process.standardInput = FileHandle.nullDevice
  let output = try shortFolder("out")
  defer { try? FileManager.default.removeItem(atPath: output) }
  try Data().write(to: URL(fileURLWithPath: output + "/talk"))
  let talk = try FileHandle(forWritingTo: URL(fileURLWithPath: output + "/talk"))
  (process.standardOutput, process.standardError) = (talk, talk)
  try process.run()
  process.waitUntilExit()
  let words = (try? String(contentsOfFile: output + "/talk", encoding: .utf8)) ?? ""
  try #require(process.terminationStatus == 0, "\(program) \(arguments): \(words)")
}

/// Whether a server's program is installed; its absence is told, and a failure where `CI` is set.
func isThere(_ program: String, package: String) -> Bool {
  if FileManager.default.isExecutableFile(atPath: program) { return true }
  FileHandle.standardError.write(Data("SKIPPED: no \(program) for the tests (Debian package \(package))\n".utf8))
  return ProcessInfo.processInfo.environment["CI"] != nil
}
