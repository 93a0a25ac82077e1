package import Conversations

/// A file that a message only refers to.
package struct MediaReference: Sendable {
  /// As in `Attachment.url`.
  package var url: String
  package var kind: Attachment.Kind
  /// The token that the router fetched for the channel, where its adapter says how.
  package var accessToken: Secret?
  package init(url: String, kind: Attachment.Kind, accessToken: Secret? = nil) {
    (self.url, self.kind, self.accessToken) = (url, kind, accessToken)
  }

  /// The id behind `scheme:`; `nil` for another scheme or no id.
  package func id(_ scheme: String) -> String? {
    guard url.hasPrefix("\(scheme):"), url.utf8.count > scheme.utf8.count + 1 else { return nil }
    return String(url.dropFirst(scheme.count + 1))
  }

  /// Whether what stands behind a web address is content of a message and no page to be visited.
  package var isFile: Bool {
    switch kind {
    case .image, .video, .audio, .file, .sticker, .story: true
    case .location, .contact, .link, .unsupported: false
    }
  }
}

/// One exchange on the way to a file.
package struct MediaFetch: Sendable {
  package var request: HTTPRequest
  /// Whom the request, and redirects from it, may reach: `files.example.com`, `*.example.com` (not the name itself).
  package var hosts: [String]
  /// The API's address from the settings. What has its scheme, host and port is trusted as the operator's own word, on
  /// whatever machine it stands.
  package var base: String?
  /// Reads an answer that is not the file but says where it is; `nil` = the answer is the file.
  package var locate: (@Sendable (OutboundResponse) throws(Unfetchable) -> MediaFetch?)?

  package init(
    _ request: HTTPRequest, hosts: [String], base: String? = nil,
    locate: (@Sendable (OutboundResponse) throws(Unfetchable) -> MediaFetch?)? = nil
  ) {
    (self.request, self.hosts, self.base, self.locate) = (request, hosts, base, locate)
  }

  /// A plain download. Providers that still write `http://` serve the same by https.
  package static func download(_ url: String, hosts: [String], base: String? = nil, headers: Headers = Headers())
    -> MediaFetch
  {
    let secure = url.hasPrefix("http://") && base.map(url.hasPrefix) != true ? "https://" + url.dropFirst(7) : url
    return MediaFetch(
      HTTPRequest(method: "GET", url: Secret(secure), headers: headers, timeoutSeconds: 60), hosts: hosts, base: base)
  }
}

/// Why the content of an attachment cannot be got.
package enum Unfetchable: Error, Sendable, Hashable {
  case never(String)
  case later(afterSeconds: Int?, String)
  /// The channel's credentials are missing or not accepted.
  case unauthorized(String)
}

extension Adapter {
  /// A web address of one of the provider's hosts; `nil` for anything else.
  func download(_ reference: MediaReference, hosts: [String], headers: Headers = Headers()) -> MediaFetch? {
    guard reference.isFile, reference.url.hasPrefix("https://") || reference.url.hasPrefix("http://") else {
      return nil
    }
    let fetch = MediaFetch.download(reference.url, hosts: hosts, headers: headers)
    guard let address = MediaAddress(fetch.request.url.reveal()), address.isAllowed(by: fetch) else { return nil }
    return fetch
  }
}

/// A web address that somebody else gave us, taken apart strictly: what two readers might read differently is none.
package struct MediaAddress: Sendable, Hashable {
  package let scheme: String
  package let host: String
  package let port: Int
  /// Path and query.
  package let rest: String

  /// `http://` or `https://`, a host of letters, digits, dots and hyphens (or, in brackets, an IPv6 address), a port or
  /// none, and visible ASCII behind it. No user information, no backslash.
  package init?(_ text: String) {
    guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      return nil
    }
    let scheme =
      text.lowercased().hasPrefix("https://") ? "https" : text.lowercased().hasPrefix("http://") ? "http" : nil
    guard let scheme else { return nil }
    let behind = text.dropFirst(scheme.utf8.count + 3)
    let authority = behind.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@"), let (host, port) = Self.split(authority, scheme: scheme) else { return nil }
    (self.scheme, self.host, self.port) = (scheme, host, port)
    let rest = behind.dropFirst(authority.count).prefix { $0 != "#" }
    self.rest = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
  }

  private static func split(_ authority: Substring, scheme: String) -> (host: String, port: Int)? {
    var (host, port) = (authority, scheme == "https" ? 443 : 80)
    let colon =
      authority.hasPrefix("[")
      ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : authority.firstIndex(of: ":")
    if authority.hasPrefix("["), colon == nil { return nil }
    if let colon, colon < authority.endIndex {
      guard authority[colon] == ":" else { return nil }
      let digits = authority[authority.index(after: colon)...]
      guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let number = Int(digits), (1...65_535).contains(number)
      else { return nil }
      (host, port) = (authority[..<colon], number)
    }
    let isName = host.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "-")
    }
    guard !host.isEmpty, isName || host.hasPrefix("["), !host.hasPrefix("."), !host.hasSuffix(".") else { return nil }
    return (host.lowercased(), port)
  }

  /// Whether a fetch may go there: the API's own address, or https on its own port at one of the provider's hosts.
  package func isAllowed(by fetch: MediaFetch) -> Bool {
    isBase(of: fetch) || (scheme == "https" && port == 443 && fetch.hosts.contains(where: matches))
  }

  package func isBase(of fetch: MediaFetch) -> Bool {
    guard let base = fetch.base.flatMap({ MediaAddress($0) }) else { return false }
    return (scheme, host, port) == (base.scheme, base.host, base.port)
  }

  private func matches(_ pattern: String) -> Bool {
    pattern.hasPrefix("*.") ? host.hasSuffix(pattern.dropFirst(1)) : host == pattern
  }

  package var text: String {
    let standard = scheme == "https" ? 443 : 80
    return "\(scheme)://\(host)\(port == standard ? "" : ":\(port)")\(rest)"
  }

  /// Where a redirect from here leads (RFC 9110 §10.2.2): an absolute address, or a path on the same host.
  package func redirected(to location: String) -> MediaAddress? {
    if location.hasPrefix("//") { return MediaAddress("\(scheme):\(location)") }
    if location.contains("://") { return MediaAddress(location) }
    guard location.hasPrefix("/") else { return nil }
    let standard = scheme == "https" ? 443 : 80
    return MediaAddress("\(scheme)://\(host)\(port == standard ? "" : ":\(port)")\(location)")
  }
}
