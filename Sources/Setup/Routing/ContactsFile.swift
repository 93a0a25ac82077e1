import Conversations
import Routing

/// Reads `channels/routing/contacts.yaml`, which a desk may do without: groups of customers that rules and targets name.
struct ContactsFile {
  let file: SourceFile

  func read(_ root: YAMLNode) -> [ContactGroup] {
    guard let map = MapReader(root, at: "", of: file) else { return [] }
    let groups = map.namedMaps("groups", required: "groups by name, such as merchants").map { group($0.name, $0.map) }
    map.finish()
    return groups
  }

  private func group(_ name: String, _ map: MapReader) -> ContactGroup {
    let members = map.texts(
      "members", required: "mail addresses, @domain.example, phone numbers like +8613800000000, or providers' ids")
    map.finish()
    var seen: [String: Mark] = [:]
    for member in members {
      if let wanted = fault(of: member.value) {
        file.complain(
          .badValue(path: map.way(to: "members"), read: clipped(member.value), wanted: wanted), at: member.mark)
      }
      let key = member.value.lowercased()
      if let first = seen[key] {
        file.complain(
          .doubledName(kind: "member", name: clipped(member.value), firstPlace: "line \(first.line)"), at: member.mark)
      }
      seen[key] = member.mark
    }
    return ContactGroup(name: name, members: members.map(\.value))
  }

  /// What would have to stand in the place of a member that can be nobody's address.
  private func fault(of member: String) -> String? {
    if member.contains(where: \.isWhitespace) || member.isEmpty { return "one address without spaces" }
    if member.hasPrefix("+") {
      let digits = member.utf8.dropFirst()
      let isNumber = (4...15).contains(digits.count) && digits.allSatisfy { (48...57).contains($0) }
      return isNumber ? nil : "a phone number in E.164: + and digits only"
    }
    if member.hasPrefix("@"), member.dropFirst().contains("@") || !member.contains(".") || member.hasSuffix(".") {
      return "@ and a domain, such as @shop.example"
    }
    return nil
  }
}
