import Conversations

/// The signature of a generic webhook: an HMAC over the body, and over a time and a nonce where the service sends them.
struct GenericDoor: Sendable {
  static let settings: [Setting] = [
    Setting("secret", .secret, required: true, help: "shared with the service; signs deliveries and answers"),
    Setting("signature_header", .text, default: "X-Signature", help: "the header with the signature"),
    Setting("signature_prefix", .text, default: "", help: "what stands before it there, e.g. sha256="),
    Setting("signature_hash", .choice(["sha256", "sha1"]), default: "sha256", help: "the HMAC's hash"),
    Setting("signature_encoding", .choice(["hex", "base64"]), default: "hex", help: "how it is written"),
    Setting(
      "signed", .text, default: "{body}",
      help: "what is signed: {body}, {timestamp} and {nonce} with anything between, e.g. {timestamp}.{body}"),
    Setting("timestamp_header", .text, help: "the header with the time of sending, in seconds or milliseconds"),
    Setting("nonce_header", .text, help: "the header with the nonce"),
    Setting("tolerance_seconds", .integer, default: 300, help: "how old, or how far ahead, a delivery may be"),
  ]

  private let secrets: [Secret]
  private let header: String
  private let prefix: String
  private let hash: Signatures.Hash
  private let writing: Signatures.Writing
  private let signed: String
  private let timestampHeader: String?
  private let nonceHeader: String?
  private let toleranceSeconds: Int64

  /// - Throws: what is checked and not signed would be checked for nothing.
  init(_ values: SettingValues) throws(SettingProblem) {
    secrets = values.secrets("secret")
    header = values.text("signature_header") ?? "X-Signature"
    prefix = values.text("signature_prefix") ?? ""
    hash = values.text("signature_hash") == "sha1" ? .sha1 : .sha256
    writing = values.text("signature_encoding") == "base64" ? .base64 : .hex
    signed = values.text("signed") ?? "{body}"
    (timestampHeader, nonceHeader) = (values.text("timestamp_header"), values.text("nonce_header"))
    toleranceSeconds = Int64(values.integer("tolerance_seconds") ?? 300)
    let checked = ["{body}"] + (timestampHeader == nil ? [] : ["{timestamp}"]) + (nonceHeader == nil ? [] : ["{nonce}"])
    if let unsigned = checked.first(where: { !signed.contains($0) }) {
      throw SettingProblem("signed", "must hold \(unsigned): what is not signed, anybody can change")
    }
  }

  func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let timestamp = timestampHeader.map { delivery.headers[$0] ?? "" } ?? ""
    let nonce = nonceHeader.map { delivery.headers[$0] ?? "" } ?? ""
    let bytes = signedBytes(body: delivery.body, timestamp: timestamp, nonce: nonce)
    guard
      Signatures.isGenuine(
        delivery.headers[header], prefix: prefix, hash, written: writing, over: bytes, secrets: secrets)
    else { return .refused(status: 401, reason: header) }
    guard timestampHeader == nil || isFresh(timestamp, now: now) else {
      return .refused(status: 401, reason: "the delivery's time is missing or too far from now")
    }
    return .accepted
  }

  /// For our own calls to the service: the same headers it signs with.
  func headers(signing body: [UInt8], nonce: String, now: Instant) -> Headers {
    var headers = Headers([("Content-Type", "application/json")])
    let timestamp = String(now.seconds)
    if let timestampHeader { headers.add(timestampHeader, timestamp) }
    if let nonceHeader { headers.add(nonceHeader, nonce) }
    guard let secret = secrets.first else { return headers }
    let bytes = signedBytes(body: body, timestamp: timestamp, nonce: nonce)
    headers.add(header, prefix + Signatures.write(Signatures.hmac(hash, secret: secret, over: bytes), as: writing))
    return headers
  }

  private func isFresh(_ timestamp: String, now: Instant) -> Bool {
    guard let sentAt = Instant(provider: .string(timestamp)) else { return false }
    return (-toleranceSeconds...toleranceSeconds).contains(now.seconds(since: sentAt))
  }

  /// The pattern with its places filled. What is filled in is never searched for places again.
  private func signedBytes(body: [UInt8], timestamp: String, nonce: String) -> [UInt8] {
    var (out, rest) = ([UInt8](), Substring(signed))
    let places: [(name: String, value: [UInt8])] = [
      ("{body}", body), ("{timestamp}", Array(timestamp.utf8)), ("{nonce}", Array(nonce.utf8)),
    ]
    while let first = rest.first {
      if let place = places.first(where: { rest.hasPrefix($0.name) }) {
        out += place.value
        rest = rest.dropFirst(place.name.count)
      } else {
        out += Array(String(first).utf8)
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
