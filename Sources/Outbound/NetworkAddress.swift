import CCurl
import Glibc

/// An IP address that a name was resolved to, and whether it is out on the public internet. Pure.
///
/// Which ranges are not: the IANA special-purpose address registries (RFC 6890, as of 2026) and multicast. What carries an
/// IPv4 address inside (mapped, compatible, 6to4, Teredo, NAT64) could lead back into the house and is refused, too.
package struct NetworkAddress: Sendable, Hashable {
  /// 4 or 16, in network order.
  package let bytes: [UInt8]

  /// `bytes` are 4 (IPv4) or 16 (IPv6).
  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// As text: `192.0.2.7` or `2001:db8::7`; nothing else that a libc might take for an address.
  package init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
    } else {
      return nil
    }
  }

  /// `nil` for an address of another family.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }

  package var isPublic: Bool {
    if bytes.count == 4 { return !Self.closedV4.contains { matches($0) } }
    // 2000::/3 is all that has been given out as global unicast (RFC 4291 §2.4).
    return bytes[0] & 0xE0 == 0x20 && !Self.closedV6.contains { matches($0) }
  }

  private struct Range: Sendable {
    let start: [UInt8]
    let bits: Int
    init(_ start: [UInt8], _ bits: Int) { (self.start, self.bits) = (start, bits) }
  }

  private func matches(_ range: Range) -> Bool {
    for bit in 0..<range.bits {
      let (index, mask) = (bit / 8, UInt8(0x80) >> UInt8(bit % 8))
      let wanted = index < range.start.count ? range.start[index] : 0
      guard bytes[index] & mask == wanted & mask else { return false }
    }
    return true
  }

  private static let closedV4: [Range] = [
    Range([0], 8), Range([10], 8), Range([100, 64], 10), Range([127], 8), Range([169, 254], 16), Range([172, 16], 12),
    Range([192, 0, 0], 24), Range([192, 0, 2], 24), Range([192, 88, 99], 24), Range([192, 168], 16),
    Range([198, 18], 15), Range([198, 51, 100], 24), Range([203, 0, 113], 24), Range([224], 4), Range([240], 4),
  ]

  private static let closedV6: [Range] = [
    // Protocol assignments with Teredo, documentation, 6to4, documentation again (RFC 9637).
    Range([0x20, 0x01, 0x00], 23), Range([0x20, 0x01, 0x0D, 0xB8], 32), Range([0x20, 0x02], 16),
    Range([0x3F, 0xFF, 0x00], 20),
  ]
}
