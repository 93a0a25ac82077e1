package import Conversations

/// How commands are written (RFC 3501 §6, §9). Pure.
package enum IMAPWords {
  /// A mailbox name as servers want it: modified UTF-7 (RFC 3501 §5.1.3) in quotes.
  package static func folder(_ name: String) -> String { quoted(modifiedUTF7(name)) }

  package static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars where scalar.value >= 32 && scalar.value != 127 {
      if scalar == "\"" || scalar == "\\" { out.append("\\") }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }

  /// `3,5:9` of sorted or unsorted numbers.
  package static func set(_ numbers: some Sequence<UInt32>) -> String {
    var ranges: [(UInt32, UInt32)] = []
    for number in numbers.sorted() {
      if let last = ranges.last, number <= last.1 { continue }
      if let last = ranges.last, last.1 &+ 1 == number {
        ranges[ranges.count - 1].1 = number
      } else {
        ranges.append((number, number))
      }
    }
    return ranges.map { $0.0 == $0.1 ? "\($0.0)" : "\($0.0):\($0.1)" }.joined(separator: ",")
  }

  private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

  private static func modifiedUTF7(_ name: String) -> String {
    var (out, pending) = ([UInt8](), [UInt16]())
    func flush() {
      guard !pending.isEmpty else { return }
      out.append(UInt8(ascii: "&"))
      var (buffer, bits) = (UInt32(0), UInt32(0))
      for unit in pending {
        (buffer, bits) = (buffer << 16 | UInt32(unit), bits + 16)
        while bits >= 6 {
          bits -= 6
          out.append(base64[Int(buffer >> bits & 63)])
        }
        buffer &= (1 << bits) - 1
      }
      if bits > 0 { out.append(base64[Int(buffer << (6 - bits) & 63)]) }
      out.append(UInt8(ascii: "-"))
      pending = []
    }
    for unit in name.utf16 {
      guard (0x20...0x7E).contains(unit) else {
        pending.append(unit)
        continue
      }
      flush()
      out.append(UInt8(unit))
      if unit == UInt8(ascii: "&") { out.append(UInt8(ascii: "-")) }
    }
    flush()
    return String(decoding: out, as: UTF8.self)
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// RFC 3501 §9 `date`: `1-Feb-1994`.
  package static func date(_ date: CivilDate) -> String { "\(date.day)-\(months[(date.month - 1) % 12])-\(date.year)" }

  /// `date-time`, e.g. `17-Jul-1996 02:44:25 -0700`.
  package static func instant(_ text: String) -> Instant? {
    let words = text.split(separator: " ")
    guard words.count == 3 else { return nil }
    let date = words[0].split(separator: "-")
    let time = words[1].split(separator: ":").compactMap { Int64($0) }
    guard date.count == 3, time.count == 3, let day = Int(date[0]), let year = Int(date[2]), (1...9999).contains(year),
      let month = months.firstIndex(where: { $0.lowercased() == date[1].lowercased() }),
      let civil = CivilDate(year: year, month: month + 1, day: day), words[2].utf8.count == 5,
      let zone = Int64(words[2].dropFirst()), time.allSatisfy({ (0...60).contains($0) })
    else { return nil }
    let seconds = civil.daysSinceEpoch * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    let offset = (zone / 100 * 60 + zone % 100) * 60
    return Instant(seconds: words[2].first == "-" ? seconds + offset : seconds - offset)
  }
}
