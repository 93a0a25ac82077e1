import Conversations

/// Customers who are treated alike: merchants, the press, staff. Rules and service targets may ask for a group.
package struct ContactGroup: Sendable, Hashable {
  package var name: String
  /// Mail addresses, `@domain.example` (that very domain), phone numbers in E.164, providers' ids, contact ids. Case does not
  /// count.
  package var members: [String]

  package init(name: String, members: [String]) {
    (self.name, self.members) = (name, members)
  }
}

/// Looks up whose groups an address is in.
struct ContactGroups: Sendable {
  /// Address as `ContactAddresses.key` writes it → places in `names`.
  private var places: [String: [Int]] = [:]
  private let names: [String]

  init(_ groups: [ContactGroup]) {
    names = groups.map(\.name)
    for (place, group) in groups.enumerated() {
      for member in Set(group.members.map(ContactAddresses.key)) { places[member, default: []].append(place) }
    }
  }

  /// Names of the groups that the sender is in, in the order of the table. Whoever wrote under an address that is not
  /// theirs is in none.
  func names(of input: RoutingInput) -> [String] {
    guard !places.isEmpty, input.trust != .failed else { return [] }
    return Set(ContactAddresses.keys(of: input).flatMap { places[$0] ?? [] }).sorted().map { names[$0] }
  }
}

/// What a list of contacts may name of a sender.
enum ContactAddresses {
  static func key(_ address: String) -> String { address.lowercased() }

  /// The contact's id, each address, and of mail addresses the domain with its `@`.
  static func keys(of input: RoutingInput) -> [String] {
    var keys = input.contact.map { [$0.description] } ?? []
    for address in input.addresses {
      let address = key(address)
      keys.append(address)
      if let at = address.lastIndex(of: "@"), at > address.startIndex { keys.append(String(address[at...])) }
    }
    return keys
  }
}
