package import Conversations
import Crypto
import Foundation
package import Logging
package import Outbound
package import Routing
package import Storage

/// What every part of the desk works with: the store, the configuration of the moment, the time, and who must be told.
package final class Desk: Sendable {
  package let store: Store
  package let attachments: AttachmentStore
  package let reportFolder: ReportFolder
  package let configuration: ConfigurationBox
  /// Reads the files again for a reload; `nil` = this desk has none.
  let reader: ConfigurationReader?
  let reloadGate = ReloadGate()
  /// Calendars as they were; filled from the store when the configuration is remembered.
  let calendars = CalendarBook()
  package let courier: Courier
  package let keys: DeskKeys
  package let ids: IDMaker
  package let redactor: Redactor
  package let counters = Counters()
  package let feed = LiveFeed()
  package let log: Logger
  /// Wakes the delivery loop when something has been put into the outbox.
  package let outboxBell = Bell()
  /// Wakes the search lane when something has been written.
  package let searchBell = Bell()
  /// Wakes the errands when one has been put down.
  package let errandBell = Bell()
  /// Wakes the offering when work may have come, or room for it.
  let offerBell = Bell()
  /// Wakes the collecting when mailboxes may have changed.
  let collectingBell = Bell()
  package let typing = TypingMarks()
  let liveToday = LiveToday()
  let accessTokens = AccessTokens()
  let paces = SendingPaces()
  let reach = Reach()
  /// The present; a rehearsal moves it.
  package let now: @Sendable () -> Instant

  package init(
    store: Store, attachments: AttachmentStore, reportFolder: ReportFolder, configuration: DeskConfiguration,
    courier: Courier, keys: DeskKeys,
    node: Int, log: Logger, reader: ConfigurationReader? = nil, now: @escaping @Sendable () -> Instant
  ) {
    (self.store, self.attachments, self.courier) = (store, attachments, courier)
    self.reportFolder = reportFolder
    (self.configuration, self.keys) = (ConfigurationBox(configuration), keys)
    (ids, self.log, self.now) = (IDMaker(node: node), log, now)
    self.reader = reader
    redactor = Redactor(token: { keys.redactionToken(for: $0) })
  }

  /// An id for a row made at `now`.
  func newID(_ now: Instant) -> Int64 { ids.next(at: now) }
}

/// Keys derived from the desk's one secret, each for one purpose (RFC 5869).
package struct DeskKeys: Sendable {
  /// The present one first.
  private let threads: [SymmetricKey]
  private let redaction: SymmetricKey
  private let tokens: SymmetricKey
  /// The present one first.
  private let surveys: [SymmetricKey]
  /// The present one first.
  private let files: [SymmetricKey]

  /// `secret`: at least 32 bytes of chance, the same in every process that shares the store. `retired`: earlier secrets,
  /// whose marks in mails that are out in the world still count.
  package init(secret: [UInt8], retired: [[UInt8]] = []) {
    func derived(_ secret: [UInt8], _ purpose: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: secret), info: Array(purpose.utf8), outputByteCount: 32)
    }
    threads = ([secret] + retired).map { derived($0, "patchbay thread tokens v1") }
    redaction = derived(secret, "patchbay redaction tokens v1")
    tokens = derived(secret, "patchbay access tokens v1")
    surveys = ([secret] + retired).map { derived($0, "patchbay survey tokens v1") }
    files = ([secret] + retired).map { derived($0, "patchbay file tokens v1") }
  }

  /// A provider's access token as it may lie in the store: AES-GCM, bound to its channel, base64.
  func seal(_ token: Secret, for channel: String) throws -> String {
    let box = try AES.GCM.seal(
      Array(token.reveal().utf8), using: tokens, authenticating: Array(channel.utf8))
    return box.combined?.base64EncodedString() ?? ""
  }

  /// `nil` for what was sealed under another secret or for another channel.
  func unseal(_ text: String, for channel: String) -> Secret? {
    guard let data = Data(base64Encoded: text), let box = try? AES.GCM.SealedBox(combined: data),
      let plain = try? AES.GCM.open(box, using: tokens, authenticating: Array(channel.utf8))
    else { return nil }
    return Secret(String(decoding: plain, as: UTF8.self))
  }

  /// Eight characters that are equal for equal card numbers and say nothing else about them.
  package func redactionToken(for digits: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Array(digits.utf8), using: redaction)
    return base32(Array(code.prefix(5)))
  }

  /// 80 bits that only this desk can make for `conversation`.
  func threadCode(for conversation: ConversationID) -> String { threadCodes(for: conversation)[0] }

  /// 80 bits that only this desk can make for a survey; by every key that counts, the present one first.
  func surveyCodes(for survey: Int64) -> [String] { surveys.map { code("survey \(survey)", $0) } }

  /// The same for an attachment's address that holds until `until`, in seconds since 1970.
  func fileCodes(for attachment: Int64, until: Int64) -> [String] {
    files.map { code("file \(attachment) \(until)", $0) }
  }

  /// By every key that counts, the present one first.
  func threadCodes(for conversation: ConversationID) -> [String] { threads.map { code("thread \(conversation)", $0) } }

  private func code(_ text: String, _ key: SymmetricKey) -> String {
    base32(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).prefix(10)))
  }
}

/// RFC 4648 §6 in lower case, without padding.
func base32(_ bytes: [UInt8]) -> String {
  let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  var (out, buffer, bits) = ([UInt8](), 0, 0)
  for byte in bytes {
    (buffer, bits) = (buffer << 8 | Int(byte), bits + 8)
    while bits >= 5 {
      out.append(letters[buffer >> (bits - 5) & 31])
      bits -= 5
    }
    buffer &= 0xFF
  }
  if bits > 0 { out.append(letters[buffer << (5 - bits) & 31]) }
  return String(decoding: out, as: UTF8.self)
}

/// Lower-case hex SHA-256.
package func sha256Hex(_ bytes: some Sequence<UInt8>) -> String {
  hex(SHA256.hash(data: Array(bytes)))
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var out = [UInt8]()
  for byte in bytes {
    out.append(digits[Int(byte >> 4)])
    out.append(digits[Int(byte & 15)])
  }
  return String(decoding: out, as: UTF8.self)
}
