import ArgumentParser
import Conversations
import Foundation
import Outbound

struct Deliver: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hands raw deliveries (a mail on stdin, call records…) to the running router.",
    discussion: """
      For a mail server's pipe: exit codes are those of sysexits.h. 65: nobody will ever read this delivery. 66: a file \
      cannot be read. 75, for everything else, misuse as well: the mail server tries again, and nothing is lost. \
      Needs PATCHBAY_URL and the token of an agent with the role admin in PATCHBAY_TOKEN.
      """)

  @Option(help: "The channel that takes it.") var channel: String
  @Option(help: "The envelope sender, as the mail server's pipe knows it.") var sender: String?
  @Option(help: "The envelope recipient.") var recipient: String?
  @Argument(help: "Files, one delivery each; none or `-` = standard input.") var file: [String] = []

  func run() async throws {
    guard let base = environment("PATCHBAY_URL"), let token = environment("PATCHBAY_TOKEN") else {
      throw Failure.temporary("set PATCHBAY_URL and PATCHBAY_TOKEN")
    }
    let courier = Courier(options: CourierOptions())
    defer { courier.close() }
    var worst: Int32 = 0
    for path in file.isEmpty ? ["-"] : file {
      guard let body = try? readInput(path) else {
        say("patchbay: cannot read \(path)")
        worst = max(worst, EX_NOINPUT)
        continue
      }
      worst = max(worst, await deliver(body, base: base, token: token, courier))
    }
    if worst != 0 { throw ExitCode(worst) }
  }

  private func deliver(_ body: [UInt8], base: String, token: String, _ courier: Courier) async -> Int32 {
    var url = base.hasSuffix("/") ? String(base.dropLast()) : base
    url += "/mail/\(channel)"
    let query = [("sender", sender), ("recipient", recipient)].compactMap { name, value in
      value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
    }
    if !query.isEmpty { url += "?" + query.joined(separator: "&") }
    let request = HTTPRequest(
      url: Secret(url), headers: Headers([("Authorization", "Bearer \(token)"), ("Content-Type", "message/rfc822")]),
      body: body,
      timeoutSeconds: 120)
    switch await courier.carry(.http(request)) {
    case .http(200, _, let answer):
      print(String(decoding: answer, as: UTF8.self))
      return 0
    case .http(let status, _, let answer):
      say("patchbay: \(status) \(String(decoding: answer.prefix(500), as: UTF8.self))")
      return Self.sysexit(status)
    case .failed(let failure):
      say("patchbay: \(failure.detail)")
      return 75
    case .mail(let code, let text):
      say("patchbay: \(code) \(text)")
      return 75
    }
  }

  /// sysexits.h: 65 (EX_DATAERR) for a delivery that nobody will ever read, 75 (EX_TEMPFAIL) for everything that is our own
  /// mistake or weakness — a wrong token, a channel that is not enabled, a full disk — so that no mail bounces for it.
  static func sysexit(_ status: Int) -> Int32 { [400, 413, 422].contains(status) ? 65 : 75 }
}
