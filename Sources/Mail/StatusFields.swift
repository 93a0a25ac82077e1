/// `message/delivery-status` (RFC 3464 §2): groups of fields; also where broken senders forget the blank lines between.
enum StatusFields {
  private struct Group {
    var fields: [String: [UInt8]] = [:]

    func text(_ name: String) -> String? { fields[name].map { HeaderText.decoded($0).trimmed } }

    var recipient: String? {
      for name in ["final-recipient", "original-recipient", "x-actual-recipient"] {
        if let value = text(name), let address = StatusFields.address(value) { return address }
      }
      return nil
    }

    var diagnostic: String? { text("diagnostic-code").map { String($0.prefix(1000)) } }

    var statedStatus: String? { text("status").flatMap { EnhancedStatus.first(in: $0) } }

    var status: String? {
      EnhancedStatus.betterKnown(statedStatus, text("diagnostic-code").flatMap { EnhancedStatus.first(in: $0) })
    }

    var action: MailBounce.Action? {
      text("action").flatMap { $0.lowercased().split { !$0.isLetter }.first }.flatMap {
        MailBounce.Action(rawValue: String($0))
      }
    }
  }

  /// As many as an answer of ours has recipients.
  private static let failuresMax = 60

  /// The first recipient that failed, else the first of all.
  static func read(_ bytes: [UInt8]) -> MailBounce? {
    let groups = self.groups(bytes).filter {
      $0.recipient != nil || $0.fields["status"] != nil || $0.fields["action"] != nil
    }
    guard
      let group = groups.first(where: { $0.action == .failed }) ?? groups.first(where: { $0.action == .delayed })
        ?? groups.first
    else { return nil }
    // Without an action, the status tells (RFC 3463 §3.1).
    let action = group.action ?? (group.statedStatus?.first == "2" ? .delivered : nil)
    var bounce = MailBounce(
      recipient: group.recipient, status: group.status, action: action, diagnostic: group.diagnostic)
    bounce.failures = groups.filter { $0.action == .failed }.prefix(failuresMax).compactMap { failed in
      failed.recipient.map {
        MailBounce.Failure(recipient: $0, status: failed.status, diagnostic: failed.diagnostic)
      }
    }
    return bounce
  }

  private static func groups(_ bytes: [UInt8]) -> [Group] {
    var groups = [Group()]
    var last: String?
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let content = line.trimmingSpace
      if content.isEmpty {
        if !groups[groups.count - 1].fields.isEmpty { groups.append(Group()) }
        last = nil
      } else if let first = line.first, first == 0x20 || first == 0x09, let last {
        groups[groups.count - 1].fields[last]? += [0x20] + content
      } else if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
        let name = String(decoding: content[..<colon], as: UTF8.self).trimmed.lowercased()
        if name == "final-recipient", groups[groups.count - 1].fields[name] != nil { groups.append(Group()) }
        if groups[groups.count - 1].fields[name] == nil {
          groups[groups.count - 1].fields[name] = content[(colon + 1)...].trimmingSpace
        }
        last = name
      }
      if groups.count > 1000 { break }
    }
    return groups
  }

  /// `rfc822; a@b`, also without the type and in brackets.
  static func address(_ value: String) -> String? {
    let rest = value.split(separator: ";", maxSplits: 1).last.map(String.init) ?? value
    guard let address = AddressList.read(Array(rest.utf8)).first?.address, address.contains("@") else { return nil }
    return address
  }
}

/// Enhanced status codes (RFC 3463) in text.
enum EnhancedStatus {
  /// The first `4.y.z` or `5.y.z` that is no piece of an IP address or version.
  static func first(in text: String) -> String? { first(in: Array(text.utf8)) }

  static func first(in bytes: [UInt8]) -> String? {
    var index = 0
    while index + 4 < bytes.count {
      let byte = bytes[index]
      let isStart =
        (byte == UInt8(ascii: "4") || byte == UInt8(ascii: "5") || byte == UInt8(ascii: "2"))
        && bytes[index + 1] == UInt8(ascii: ".") && (index == 0 || !isPart(bytes[index - 1]))
      if isStart, let end = end(of: bytes, from: index) { return String(decoding: bytes[index..<end], as: UTF8.self) }
      index += 1
    }
    return nil
  }

  /// Whether the first enhanced code of `line` stands right behind an SMTP reply code of its class (RFC 2034 §4):
  /// `550 5.1.1`, `550-5.1.1`, `550 #5.1.1`.
  static func followsReply(_ line: String) -> Bool {
    let bytes = Array(line.utf8)
    for start in bytes.indices.dropFirst(4).dropLast() {
      let isStart = bytes[start] == UInt8(ascii: "4") || bytes[start] == UInt8(ascii: "5")
      guard isStart, bytes[start + 1] == UInt8(ascii: "."), end(of: bytes, from: start) != nil else { continue }
      var last = start - 1
      while last > 0, " -#(".utf8.contains(bytes[last]) { last -= 1 }
      let isReply =
        last < start - 1 && last >= 2 && bytes[last - 2] == bytes[start]
        && bytes[(last - 1)...last].allSatisfy { (0x30...0x39).contains($0) }
      if isReply, last == 2 || !isPart(bytes[last - 3]) { return true }
    }
    return false
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
  }

  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var index = start + 2
    for isLast in [false, true] {
      let digits = bytes[index...].prefix(4).prefix { (0x30...0x39).contains($0) }.count
      guard (1...3).contains(digits) else { return nil }
      index += digits
      if isLast { break }
      guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return nil }
      index += 1
    }
    let isInside =
      index < bytes.count && (bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: "-"))
      && index + 1 < bytes.count && (0x30...0x39).contains(bytes[index + 1])
    return isInside ? nil : index
  }

  /// `x.0.0` says nothing; a detailed code in the other side's words of the same class does.
  static func betterKnown(_ stated: String?, _ found: String?) -> String? {
    guard let stated else { return found }
    guard let found, stated.hasSuffix(".0.0"), found.first == stated.first else { return stated }
    return found
  }
}
