import CCurl
import Conversations
import Glibc

/// One request under way: what its callbacks have gathered so far. Lives on its lane's thread only.
final class Transfer {
  enum Stop { case tooLarge, byListener, byCaller, byClosing, byAddress }

  let submission: Submission
  let easy: EasyHandle
  private let inbox: Inbox
  /// Why we ended it ourselves; libcurl then reports a failure that is not one.
  private(set) var stop: Stop?
  private(set) var dialogue = SMTPDialogue()
  /// The second try of a mail whose kept connection was stale.
  let isSecondTry: Bool
  private var status = 0
  private var headers = Headers()
  private var headerSize = 0
  private var body: [UInt8] = []
  /// What is to be sent: a mail, or the body of a web request.
  private let message: [UInt8]
  private var messageOffset = 0

  static let headerSizeMax = 256 << 10

  init(_ submission: Submission, on easy: EasyHandle, from inbox: Inbox, isSecondTry: Bool) {
    (self.submission, self.easy, self.inbox, self.isSecondTry) = (submission, easy, inbox, isSecondTry)
    switch submission.request {
    case .mail(let mail): message = withNetworkLineEnds(mail.message)
    case .http(let request): message = request.body
    }
  }

  var messageSize: Int { message.count }

  /// One header line of any answer on the way, interim ones and redirects included.
  /// - Returns: `false` to end the transfer.
  func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerSize += line.count
    guard headerSize <= Self.headerSizeMax else { return end(.tooLarge) }
    if line.starts(with: "HTTP/".utf8) {
      status = statusCode(line)
      headers = Headers()
    } else if body.isEmpty, let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let value = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...])
      headers.add(String(decoding: line[..<colon], as: UTF8.self), trimmed(value))
    }
    return true
  }

  /// - Returns: `false` to end the transfer.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let onBytes = submission.onBytes, (200..<300).contains(status) {
      return onBytes([UInt8](bytes)) ? true : end(.byListener)
    }
    guard body.count + bytes.count <= submission.responseSizeMax else { return end(.tooLarge) }
    body.append(contentsOf: bytes)
    return true
  }

  /// Fills `buffer` with the next bytes of what is sent; 0 = all.
  func giveMessage(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, message.count - messageOffset)
    message.withUnsafeBytes { bytes in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[messageOffset..<messageOffset + count]))
    }
    messageOffset += count
    return count
  }

  /// Whether a connection may be made to an address that the host's name was resolved to; the first that may not ends
  /// the transfer, others of the same name are not tried.
  func mayConnect(to address: UnsafePointer<sockaddr>) -> Bool {
    guard let address = NetworkAddress(address), address.isPublic else { return end(.byAddress) }
    return stop == nil
  }

  func sawCommand(_ line: UnsafeRawBufferPointer) { dialogue.sent(line) }
  func sawReply(_ line: UnsafeRawBufferPointer) { dialogue.received(line) }

  /// Whether libcurl is to abort the transfer.
  ///
  /// A mail may not simply be taken out of the multi handle: libcurl 7.88 would then write the final dot after what had
  /// been sent so far, and half a mail would arrive.
  func isStopped() -> Bool {
    if stop == nil, case .mail = submission.request, let stop = inbox.unreadStop(of: submission.ticket) { end(stop) }
    return stop != nil
  }

  /// Marks the transfer as ended by us; the first reason stays.
  @discardableResult
  func end(_ stop: Stop) -> Bool {
    if self.stop == nil { self.stop = stop }
    return false
  }

  /// What the ended web transfer comes to.
  func webResponse(_ code: CURLcode) -> OutboundResponse {
    if let failure = ownFailure { return .failed(failure) }
    guard code == CURLE_OK || stop == .byListener else { return .failed(failure(code)) }
    return .http(status: status, headers: headers, body: body)
  }

  /// What the ended mail transfer comes to.
  func mailVerdict(_ code: CURLcode) -> MailVerdict {
    guard case .mail(let mail) = submission.request else { return .answered(webResponse(code)) }
    if let failure = ownFailure { return .answered(.failed(failure)) }
    let isReused = easy.long(CURLINFO_NUM_CONNECTS) == 0
    return MailVerdict(
      dialogue: dialogue, recipients: mail.recipients, failure: code == CURLE_OK ? nil : failure(code),
      isReused: isReused && !isSecondTry)
  }

  private var ownFailure: TransportFailure? {
    switch stop {
    case .tooLarge: TransportFailure(kind: .tooLarge, detail: "the answer is larger than is allowed")
    case .byCaller: TransportFailure(kind: .cancelled, detail: "cancelled")
    case .byClosing: TransportFailure(kind: .cancelled, detail: "the courier was closed")
    case .byAddress: TransportFailure(kind: .invalid, detail: "the host's address is not a public one")
    case .byListener, nil: nil
    }
  }

  private func failure(_ code: CURLcode) -> TransportFailure {
    TransportFailure(code: code, words: withoutSecrets(easy.errorWords, of: submission.request))
  }

  private func statusCode(_ line: UnsafeRawBufferPointer) -> Int {
    guard let space = line.firstIndex(of: 32) else { return 0 }
    return line[(space + 1)...].prefix { (48...57).contains($0) }.prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
  }
}

/// RFC 9110 §5.5: white space around a field's value is not part of it.
private func trimmed(_ bytes: UnsafeRawBufferPointer) -> String {
  func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
  guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(decoding: bytes[first...last], as: UTF8.self)
}

/// libcurl's words, or none where they repeat what must not be logged: a URL's user information, path or query, a login.
func withoutSecrets(_ words: String, of request: OutboundRequest) -> String {
  let secrets: [String]
  switch request {
  case .http(let request):
    let url = request.url.reveal()
    let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? url
    let userInformation = rest.split(separator: "@", maxSplits: 1).first.map(String.init) ?? ""
    let path = rest.firstIndex { "/?#".contains($0) }.map { String(rest[$0...].dropFirst()) } ?? ""
    secrets = [rest.contains("@") ? userInformation : "", path] + path.split { "?&=/".contains($0) }.map(String.init)
  case .mail(let request): secrets = [request.server.password?.reveal() ?? ""]
  }
  return secrets.contains { $0.utf8.count >= 4 && words.contains($0) } ? "" : words
}
