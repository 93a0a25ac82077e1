import Conversations
import Foundation
import Terminal

/// Where Patchbay is and who we are there.
struct Credentials: Sendable {
  /// Without a slash at the end and without `/api/v1`.
  var url: String
  var token: Secret

  /// Where a Patchbay on the same machine listens by default.
  static let urlDefault = "http://127.0.0.1:8080"

  static func path(_ console: Console) -> String { PrivateFiles.config(console.environment) + "/credentials" }

  /// `nil` when nobody has logged in.
  static func kept(_ console: Console) -> Credentials? {
    guard let bytes = PrivateFiles.read(path(console)), let json = try? JSON(parsing: bytes),
      let url = json["url"]?.string, let token = json["token"]?.string, !token.isEmpty
    else { return nil }
    return Credentials(url: url, token: Secret(token))
  }

  func keep(_ console: Console) throws(PrivateFiles.Failure) {
    let json: JSON = ["url": .string(url), "token": .string(token.reveal())]
    try PrivateFiles.write(json.bytes + [0x0A], to: Credentials.path(console))
  }

  /// The environment's word goes before what `login` kept; but a kept token never goes to another server than its own.
  static func current(_ console: Console) throws(AgentProblem) -> Credentials {
    let environment = console.environment
    let kept = kept(console)
    let wishedURL = environment["PATCHBAY_URL"].flatMap { $0.isEmpty ? nil : $0 }
    let url = try checked(wishedURL ?? kept?.url ?? urlDefault, console.speech)
    if let token = environment["PATCHBAY_TOKEN"], !token.isEmpty { return Credentials(url: url, token: Secret(token)) }
    guard let kept else {
      throw AgentProblem(.denied, console.speech(.notSignedIn), lines: [console.speech(.hint, "patchbay login")])
    }
    guard kept.url == url else { throw AgentProblem(.denied, console.speech(.otherServer, kept.url, url)) }
    return kept
  }

  /// An address as people type it, made regular.
  static func checked(_ text: String, _ say: Speech) throws(AgentProblem) -> String {
    var url = text.trimmingCharacters(in: .whitespaces)
    if !url.contains("://") {
      url = (url.hasPrefix("localhost") || url.hasPrefix("127.") ? "http://" : "https://") + url
    }
    while url.hasSuffix("/") { url.removeLast() }
    if url.hasSuffix("/api/v1") { url.removeLast("/api/v1".count) }
    guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme), parts.user == nil,
      parts.query == nil, parts.fragment == nil, let host = parts.host, !host.isEmpty
    else { throw AgentProblem(.usage, say(.badURL, text)) }
    return url
  }

  /// Whether the token would travel readable over a network.
  var isReadableOnTheWay: Bool {
    guard url.hasPrefix("http://"), let host = URLComponents(string: url)?.host else { return false }
    return !["localhost", "::1", "[::1]"].contains(host) && !host.hasPrefix("127.")
  }
}
