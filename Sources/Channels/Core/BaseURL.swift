/// A provider's address in the settings (overridden in tests and behind gateways).
package enum BaseURL {
  /// `text` without a slash at the end. `https` anywhere; `http` only on this machine, because tokens travel with it.
  package static func check(_ text: String, key: String) throws(SettingProblem) -> String {
    var plain = text.trimmingBlanks()
    while plain.hasSuffix("/") { plain.removeLast() }
    let hasBlanks = plain.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
    if !hasBlanks, plain.hasPrefix("https://"), plain.utf8.count > 8 { return plain }
    if !hasBlanks, plain.hasPrefix("http://"), isLoopback(plain.dropFirst(7)) { return plain }
    throw SettingProblem(key, "must be an https:// address (http:// only on this machine)")
  }

  private static func isLoopback(_ rest: Substring) -> Bool {
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    return ["127.0.0.1", "localhost", "[::1]"].contains(host.lowercased())
  }
}
