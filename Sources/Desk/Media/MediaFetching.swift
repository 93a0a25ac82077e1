import Channels
import Conversations
import Outbound
import Storage

extension Desk {
  /// The largest file that is fetched: what chat providers let customers send, documents of WhatsApp apart.
  package static let mediaSizeMax = 32 << 20
  /// Exchanges on the way to one file: the one that tells where it is, the file, and redirects between them.
  static let mediaHopsMax = 6

  /// Fetches the file that an attachment refers to and keeps it under its hash.
  func fetchMedia(_ errand: ErrandRecord, _ channel: Connection, _ adapter: any Adapter) async throws -> ErrandOutcome {
    guard let id = errand.subject, let (attachment, conversation) = try await store.read({ try $0.attachment(id) }),
      let url = attachment.url, let kind = Attachment.Kind(rawValue: attachment.kind)
    else { return .finished }
    guard attachment.state != "stored" else { return .finished }
    let token: Secret?
    switch await accessToken(for: channel, adapter) {
    case .fromSettings: token = nil
    case .token(let fetched): token = fetched
    case .unavailable(let seconds, let reason): return .retry(afterSeconds: seconds, reason: reason)
    case .refused(let reason): return .unauthorized(reason: reason)
    }
    let reference = MediaReference(url: url, kind: kind, accessToken: token)
    guard let fetch = try adapter.mediaFetch(reference) else {
      return .failed(reason: "the address is not one of the provider's")
    }
    let (content, told) = try await MediaRoad(courier: courier, sizeMax: Desk.mediaSizeMax).content(fetch)
    let sniffed = MediaType.sniffed(content)
    if let problem = MediaType.contradiction(sniffed, of: kind) { return .failed(reason: problem) }
    let sha256 = sha256Hex(content)
    if let promised = attachment.sha256, promised != sha256 {
      return .retry(afterSeconds: nil, reason: "the file arrived damaged: its hash is not the one announced")
    }
    try await attachments.store(content, sha256: sha256)
    let type = MediaRoad.contentType(sniffed: sniffed, announced: attachment.contentType, told: told)
    let size = Int64(content.count)
    return .done { tx in
      try tx.setAttachment(id, state: "stored", sha256: sha256, size: size, contentType: type, detail: nil)
      return try tx.conversation(conversation).map { LiveChange("attachment", $0) }
    }
  }
}

/// The way to a file: every address on it is looked at before it is asked, and again when its name has been resolved.
struct MediaRoad: Sendable {
  let courier: Courier
  let sizeMax: Int

  /// The file's bytes, and what the server called them.
  func content(_ start: MediaFetch) async throws(Unfetchable) -> (bytes: [UInt8], type: String?) {
    var fetch = start
    for _ in 0..<Desk.mediaHopsMax {
      guard let address = MediaAddress(fetch.request.url.reveal()), address.isAllowed(by: fetch) else {
        throw .never("the file's address is not one of the provider's")
      }
      fetch.request.redirectsMax = 0
      fetch.request.reach = address.isBase(of: fetch) ? .anywhere : .publicOnly
      let response = await courier.carry(.http(fetch.request), responseSizeMax: sizeMax)
      if let next = try Self.redirect(response, from: address, fetch) {
        fetch = next
      } else if let locate = fetch.locate, let next = try locate(response) {
        fetch = next
      } else {
        return try Self.file(response, sizeMax: sizeMax)
      }
    }
    throw .never("the file's address leads on and on")
  }

  /// Where the answer sends us; `nil` when it does not. What proves who we are stays behind when the host changes.
  private static func redirect(_ response: OutboundResponse, from address: MediaAddress, _ fetch: MediaFetch)
    throws(Unfetchable) -> MediaFetch?
  {
    guard case .http(let status, let headers, _) = response, [301, 302, 303, 307, 308].contains(status) else {
      return nil
    }
    guard let location = headers["Location"], let next = address.redirected(to: location) else {
      throw .never("the file's address leads nowhere")
    }
    var following = fetch
    following.request.url = Secret(next.text)
    if (next.scheme, next.host, next.port) != (address.scheme, address.host, address.port) {
      following.request.headers = Headers()
      following.request.body = []
      following.request.method = "GET"
    }
    return following
  }

  private static func file(_ response: OutboundResponse, sizeMax: Int) throws(Unfetchable) -> (
    bytes: [UInt8], type: String?
  ) {
    switch response {
    case .mail: throw .never("not an HTTP answer")
    case .failed(let failure):
      switch failure.kind {
      case .tooLarge: throw .never("the file is larger than \(sizeMax >> 20) MB")
      case .invalid: throw .never(failure.detail)
      default: throw .later(afterSeconds: nil, "\(failure.kind.rawValue): \(failure.detail)")
      }
    case .http(let status, let headers, let body):
      switch status {
      // 202: LINE is still putting a film together.
      case 202: throw .later(afterSeconds: 10, "the provider is still preparing the file")
      case 200..<300:
        guard !body.isEmpty else { throw .never("the file is empty") }
        return (body, headers["Content-Type"])
      case 401, 403: throw .unauthorized("the provider does not hand out the file (HTTP \(status))")
      case 404, 410: throw .never("the provider no longer has the file (HTTP \(status))")
      case 408, 425, 429, 500..<600:
        throw .later(
          afterSeconds: OutcomeRules.retryAfterSeconds(headers, now: nil), "the provider answered HTTP \(status)")
      default: throw .never("the provider answered HTTP \(status)")
      }
    }
  }

  /// What the bytes are, where they tell; a container that documents share is called what the message called it.
  static func contentType(sniffed: String?, announced: String?, told: String?) -> String? {
    guard let sniffed, sniffed != "application/zip" else {
      let word = announced ?? told.map { String($0.prefix { $0 != ";" }) }
      return word.map { $0.lowercased().hasPrefix("text/html") ? "application/octet-stream" : $0 } ?? sniffed
    }
    return sniffed
  }
}
