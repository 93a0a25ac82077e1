import Conversations
import Routing
import Setup
import Testing

@Suite("A mistake in a routing file") struct MistakeTests {
  @Test("unknown queues, calendars, channels, kinds and categories are told with the nearest name, all at once")
  func unknownNames() {
    var desk = SmallDesk(
      SmallDesk.categories,
      """
      fallback: othr
      rules:
        - name: r
          when: {channels: [chatt], kinds: [webchatt], categories: [refnd]}
          then: {queue: paymnets, category: refunds}
          examples:
            - {text: 退款, queue: tirage, category: refund}
      categories:
        refund: {queue: payment, first_reply: helo}
        other: {queue: triage, first_reply: moved}

      """)
    desk.files[SmallDesk.queues] = SmallDesk().files[SmallDesk.queues]?.replacing(
      "hours: hotline", with: "hours: hotlines, after_hours: nights")
    #expect(
      desk.complaints == """
        channels/routing/categories.yaml:1:11: there is no category `othr`
            did you mean `other`?
        channels/routing/categories.yaml:4:23: there is no channel `chatt`
            did you mean `chat`?
        channels/routing/categories.yaml:4:39: there is no kind of channel `webchatt`
            did you mean `webchat`?
        channels/routing/categories.yaml:4:63: there is no category `refnd`
            did you mean `refund`?
        channels/routing/categories.yaml:5:19: there is no queue `paymnets`
            did you mean `payments`?
        channels/routing/categories.yaml:5:39: there is no category `refunds`
            did you mean `refund`?
        channels/routing/categories.yaml:7:27: there is no queue `tirage`
            did you mean `triage`?
        channels/routing/categories.yaml:9:19: there is no queue `payment`
            did you mean `payments`?
        channels/routing/categories.yaml:9:41: there is no template `helo`
            did you mean `hello`?
        channels/routing/categories.yaml:10:39: there is no template `moved`
            known: hello
        channels/routing/queues.yaml:8:21: there is no calendar `hotlines`
            did you mean `hotline`?
        channels/routing/queues.yaml:8:44: there is no queue `nights`
            known: payments, triage
        """)
  }

  @Test("overlapping hours, bad times, days, zones and dates are each told at their place")
  func hours() {
    let desk = SmallDesk(
      SmallDesk.hours,
      """
      calendars:
        hotline:
          time_zone: Asia/Shanhai
          weekly:
            mon: [09:00-13:00, 12:00-18:00]
            tue: 9:00-18:00
            wedd: 09:00-18:00
            thu: [[09:00, 25:00], [10:00, 10:00]]
            fri: all day
          holidays:
            - 2026-02-30
            - {from: 2026-10-01, to: 2027-10-07, name: 国庆节}
          exceptions:
            - {date: 2026-10-10, intervals: [09:00-18:00]}
            - {date: 2026-10-10, intervals: []}
            - {date: 2026-10-11}

      """)
    #expect(
      desk.complaints == """
        channels/routing/hours.yaml:3:16: `hotline.time_zone` `Asia/Shanhai` is no IANA time zone such as `Asia/Shanghai`
            did you mean `Asia/Shanghai`?
        channels/routing/hours.yaml:5:12: `hotline.weekly.mon` two intervals share a moment (hours past midnight count on the next day)
        channels/routing/hours.yaml:6:12: `hotline.weekly.tue[0]` `9:00` is no time of day; write `09:00`, at most `24:00` as an end
        channels/routing/hours.yaml:7:7: unknown key `wedd`
            did you mean `wed`?
        channels/routing/hours.yaml:8:13: `hotline.weekly.thu[0]` `25:00` is no time of day; write `09:00`, at most `24:00` as an end
        channels/routing/hours.yaml:8:29: `hotline.weekly.thu[0]` 10:00–10:00 holds no moment of its day
        channels/routing/hours.yaml:9:12: `calendars.hotline.weekly.fri` is `all day`, must be hours such as 09:00-18:00
        channels/routing/hours.yaml:11:9: `hotline.holidays[0].date` `2026-02-30` is no day; write `2026-10-01`
        channels/routing/hours.yaml:12:32: `holidays.to` is `2027-10-07`
            a day from 2026-10-01 on, at most 60 days
        channels/routing/hours.yaml:15:16: `hotline.exceptions[1]` 2026-10-10 has an exception already
        channels/routing/hours.yaml:16:9: `calendars.hotline.exceptions[2].intervals` is missing
            its hours; `[]` closes the day
        """)
  }

  @Test(
    "a duration is units from large to small",
    arguments: [("90s", 90), ("30m", 1800), ("4h", 14_400), ("2d", 172_800), ("1h30m", 5400), ("1d12h", 129_600)]
      as [(String, Int64)])
  func durations(text: String, seconds: Int64) throws {
    let desk = SmallDesk(SmallDesk.targets, "targets: [{name: all, first_response: \(text)}]\n")
    #expect(try desk.load().table.targets.first?.firstResponseSeconds == seconds)
  }

  @Test(
    "anything else is no duration",
    arguments: ["4", "h", "4 h", "4hours", "30m1h", "-4h", "4.5h", "1h1h", "9999999999d", "0s", "4000d"])
  func badDurations(text: String) {
    let desk = SmallDesk(SmallDesk.targets, "targets: [{name: all, first_response: \(text), next_reply: 1h}]\n")
    let problems = desk.check().problems
    #expect(problems.count == 1)
    #expect(problems.first?.line == 1)
    #expect(problems.first?.column == 39)
  }

  @Test("a report's language is its own, and the mail's if that says none")
  func reportLanguage() throws {
    let mail = "mail: {through: post, to: [a@example.com], template: day"
    var desk = SmallDesk(
      SmallDesk.reports,
      """
      reports:
        a: {every: day, at: 08:00, formats: [csv], folder: a, language: en, \(mail)}, channels: [chat], categories: [refund]}
        b: {every: day, at: 08:00, formats: [csv], \(mail), language: en}}
        c: {every: day, at: 08:00, formats: [csv], \(mail)}}

      """)
    desk.files["channels/post.yaml"] =
      "kind: email\nsettings: {address: a@example.com, trusted_authserv_ids: [mx.example.com], bearer_token: env:CHAT_SECRET, smtp_host: mx.example.com}\n"
    for language in ["zh", "en"] {
      desk.files["templates/day.\(language).txt"] = "Purpose: report\nTitle: T\n\n{{summary}}\n"
    }
    let plans = try desk.load().reports
    #expect(plans.map(\.language) == ["en", nil, nil])
    #expect(plans.map(\.mail?.language) == ["en", "en", "zh"])
    #expect(plans.map(\.channels) == [["chat"], [], []] && plans.map(\.categories) == [["refund"], [], []])
  }

  @Test("reports that cannot be made are told")
  func reports() {
    let desk = SmallDesk(
      SmallDesk.reports,
      """
      reports:
        Daily SLA: {every: day, at: 08:30, formats: [html], folder: out}
        weekly: {every: weekly, on: funday, at: 8.30, formats: [pdf], time_zone: Mars/Olympus}
        monthly: {every: month, on: 32, at: 08:00, formats: [csv], folder: ../out}
        by_mail: {cron: "61 * * * *", formats: [csv], mail: {through: chat2, to: [nobody], template: hello, language: fr}}
        nowhere: {every: day, at: 08:00, formats: [json]}
        never: {cron: "0 9 31 2 *", formats: [csv], folder: out, language: fr, channels: [chat2], categories: [refnd]}

      """)
    #expect(
      desk.complaints == """
        channels/routing/reports.yaml:2:3: `name` is `Daily SLA`
            a name of a-z, 0-9, `-` and `_`
        channels/routing/reports.yaml:3:11: `reports.weekly.folder` is missing
            say where it goes: `folder:`, `mail:` or `webhooks:`
        channels/routing/reports.yaml:3:19: `reports.weekly.every` is `weekly`
            did you mean `week`?
        channels/routing/reports.yaml:3:43: `reports.weekly.at` is `8.30`
            a time of day such as 08:00
        channels/routing/reports.yaml:3:59: `reports.weekly.formats` is `pdf`
            one of html, csv, json, text
        channels/routing/reports.yaml:3:76: `reports.weekly.time_zone` is `Mars/Olympus`
            an IANA zone such as Asia/Shanghai
        channels/routing/reports.yaml:4:31: `reports.monthly.on` is `32`, must be a whole number from 1 to 31
        channels/routing/reports.yaml:4:70: `reports.monthly.folder` is `../out`
            a folder without `..`
        channels/routing/reports.yaml:5:19: `reports.by_mail.cron` is `61 * * * *`
            five fields such as `0 8 * * mon`
        channels/routing/reports.yaml:5:65: there is no channel `chat2`
            did you mean `chat`?
        channels/routing/reports.yaml:5:77: `reports.by_mail.mail.to` is `nobody`
            a mail address
        channels/routing/reports.yaml:5:96: `template` is `hello`
            its purpose is `reply`; here it must be `report`
        channels/routing/reports.yaml:5:113: there is no language of the desk `fr`
            known: en, zh
        channels/routing/reports.yaml:6:12: `reports.nowhere.folder` is missing
            say where it goes: `folder:`, `mail:` or `webhooks:`
        channels/routing/reports.yaml:7:17: `reports.never.cron` is `0 9 31 2 *`
            days that come: these never do
        channels/routing/reports.yaml:7:70: there is no language of the desk `fr`
            known: en, zh
        channels/routing/reports.yaml:7:85: there is no channel `chat2`
            did you mean `chat`?
        channels/routing/reports.yaml:7:106: there is no category `refnd`
            did you mean `refund`?
        """)
  }

  @Test("a service level of unknown keys, channels and conventions, or of no time, is told at its place")
  func serviceLevels() {
    var desk = SmallDesk(
      SmallDesk.reports,
      """
      service_level: {within: 0s, short: -5s, convention: SL5, whithin: 3s}
      reports:
        daily: {every: day, at: 08:00, formats: [csv], folder: out, service_level: {within: {chta: 20s, chat: 2d, form: 9s}}}
        other: {every: day, at: 08:00, formats: [csv], folder: out, service_level: {within: 20, short: 0s}}
        third: {every: day, at: 08:00, formats: [csv], folder: out, service_level: 20s}

      """)
    desk.files["channels/form.yaml"] = "kind: webform\n"
    #expect(
      desk.complaints == """
        channels/routing/reports.yaml:1:25: `service_level.within` is `0s`
            from 1s to 1d
        channels/routing/reports.yaml:1:36: `service_level.short` is `-5s`, must be a duration such as 90s, 30m, 4h, 2d or 1h30m
        channels/routing/reports.yaml:1:53: `service_level.convention` is `SL5`
            did you mean `SL1`?
        channels/routing/reports.yaml:1:58: unknown key `whithin`
            did you mean `within`?
        channels/routing/reports.yaml:3:88: there is no channel or kind of calls or chats `chta`
            did you mean `chat`?
        channels/routing/reports.yaml:3:105: `reports.daily.service_level.within.chat` is `172800s`
            from 1s to 1d
        channels/routing/reports.yaml:3:109: `form` is of kind `webform` and has no service level
            name a channel of calls or chats
        channels/routing/reports.yaml:4:87: `reports.other.service_level.within` is `20`, must be a duration such as 90s, 30m, 4h, 2d or 1h30m
        channels/routing/reports.yaml:4:98: `reports.other.service_level.short` is `0s`
            from 1s to 1h
        channels/routing/reports.yaml:5:78: `reports.third.service_level` is `20s`, must be a map of keys
        """)
  }

  @Test("a report's service level goes before the desk's, key by key, and the desk's before what is usual")
  func serviceLevelOfTheDesk() throws {
    let desk = SmallDesk(
      SmallDesk.reports,
      """
      service_level: {within: {default: 30s, chat: 1m, asterisk: 15s}, short: 10s}
      reports:
        daily: {every: day, at: 08:00, formats: [csv], folder: out}
        other: {every: day, at: 08:00, formats: [csv], folder: out, service_level: {within: {webchat: 90s}, convention: SL2}}
        third: {every: day, at: 08:00, formats: [csv], folder: out, service_level: {within: 25s}}

      """)
    let configuration = try desk.load()
    var usual = ServiceLevelRules()
    usual.withinSeconds = 30
    usual.withinSecondsByName = ["chat": 60, "asterisk": 15]
    usual.shortAbandonSeconds = 10
    var (other, third) = (usual, usual)
    other.withinSecondsByName = ["webchat": 90]
    other.convention = .offered
    (third.withinSeconds, third.withinSecondsByName) = (25, [:])
    #expect(configuration.settings.serviceLevel == usual)
    #expect(configuration.reports.map(\.serviceLevel) == [usual, other, third])
    #expect(try SmallDesk().load().settings.serviceLevel == .usual)
  }

  @Test("an example that comes out otherwise is told with what decided, at its line")
  func examples() {
    let desk = SmallDesk(
      SmallDesk.categories,
      """
      fallback: other
      rules:
        - name: urgent_refund
          when: {any_words: [马上退款]}
          then: {category: refund, priority: urgent}
          examples:
            - 请马上退款
            - {text: 退款, priority: urgent}
      categories:
        refund:
          queue: payments
          keywords: [退款, refund]
          examples:
            - 我要退款
            - {text: 你好, category: refund}
        other: {queue: triage}

      """)
    #expect(
      desk.check().problems.map { $0.description.prefix { $0 != ":" } + ":\($0.line ?? 0)" } == [
        "channels/routing/categories.yaml:3"
      ])
    let right = desk.files[SmallDesk.categories]?.replacing("      - {text: 退款, priority: urgent}\n", with: "")
    #expect(
      SmallDesk(SmallDesk.categories, right ?? "").complaints == """
        channels/routing/categories.yaml:14:16: `category refund` example “你好” came out as category other instead of refund
            decided by: nothing speaks for a category
        """)
  }

  @Test("a category whose messages nothing would miss is told of, and works")
  func untested() {
    let desk = SmallDesk(
      SmallDesk.categories,
      """
      fallback: other
      rules:
        - name: lost
          when: {any_words: [lost]}
          then: {category: fraud}
          examples: [I lost it]
      categories:
        refund: {queue: payments, keywords: [refund]}
        fraud: {queue: payments}
        other: {queue: triage}

      """)
    #expect(desk.check().isClean)
    #expect(
      desk.complaints == """
        channels/routing/categories.yaml:8:3: warning: `category refund` has no example
            write what a customer would say under `examples:`; a change that moves it then does not go live
        """)
  }

  @Test("a file that nobody reads is a slip of its name")
  func strangers() {
    var desk = SmallDesk()
    desk.files["channels/routing/queue.yaml"] = "x: 1\n"
    desk.files["channels/mail.yml"] = "kind: email\n"
    desk.files["channels/Shop Front.yaml"] = "kind: webform\n"
    desk.files["channels/README.md"] = "# Channels\n"
    #expect(
      desk.complaints == """
        channels/Shop Front.yaml:1:1: `the file's name` is `Shop Front`
            a name of a-z, 0-9, `-` and `_`
        channels/mail.yml: nothing reads this file
            did you mean `channels/mail.yaml`?
        channels/routing/queue.yaml: nothing reads this file
            did you mean `channels/routing/queues.yaml`?
        """)
  }

  @Test("the report of a check counts, and says ok")
  func report() {
    let report = SmallDesk().check()
    #expect(report.isClean)
    #expect(
      report.text.hasPrefix(
        "ok: 8 files, 1 channels (1 enabled), 2 queues, 2 categories, 0 rules, 1 examples, 1 calendars, 1 targets, 0 reports, 1 templates · version "
      ))
    #expect(report.json["ok"]?.bool == true)
    let wrong = SmallDesk(SmallDesk.chat, "kind: webchatt\n").check()
    #expect(wrong.text.hasSuffix("\n\n1 problem, 0 warnings"))
    #expect(wrong.json["problems"]?[0]?["line"]?.int == 1)
    #expect(wrong.version == nil)
  }
}
