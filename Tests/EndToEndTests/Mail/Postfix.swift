import Foundation
import Testing

/// A real mail server with its own configuration, queue and port, for one test: it hands `example.com` to our LMTP door
/// and everything else to a pretend server. Postfix needs root, for its several users.
final class Postfix: Sendable {
  static let program = "/usr/lib/postfix/sbin/master"

  static var isAvailable: Bool {
    guard isThere(program, package: "postfix") else { return false }
    if geteuid() == 0 { return true }
    FileHandle.standardError.write(Data("SKIPPED: Postfix runs as root only\n".utf8))
    return false
  }

  let folder: String
  let port: Int
  private let server: LeashedServer

  /// `lmtp`: the port of our door; `world`: that of whoever takes everybody else's mail.
  static func start(lmtp: Int, world: Int) async throws -> Postfix {
    let folder = try shortFolder("postfix")
    let port = try freePort()
    try writeFiles(folder, port: port, lmtp: lmtp, world: world)
    for name in ["queue", "data"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    try run("/bin/chown", ["postfix", folder + "/data"])
    for name in [
      "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace",
    ] {
      try FileManager.default.createDirectory(atPath: "\(folder)/queue/\(name)", withIntermediateDirectories: true)
      try run("/bin/chown", ["postfix", "\(folder)/queue/\(name)"])
      try run("/bin/chmod", ["700", "\(folder)/queue/\(name)"])
    }
    for (name, mode) in [("maildrop", "1730"), ("public", "2710"), ("pid", "755")] {
      try FileManager.default.createDirectory(atPath: "\(folder)/queue/\(name)", withIntermediateDirectories: true)
      if name != "pid" { try run("/bin/chown", ["postfix:postdrop", "\(folder)/queue/\(name)"]) }
      try run("/bin/chmod", [mode, "\(folder)/queue/\(name)"])
    }
    let server = Postfix(
      folder: folder, port: port,
      server: try LeashedServer(
        program, ["-c", folder, "-d"],
        environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": folder]))
    let isUp = await eventually(20) { Wire(port: port, seconds: 2)?.isGreeted ?? false }
    try #require(isUp, "\(server.log)")
    return server
  }

  private init(folder: String, port: Int, server: LeashedServer) {
    (self.folder, self.port, self.server) = (folder, port, server)
  }

  func stop() {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "no log" }

  private static func writeFiles(_ folder: String, port: Int, lmtp: Int, world: Int) throws {
    try """
    compatibility_level = 3.6
    queue_directory = \(folder)/queue
    data_directory = \(folder)/data
    command_directory = /usr/sbin
    daemon_directory = /usr/lib/postfix/sbin
    mail_owner = postfix
    setgid_group = postdrop
    maillog_file = \(folder)/log
    maillog_file_prefixes = /tmp
    inet_interfaces = 127.0.0.1
    inet_protocols = ipv4
    myhostname = relay.test
    mydestination =
    alias_maps =
    alias_database =
    mynetworks = 127.0.0.0/8
    relay_domains = example.com
    relay_recipient_maps =
    smtpd_relay_restrictions = permit_mynetworks, reject
    recipient_delimiter = +
    transport_maps = inline:{ example.com=lmtp:inet:127.0.0.1:\(lmtp) }
    default_transport = smtp:[127.0.0.1]:\(world)
    disable_dns_lookups = yes
    smtp_host_lookup = native
    notify_classes =
    message_size_limit = 0
    mailbox_size_limit = 0

    """.write(toFile: folder + "/main.cf", atomically: true, encoding: .utf8)
    try """
    127.0.0.1:\(port) inet n - n - - smtpd
    pickup unix n - n 60 1 pickup
    cleanup unix n - n - 0 cleanup
    qmgr unix n - n 300 1 qmgr
    rewrite unix - - n - - trivial-rewrite
    bounce unix - - n - 0 bounce
    defer unix - - n - 0 bounce
    trace unix - - n - 0 bounce
    verify unix - - n - 1 verify
    flush unix n - n 1000? 0 flush
    proxymap unix - - n - - proxymap
    proxywrite unix - - n - 1 proxymap
    smtp unix - - n - - smtp
    relay unix - - n - - smtp
    error unix - - n - - error
    retry unix - - n - - error
    discard unix - - n - - discard
    lmtp unix - - n - - lmtp
    anvil unix - - n - 1 anvil
    scache unix - - n - 1 scache
    tlsmgr unix - - n 1000? 1 tlsmgr
    showq unix n - n - - showq
    postlog unix-dgram n - n - 1 postlogd

    """.write(toFile: folder + "/master.cf", atomically: true, encoding: .utf8)
  }

  /// Hands a mail over by SMTP; the answers, one a line.
  func take(_ mail: [UInt8], from sender: String, to recipients: [String]) async -> String {
    await onThread { [port] in
      guard let wire = Wire(port: port) else { return "no connection" }
      var answers = wire.answers(1)
      answers += wire.say("EHLO customer.example\r\n") + wire.say("MAIL FROM:<\(sender)>\r\n")
      for recipient in recipients { answers += wire.say("RCPT TO:<\(recipient)>\r\n") }
      answers += wire.say("DATA\r\n")
      wire.send(mail + Array("\r\n.\r\n".utf8))
      answers += wire.answers(1) + wire.say("QUIT\r\n")
      return answers.joined(separator: "\n")
    }
  }
}

extension Wire {
  fileprivate var isGreeted: Bool { receive { $0.contains("\r\n") }.hasPrefix("220") }
}
