package import Conversations

/// A request as captured in a file (`normalize --request`): what to hand to an adapter, and when it arrived.
package struct CapturedRequest: Sendable {
  package var delivery: RawDelivery
  /// The profile (channel) named in the path, empty if there is none.
  package var profile: String

  /// What is wrong with the file.
  package struct Problem: Error, Sendable, Hashable {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
  }

  /// No stored request is larger; protects from a `count` of 10^18.
  package static let bodyBytesMax = 256 << 20

  /// Reads `{"method","path","query","headers","body"|"body_base64"|"body_repeat","now"}`. `path` is
  /// `/webhooks/PROVIDER/PROFILE[/sub]` (or `/hooks/CHANNEL[/sub]`): only `/sub` goes on. `now` fills in for a missing
  /// time of arrival. `"transport":"pull"` marks the answer to a request of the router's own.
  package init(parsing bytes: [UInt8], now: Instant) throws(Problem) {
    let file: JSON
    do { file = try JSON(parsing: bytes) } catch { throw Problem("not JSON: \(error)") }
    guard file.members != nil else { throw Problem("not a JSON object") }
    let (profile, rest) = Self.split(path: file["path"]?.string ?? "")
    var arrival = now
    if let text = file["now"]?.string {
      guard let read = Instant(rfc3339: text) else { throw Problem("`now` is not an RFC 3339 time") }
      arrival = read
    }
    self.profile = profile
    // What the router would have fetched itself never came through a door that anybody can knock at.
    delivery = RawDelivery(
      door: file["transport"]?.string == "pull" ? .poll : .http,
      method: (file["method"]?.string ?? "POST").uppercased(), path: rest,
      query: file["query"]?.string ?? "", headers: Self.headers(file["headers"]), body: try Self.body(file),
      receivedAt: arrival)
  }

  /// A value may be one text or a list of them (a field sent twice).
  private static func headers(_ value: JSON?) -> Headers {
    var headers = Headers()
    for member in value?.members ?? [] {
      for text in member.value.array?.compactMap(\.text) ?? member.value.text.map({ [$0] }) ?? [] {
        headers.add(member.key, text)
      }
    }
    return headers
  }

  private static func split(path: String) -> (profile: String, rest: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let skipped = parts.first == "webhooks" ? 3 : parts.first == "hooks" ? 2 : 0
    guard skipped > 0, parts.count >= skipped else { return ("", path == "/" ? "" : path) }
    let rest = parts.dropFirst(skipped)
    return (String(parts[skipped - 1]), rest.isEmpty ? "" : "/" + rest.joined(separator: "/"))
  }

  private static func body(_ file: JSON) throws(Problem) -> [UInt8] {
    if let text = file["body"]?.string { return Array(text.utf8) }
    if let encoded = file["body_base64"]?.string {
      guard let bytes = Signatures.decodeBase64(encoded) else { throw Problem("`body_base64` is not base64") }
      return bytes
    }
    guard let form = file["body_repeat"], !form.isNull else { return [] }
    let (prefix, unit) = (Array((form["prefix"]?.string ?? "").utf8), Array((form["unit"]?.string ?? "").utf8))
    let suffix = Array((form["suffix"]?.string ?? "").utf8)
    guard let count = form["count"]?.int, count >= 0, count <= bodyBytesMax / max(1, unit.count) else {
      throw Problem("`body_repeat.count` is not a usable number")
    }
    var bytes = prefix
    bytes.reserveCapacity(prefix.count + unit.count * count + suffix.count)
    for _ in 0..<count { bytes += unit }
    return bytes + suffix
  }
}
