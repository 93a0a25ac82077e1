import Channels
import Routing
import Setup
import Testing

@Suite("A file that is not the YAML it should be") struct YAMLMistakeTests {
  @Test("a small desk is clean") func clean() {
    #expect(SmallDesk().complaints == "")
  }

  @Test("an unknown key is told with the nearest one")
  func unknownKey() {
    let desk = SmallDesk(SmallDesk.targets, "targets:\n  - name: all\n    hours: hotline\n    first_respones: 4h\n")
    #expect(
      desk.complaints == """
        channels/routing/targets.yaml:2:5: `targets[0].first_response` is missing
            promise at least one of first_response, next_reply, resolution
        channels/routing/targets.yaml:4:5: unknown key `first_respones`
            did you mean `first_response`?
        """)
  }

  @Test("a doubled key is told with the line of the first one, and every one of them")
  func doubledKeys() {
    let desk = SmallDesk(
      SmallDesk.categories,
      """
      fallback: other
      categories:
        refund: {queue: payments}
        other: {queue: triage, queue: payments}
        refund:
          queue: triage
      fallback: refund

      """)
    #expect(
      desk.complaints == """
        channels/routing/categories.yaml:4:26: `queue` stands here again, first on line 4
            keep one of them
        channels/routing/categories.yaml:5:3: `refund` stands here again, first on line 3
            keep one of them
        channels/routing/categories.yaml:7:1: `fallback` stands here again, first on line 1
            keep one of them
        """)
  }

  @Test("a wrong type is told with what was read")
  func wrongType() {
    let desk = SmallDesk(SmallDesk.targets, "targets:\n  - name: [all]\n    first_response: soon\n    warn_at: many\n")
    #expect(
      desk.complaints == """
        channels/routing/targets.yaml:2:5: `targets[0].first_response` is missing
            promise at least one of first_response, next_reply, resolution
        channels/routing/targets.yaml:2:11: `targets[0].name` is a list, must be a text
        channels/routing/targets.yaml:3:21: `targets[0].first_response` is `soon`, must be a duration such as 90s, 30m, 4h, 2d or 1h30m
        channels/routing/targets.yaml:4:14: `targets[0].warn_at` is `many`, must be a share such as 0.8 or 80%
        """)
  }

  @Test("a syntax error is told at its line, and the other files are still read")
  func syntax() {
    var desk = SmallDesk(SmallDesk.categories, "fallback: other\ncategories: {refund: [a, b}\n")
    desk.files[SmallDesk.targets] =
      "targets:\n  - {name: all, hours: hotlin, first_response: 4h, when: {categories: [whatever]}}\n"
    #expect(
      desk.complaints == """
        channels/routing/categories.yaml:2:27: not YAML: did not find expected ',' or ']' (while parsing a flow sequence, line 2)
        channels/routing/targets.yaml:2:24: there is no calendar `hotlin`
            did you mean `hotline`?
        """)
  }

  @Test("a second colon on a line is explained") func secondColon() {
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\ntitle: Chat: the window\n")
    #expect(
      desk.complaints
        == "channels/chat.yaml:2:12: not YAML: a `: ` too many on this line; quote a text that holds one")
  }

  @Test("a tab is told as a tab") func tab() {
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\nsettings:\n\tsession_secret: env:CHAT_SECRET\n")
    #expect(desk.complaints == "channels/chat.yaml:3:1: a tab\n    YAML is indented with spaces")
  }

  @Test("an empty file, bytes that are not UTF-8 and a missing file are told")
  func unreadable() {
    var desk = SmallDesk(SmallDesk.reports, "# nothing but a comment\n")
    desk.files[SmallDesk.targets] = nil
    desk.files[SmallDesk.chat] = nil
    desk.bytes[SmallDesk.chat] = Array("kind: webchat\ntitle: caf".utf8) + [0xE9, 0x0A]
    desk.files[SmallDesk.hours] = "  \n"
    #expect(
      desk.complaints == """
        channels/chat.yaml:2:11: the file is not UTF-8: bad byte at offset 24
            save it as UTF-8
        channels/routing/hours.yaml: the file is empty
            write something into it, or remove it
        channels/routing/reports.yaml: the file is empty
            write something into it, or remove it
        channels/routing/targets.yaml: the file is missing
            write it; the sample desk has one to start from
        """)
  }

  @Test("anchors, tags, second documents and control characters are told")
  func beyondPlainYAML() {
    var desk = SmallDesk(
      SmallDesk.chat, "kind: &k webchat\ntitle: *k\nsettings: {session_secret: !vault env:CHAT_SECRET}\n")
    desk.files[SmallDesk.targets] = "targets: []\n---\ntargets: []\n"
    desk.files[SmallDesk.reports] = "reports: {}\n# \u{7}\n"
    #expect(
      desk.complaints == """
        channels/chat.yaml:1:1: `kind` is missing
            what kind of channel it is, such as email or webchat
        channels/chat.yaml:1:7: an anchor
            anchors and aliases are not read here: write the value out
        channels/chat.yaml:3:28: the tag `!vault`
            tags are not read here: leave it out, or quote the text
        channels/routing/reports.yaml:2:3: not YAML: control characters are not allowed
        channels/routing/targets.yaml:2:1: not YAML: `---` begins a second document; one file holds one (expected a single document in the stream, line 1)
        """)
  }

  @Test("a nest of brackets is refused before the parser recurses into it") func tooDeep() {
    let nest = String(repeating: "[", count: 100_000)
    let desk = SmallDesk(SmallDesk.reports, "reports: \(nest)\n")
    #expect(desk.complaints == "channels/routing/reports.yaml:1:1: nested too deeply\n    no key lies that deep")
  }

  @Test("a bomb of aliases costs nothing") func bomb() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, last) in zip("bcdefghij", "abcdefghi") {
      text += "\(name): &\(name) [" + (0..<9).map { _ in "*\(last)" }.joined(separator: ", ") + "]\n"
    }
    #expect(SmallDesk(SmallDesk.reports, text).check().errors.count >= 10)
  }

  @Test("words and times that YAML 1.1 takes for something else stay what was written")
  func traps() throws {
    var desk = SmallDesk(
      SmallDesk.reports,
      """
      reports:
        on: {every: week, on: sunday, at: 09:00, formats: [csv], folder: "0755", enabled: off}
        "no": {every: month, on: 31, at: 12:30, formats: csv, folder: no}

      """)
    desk.files[SmallDesk.hours] = """
      calendars:
        hotline:
          time_zone: Asia/Shanghai
          weekly: {mon: [[09:00, 12:00], [13:30, 18:00]], tue: [09:00, 18:00]}
          holidays: [2026-10-01]

      """
    desk.files["channels/yes.yaml"] =
      "kind: phone_log\ntitle: on\nlanguage: no\nenabled: yes\nsettings: {national_prefix: 010, our_numbers: [+861234, 0x1F]}\n"
    #expect(desk.complaints == "")
    let configuration = try desk.load()
    let reports = configuration.reports
    #expect(reports.map(\.schedule.name) == ["on", "no"])
    #expect(reports.map(\.schedule.timeOfDay) == [9 * 3600, 12 * 3600 + 30 * 60])
    #expect(reports.map(\.folder) == ["0755", "no"])
    #expect(reports.map(\.isEnabled) == [false, true])
    #expect(configuration.connection(named: "yes")?.title == "on")
    #expect(configuration.connection(named: "yes")?.language == "no")
    let weekly = configuration.table.calendars["hotline"]?.definition.weekly
    #expect(weekly?["mon"]?.map(\.from) == ["09:00", "13:30"])
    #expect(weekly?["tue"]?.map(\.to) == ["18:00"])
  }
}
