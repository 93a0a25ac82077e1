package import Conversations

/// FreeSWITCH: call detail records posted by mod_json_cdr and mod_xml_cdr in each of their encodings, and files of
/// mod_cdr_csv handed in by a collector.
package struct FreeSwitch: PhoneOnly {
  package static let kind = ChannelKind("freeswitch")
  package static let summary = "Calls of a FreeSWITCH: JSON, XML and CSV call detail records."
  package static let settings: [Setting] =
    [
      Setting("basic_user", .text, required: true, help: "user in `cred` of json_cdr.conf or xml_cdr.conf"),
      Setting("basic_password", .secret, required: true, help: "password in `cred`"), WallClock.setting,
      CallImport.followSetting,
    ] + PhoneLine.settings

  private let user: String
  private let passwords: [Secret]
  package let followedFile: String?
  private let line: PhoneLine
  private let clock: WallClock

  package init(_ values: SettingValues) throws(SettingProblem) {
    user = values.text("basic_user") ?? ""
    passwords = values.secrets("basic_password")
    followedFile = try CallImport.followedFile(values)
    line = try PhoneLine(values)
    clock = try WallClock(values)
  }

  /// Files, pipes and sockets on this machine are trusted.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    guard delivery.door == .http else { return .accepted }
    guard delivery.method == "POST" else { return .refused(status: 405, reason: "method is not POST") }
    let shown = Authorization.basic(delivery.headers)
    let isPassword = Signatures.isToken(shown?.password, oneOf: passwords)
    guard Signatures.isToken(shown?.user, oneOf: [Secret(user)]), isPassword else {
      return .refused(status: 401, reason: "user or password is missing or wrong")
    }
    return .accepted
  }

  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let content = try Self.content(delivery)
    let record: FreeSwitchCDR?
    switch content.first(where: { $0 > 0x20 && $0 < 0x80 }) {
    case UInt8(ascii: "{"): record = FreeSwitchCDR(json: try RequestBody.json(content))
    case UInt8(ascii: "<"): record = FreeSwitchCDR(xml: try Self.xml(content))
    default: return try CallImport.reading(content) { news($0, delivery) }
    }
    // An A-leg's uuid comes with a prefix, see `prefix-a-leg`.
    let query = FormFields(query: delivery.query)["uuid"].map { $0.hasPrefix("a_") ? String($0.dropFirst(2)) : $0 }
    let meaning = record?.meaning(line: line, clock: clock, uuid: query, receivedAt: delivery.receivedAt)
    switch meaning {
    case .call(let news): return Reading(events: [news.event()])
    case .innerLeg: return Reading(ignored: ["leg to an extension"])
    case .nameless: throw Unreadable(reason: "call record without a usable uuid")
    case nil: throw Unreadable(reason: "not a call record")
    }
  }

  private func news(_ record: RecordLine, _ delivery: RawDelivery) -> CallNews? {
    let cdr = FreeSwitchCDR(record, clock: clock)
    let meaning = cdr?.meaning(line: line, clock: clock, uuid: nil, receivedAt: delivery.receivedAt)
    guard case .call(let news) = meaning else { return nil }
    return news
  }

  private static func xml(_ content: [UInt8]) throws(Unreadable) -> XMLTree {
    do {
      return try XMLTree(parsing: content)
    } catch {
      throw Unreadable(reason: "body is not XML: \(error.rawValue)")
    }
  }

  /// The record itself: the body, or what follows `cdr=` in one of the modules' three encodings.
  private static func content(_ delivery: RawDelivery) throws(Unreadable) -> [UInt8] {
    guard delivery.body.starts(with: prefix) else { return delivery.body }
    let value = delivery.body.dropFirst(prefix.count)
    switch RequestBody.mediaType(delivery.headers["Content-Type"] ?? "") {
    // `encode=false` names a form and sends none: percent signs inside belong to the values.
    case "application/x-www-form-plaintext": return Array(value)
    case "application/x-www-form-base64-encoded":
      guard let bytes = Signatures.decodeBase64(String(decoding: value, as: UTF8.self).trimmingBlanks()) else {
        throw Unreadable(reason: "body is not base64")
      }
      return bytes
    default:
      let fields = try RequestBody.urlEncoded(delivery.body)
      return fields.fields.first { $0.name == "cdr" }?.bytes ?? []
    }
  }

  private static let prefix = Array("cdr=".utf8)
}
