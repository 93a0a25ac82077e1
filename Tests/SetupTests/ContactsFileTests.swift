import Conversations
import Routing
import Setup
import Testing

@Suite("Groups of customers in files") struct ContactsFileTests {
  private static let path = "channels/routing/contacts.yaml"
  private static let groups = """
    groups:
      merchants:
        members: ["@shop.example", li@other.example, "+8613800001111"]
      press: {members: [desk@daily.example]}

    """

  @Test("groups are read, and rules and targets name them")
  func read() throws {
    var desk = SmallDesk(Self.path, Self.groups)
    desk.files[SmallDesk.targets] = """
      targets:
        - {name: merchants, when: {groups: [merchants]}, hours: hotline, first_response: 1h}
        - {name: all, hours: hotline, first_response: 4h}

      """
    desk.files[SmallDesk.categories] = """
      fallback: other
      rules:
        - name: papers
          when: {groups: [press], priorities: [normal]}
          then: {queue: triage}
          examples:
            - {text: 我要退款, queue: triage}
            - {text: 我要退款, from: li@other.example, queue: payments}
      categories:
        refund: {queue: payments, keywords: {zh: [退款], en: [refund]}, examples: [我要退款]}
        other: {queue: triage}

      """
    #expect(desk.complaints == "")
    let table = try desk.load().table
    #expect(table.contactGroups.map(\.name) == ["merchants", "press"])
    #expect(table.contactGroups[0].members == ["@shop.example", "li@other.example", "+8613800001111"])
    #expect(table.targets[0].when.groups == ["merchants"])
    #expect(table.rules[0].when.groups == ["press"] && table.rules[0].when.priorities == [.normal])
  }

  @Test("a desk does without them")
  func absent() throws {
    #expect(try SmallDesk().load().table.contactGroups == [])
  }

  static let mistakes: [(String, String)] = [
    ("groups: {Merchants: {members: [a@b.example]}}", "a name of a-z"),
    ("groups: {merchants: {}}", "members"),
    ("groups: {merchants: {members: [\"+86 138 0000 1111\"]}}", "one address without spaces"),
    ("groups: {merchants: {members: [\"+86138-00001111\"]}}", "E.164"),
    ("groups: {merchants: {members: [\"@shop\"]}}", "@ and a domain"),
    ("groups: {merchants: {members: [a@b.example, A@b.example]}}", "A@b.example"),
    ("groups: {merchants: {member: [a@b.example]}}", "did you mean `members`"),
    ("group: {}", "did you mean `groups`"),
    ("", "contacts.yaml"),
  ]

  @Test("mistakes are told with their place", arguments: mistakes)
  func mistake(text: String, words: String) {
    let complaints = SmallDesk(Self.path, text.isEmpty ? "" : text + "\n").complaints
    #expect(complaints.contains(Self.path) && complaints.contains(words), "\(complaints)")
  }

  @Test("a group that nobody defined is refused, with the nearest name")
  func unknown() {
    var desk = SmallDesk(Self.path, Self.groups)
    desk.files[SmallDesk.targets] =
      "targets:\n  - {name: m, when: {groups: [merchant]}, first_response: 1h}\n  - {name: all, first_response: 4h}\n"
    #expect(desk.complaints.contains("did you mean `merchants`"), "\(desk.complaints)")
  }
}
