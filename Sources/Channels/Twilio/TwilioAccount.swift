import Conversations

/// One Twilio account as both adapters know it: which deliveries are its own, and how to call its API.
struct TwilioAccount: Sendable {
  let sid: String
  let ourNumbers: Set<String>
  /// Where Twilio reaches this channel; what it signs begins with it.
  let publicURL: String
  private let tokens: [Secret]

  static let settings: [Setting] = [
    Setting("account_sid", .text, required: true, help: "the account's SID, AC…"),
    Setting("auth_token", .secret, required: true, help: "the account's auth token; two while it is rotated"),
    Setting("public_url", .text, required: true, help: "the address of this channel as entered at Twilio"),
    Setting("our_numbers", .textList, default: [], help: "the numbers of this channel, +…; others are not taken in"),
  ]

  init(_ values: SettingValues) throws(SettingProblem) {
    sid = values.text("account_sid") ?? ""
    tokens = values.secrets("auth_token")
    ourNumbers = Set(values.list("our_numbers").map(TwilioNumber.normalize))
    publicURL = (values.text("public_url") ?? "").trimmingBlanks()
    guard publicURL.hasPrefix("https://") || publicURL.hasPrefix("http://"), !publicURL.contains("?") else {
      throw SettingProblem("public_url", "must be an http(s) address without a query")
    }
  }

  /// `X-Twilio-Signature`: base64 HMAC-SHA1 over the URL Twilio called and the form's parameters.
  /// twilio.com/docs/usage/security#validating-requests
  func verify(_ delivery: RawDelivery) -> Verdict {
    guard delivery.method == "POST" || delivery.method == "GET" else {
      return .refused(status: 405, reason: "method is neither POST nor GET")
    }
    guard let parameters = Self.signedParameters(delivery) else {
      return .refused(status: 403, reason: "the body is not covered by the signature")
    }
    let signature = delivery.headers["X-Twilio-Signature"]
    let isGenuine = urls(delivery).contains { url in
      let signed = Array(url.utf8) + parameters
      return Signatures.isGenuine(signature, .sha1, written: .base64, over: signed, secrets: tokens)
    }
    return isGenuine ? .accepted : .refused(status: 403, reason: "X-Twilio-Signature is missing or wrong")
  }

  /// The parameters of a genuine delivery: the form of a POST, the query of a GET.
  func parameters(_ delivery: RawDelivery) throws(Unreadable) -> FormFields {
    if delivery.method == "GET" { return FormFields(query: delivery.query) }
    guard Self.isForm(delivery) else { throw Unreadable(reason: "body is not a form") }
    return try RequestBody.urlEncoded(delivery.body)
  }

  /// Whether the delivery speaks of this account and, if it names one, of one of its numbers.
  func owns(_ fields: FormFields, number: String) -> Bool {
    if let account = fields["AccountSid"], account != sid { return false }
    return ourNumbers.isEmpty || PhoneNumbers.e164(number) == nil || ourNumbers.contains(number)
  }

  /// For `Authorization: Basic` (RFC 7617).
  private var credentials: String? {
    guard let token = tokens.first, !token.isEmpty else { return nil }
    return Signatures.write(Array("\(sid):\(token.reveal())".utf8), as: .base64)
  }

  /// Pictures and recordings: the API sends on to its stores, which must not see the account's password.
  func mediaFetch(_ reference: MediaReference, base: String) -> MediaFetch? {
    guard reference.isFile, reference.url.hasPrefix("http") else { return nil }
    let headers = Headers(credentials.map { [("Authorization", "Basic \($0)")] } ?? [])
    let fetch = MediaFetch.download(reference.url, hosts: Self.mediaHosts, base: base, headers: headers)
    guard let address = MediaAddress(fetch.request.url.reveal()), address.isAllowed(by: fetch) else { return nil }
    return fetch
  }

  private static let mediaHosts = ["*.twilio.com", "*.twiliocdn.com", "s3-external-1.amazonaws.com"]

  /// `POST BASE/2010-04-01/Accounts/SID/RESOURCE` with a form.
  func post(_ resource: String, base: String, form: [(String, String)]) throws(Unrenderable) -> OutboundRequest {
    guard let credentials else { throw Unrenderable("the channel cannot send: `auth_token` is not set") }
    let body = form.map { "\(FormFields.encode($0.0))=\(FormFields.encode($0.1))" }.joined(separator: "&")
    return .http(
      HTTPRequest(
        url: Secret("\(base)/2010-04-01/Accounts/\(FormFields.encode(sid))/\(resource)"),
        headers: Headers([
          ("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", "Basic \(credentials)"),
        ]), body: Array(body.utf8)))
  }

  /// The public URL with what came after it, as is and with and without its port: Twilio signs either.
  private func urls(_ delivery: RawDelivery) -> [String] {
    let rest = delivery.path + (delivery.query.isEmpty ? "" : "?\(delivery.query)")
    let scheme = publicURL.hasPrefix("https://") ? "https://" : "http://"
    let authority = publicURL.dropFirst(scheme.utf8.count).prefix { $0 != "/" }
    let path = publicURL.dropFirst(scheme.utf8.count + authority.utf8.count)
    let host = authority.prefix { $0 != ":" }
    let port =
      host.utf8.count < authority.utf8.count
      ? authority.dropFirst(host.utf8.count) : scheme == "https://" ? ":443" : ":80"
    return ["\(scheme)\(host)\(path)\(rest)", "\(scheme)\(host)\(port)\(path)\(rest)"]
  }

  private static func isForm(_ delivery: RawDelivery) -> Bool {
    let type = RequestBody.mediaType(delivery.headers["Content-Type"] ?? "")
    return type == "application/x-www-form-urlencoded"
  }

  /// What is appended to the URL: of a form each distinct name and value, sorted bytewise; of another body nothing,
  /// provided that the URL carries its hash. `nil` when the body is covered by neither.
  private static func signedParameters(_ delivery: RawDelivery) -> [UInt8]? {
    guard delivery.method == "POST", !delivery.body.isEmpty else { return [] }
    guard isForm(delivery) else {
      let hash = Signatures.hex(Signatures.digest(.sha256, of: delivery.body))
      let claimed = FormFields(query: delivery.query)["bodySHA256"] ?? ""
      return constantTimeEquals(claimed.lowercased().utf8, hash.utf8) ? [] : nil
    }
    guard let fields = FormFields(urlEncoded: delivery.body) else { return nil }
    let pairs = Set(fields.fields.map { Pair(name: Array($0.name.utf8), value: $0.bytes) })
    return pairs.sorted().flatMap { $0.name + $0.value }
  }

  private struct Pair: Hashable, Comparable {
    var name: [UInt8]
    var value: [UInt8]

    static func < (left: Pair, right: Pair) -> Bool {
      left.name == right.name
        ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
    }
  }
}

/// Numbers as Twilio writes them.
enum TwilioNumber {
  /// E.164 stays as it is, for answers go to it; senders that are no numbers (`ACME`, `client:ann`, short codes) too; withheld ones are `anonymous`.
  static func normalize(_ raw: String?) -> String {
    let line = raw?.callLine()
    let number = PhoneNumbers.e164(line) ?? PhoneNumbers.normalize(line, plan: .international)
    return spelled.contains(number.hasPrefix("+") ? String(number.dropFirst()) : number)
      ? PhoneNumbers.anonymous : number
  }

  /// Twilio dials words for withheld callers: ANONYMOUS is +266696687. support.twilio.com, "Calls from +266696687".
  private static let spelled = Set(
    ["ANONYMOUS", "RESTRICTED", "BLOCKED", "UNKNOWN", "UNAVAILABLE"].map { word in
      String(word.utf8.map { keypad[Int($0 - 65)] })
    })

  /// The key of each letter A…Z (ITU-T E.161).
  private static let keypad = Array("22233344455566677778889999")
}
