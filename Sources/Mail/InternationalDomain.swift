import CGMime
import Glibc

extension MailComposer {
  /// `li@例子.中国` → `li@xn--fsqu00a.xn--fiqs8s` (RFC 5891): every server takes that, SMTPUTF8 or not. The part before
  /// the `@` stays as it is. `nil` when the domain cannot be written so.
  package static func withASCIIDomain(_ address: String) -> String? {
    guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    guard !address[at...].utf8.allSatisfy({ $0 < 0x80 }) else { return address }
    // The domain alone: a local part that is not ASCII needs SMTPUTF8 and is no domain's business.
    MimeLibrary.start()
    guard let found = patchbay_idn_address("x" + address[at...]) else { return nil }
    defer { free(found) }
    let ascii = String(cString: found).dropFirst()
    guard ascii.first == "@", ascii.count > 3, ascii.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    return String(address[..<at]) + String(ascii)
  }
}
