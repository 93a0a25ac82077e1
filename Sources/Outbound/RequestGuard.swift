import Conversations

/// Refuses, before libcurl sees it, whatever would say something else on the wire than was meant. Pure.
///
/// The refusals name the place and never the value, which may be a secret.
struct RequestGuard {
  let allowedProtocols: Set<String>

  /// Where a request goes: what may be under way to it is counted together.
  struct Destination: Hashable, Sendable {
    /// `scheme://host:port` in lower case, without user information.
    let authority: String
  }

  /// - Throws: `TransportFailure` of kind `invalid`.
  func check(_ request: OutboundRequest) throws(TransportFailure) -> Destination {
    switch request {
    case .http(let request): return try check(request)
    case .mail(let request): return try check(request)
    }
  }

  private func check(_ request: HTTPRequest) throws(TransportFailure) -> Destination {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(Self.isTokenByte) else {
      throw invalid("the method is not a token")  // RFC 9110 §9.1
    }
    for field in request.headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
        throw invalid("a header's name is not a token")  // RFC 9110 §5.1
      }
      // RFC 9110 §5.5: no CR, LF, NUL; we write no other control character either.
      guard field.value.utf8.allSatisfy({ ($0 >= 32 && $0 != 127) || $0 == 9 }) else {
        throw invalid("the header \(field.name) has a control character in its value")
      }
      // RFC 9112 §6.3: libcurl writes the message's length; a second opinion is how requests are smuggled.
      guard !["content-length", "transfer-encoding"].contains(field.name.lowercased()) else {
        throw invalid("the header \(field.name) is written by the courier alone")
      }
    }
    return try destination(of: request.url.reveal())
  }

  private func destination(of url: String) throws(TransportFailure) -> Destination {
    guard url.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
      throw invalid("the URL has a space or a control character in it")
    }
    let bytes = url.utf8
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
      throw invalid("the URL does not begin with http:// or https://")
    }
    let scheme = String(url[..<colon]).lowercased()
    guard ["http", "https"].contains(scheme), allowedProtocols.contains(scheme) else {
      throw invalid("the URL's protocol is not one of those allowed")
    }
    let authority = bytes[bytes.index(colon, offsetBy: 3)...].prefix { !"/?#\\".utf8.contains($0) }
    let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[authority.index(after: $0)...] } ?? authority
    guard !host.isEmpty else { throw invalid("the URL names no host") }
    return Destination(authority: "\(scheme)://\(String(Substring(host)).lowercased())")
  }

  private func check(_ request: MailRequest) throws(TransportFailure) -> Destination {
    let scheme = request.server.encryption == .tls ? "smtps" : "smtp"
    guard allowedProtocols.contains(scheme) else { throw invalid("mail over \(scheme) is not allowed") }
    let host = request.server.host
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 != 127 && !"/@?#\\%<>\"[]".utf8.contains($0) }) else {
      throw invalid("the mail server's name cannot be one")
    }
    guard (1...65_535).contains(request.server.port) else { throw invalid("the mail server's port is not a port") }
    let credentials = [request.server.user ?? "", request.server.password?.reveal() ?? ""]
    guard credentials.allSatisfy({ !$0.utf8.contains(0) }) else { throw invalid("the mail login contains a NUL") }
    guard request.sender.isEmpty || Self.isAddress(request.sender) else {
      throw invalid("the envelope sender cannot be an address")
    }
    guard !request.recipients.isEmpty else { throw invalid("the mail has no recipient") }
    guard request.recipients.allSatisfy(Self.isAddress) else { throw invalid("a recipient cannot be an address") }
    return Destination(authority: "\(scheme)://\(host.lowercased()):\(request.server.port)")
  }

  /// Whether `text` stays one argument of MAIL or RCPT: no control character, no angle bracket, a space only inside
  /// quotes, 254 bytes at most (RFC 5321 §4.1.2, §4.5.3.1.3).
  static func isAddress(_ text: String) -> Bool {
    guard (1...254).contains(text.utf8.count) else { return false }
    var (isQuoted, isEscaped) = (false, false)
    for byte in text.utf8 {
      switch byte {
      case 0..<32, 127, UInt8(ascii: "<"), UInt8(ascii: ">"): return false
      case UInt8(ascii: " ") where !isQuoted: return false
      case UInt8(ascii: "\"") where !isEscaped: isQuoted.toggle()
      default: break
      }
      isEscaped = byte == UInt8(ascii: "\\") && isQuoted && !isEscaped
    }
    return !isQuoted
  }

  /// RFC 9110 §5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private func invalid(_ detail: String) -> TransportFailure { TransportFailure(kind: .invalid, detail: detail) }
}
