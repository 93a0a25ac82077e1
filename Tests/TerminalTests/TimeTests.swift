import Conversations
import Terminal
import Testing

/// Central European time of 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
private let berlin = Zone { instant in
  let text = instant.rfc3339
  return text >= "2026-03-29T01:00:00Z" && text < "2026-10-25T01:00:00Z" ? 7_200 : 3_600
}

private func at(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

@Suite("times")
struct TimeTests {
  @Test(
    "an agent's words become a moment",
    arguments: [
      // Now is Wednesday 2026-03-11, 10:00 in Berlin.
      ("2h", "2026-03-11T11:00:00Z"), ("90 min", "2026-03-11T10:30:00Z"), ("1h30m", "2026-03-11T10:30:00Z"),
      ("in 3 days", "2026-03-14T09:00:00Z"), ("1w", "2026-03-18T09:00:00Z"), ("2小时", "2026-03-11T11:00:00Z"),
      ("30分钟后", "2026-03-11T09:30:00Z"), ("３ 天", "2026-03-14T09:00:00Z"),
      ("tomorrow", "2026-03-12T08:00:00Z"), ("Tomorrow 9:30", "2026-03-12T08:30:00Z"),
      ("tomorrow at 5pm", "2026-03-12T16:00:00Z"), ("明天 9:00", "2026-03-12T08:00:00Z"),
      ("明天下午3点半", "2026-03-12T14:30:00Z"),
      ("mon 09:00", "2026-03-16T08:00:00Z"), ("friday", "2026-03-13T08:00:00Z"), ("周一9点", "2026-03-16T08:00:00Z"),
      ("星期日", "2026-03-15T08:00:00Z"), ("wed 17:00", "2026-03-11T16:00:00Z"), ("wed 9:00", "2026-03-18T08:00:00Z"),
      ("wed", "2026-03-18T08:00:00Z"), ("next fri", "2026-03-20T08:00:00Z"), ("下周一 10：15", "2026-03-16T09:15:00Z"),
      ("17:30", "2026-03-11T16:30:00Z"), ("9:00", "2026-03-12T08:00:00Z"), ("today 17:00", "2026-03-11T16:00:00Z"),
      ("2026-04-01", "2026-04-01T07:00:00Z"), ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
      ("2026-10-25 02:30", "2026-10-25T00:30:00Z"), ("2026-03-12T09:00:00+08:00", "2026-03-12T01:00:00Z"),
    ])
  func snooze(words: String, moment: String) throws {
    #expect(try FutureTime.read(words, now: at("2026-03-11T09:00:00Z"), zone: berlin).rfc3339 == moment)
  }

  @Test(
    "what is no time, over, or far away is refused",
    arguments: [
      ("", FutureTime.Problem.unreadable), ("soon", .unreadable), ("9", .unreadable), ("25:00", .unreadable),
      ("9:7", .unreadable), ("mon 9", .unreadable), ("2h tomorrow", .unreadable), ("13pm x", .unreadable),
      ("2026-02-30", .unreadable), ("99999999999999999999h", .unreadable), ("today 9:00", .past),
      ("2025-01-01 09:00", .past), ("0m", .past), ("2020-01-01T00:00:00Z", .past), ("60w", .tooFar),
      ("2028-01-01", .tooFar), ("99999w", .tooFar),
    ])
  func refused(words: String, problem: FutureTime.Problem) throws {
    let now = try at("2026-03-11T09:00:00Z")
    #expect(throws: problem) { try FutureTime.read(words, now: now, zone: berlin) }
  }

  @Test("spans are said in their largest fitting unit, in both languages")
  func spans() throws {
    let now = try at("2026-03-11T09:00:00Z")
    let english = TimeWords(Speech(.english), zone: berlin, now: now)
    let chinese = TimeWords(Speech(.chinese), zone: berlin, now: now)
    #expect(english.span(seconds: 59) == "59 s")
    #expect(english.span(seconds: 720) == "12 min")
    #expect(english.span(seconds: 7_199) == "119 min")
    #expect(english.span(seconds: 3 * 3_600 + 3_599) == "3 h")
    #expect(english.span(seconds: 172_800) == "2 d")
    #expect(english.span(seconds: -5) == "0 s")
    #expect(chinese.span(seconds: 720) == "12 分钟")
    #expect(english.due(now.adding(seconds: 10_800)).text == "due in 3 h")
    #expect(english.due(now.adding(seconds: 10_800)).style == .plain)
    #expect(english.due(now.adding(seconds: -1_200)).text == "overdue 20 min")
    #expect(english.due(now.adding(seconds: -1_200)).style == .red)
    #expect(chinese.due(now.adding(seconds: -1_200)).text == "已超时 20 分钟")
    #expect(english.past(now.adding(seconds: -720)) == "12 min ago")
  }

  @Test("absolute times are the wall's, as short as they can be")
  func absolute() throws {
    let now = try at("2026-07-11T09:00:00Z")
    let words = TimeWords(Speech(.english), zone: berlin, now: now, absolute: true)
    #expect(words.due(now.adding(seconds: 3_600)).text == "due 12:00")
    #expect(words.past(try at("2026-03-09T13:05:00Z")) == "03-09 14:05")
    #expect(words.past(try at("2025-03-09T13:05:00Z")) == "2025-03-09 14:05")
  }
}

@Suite("phrases")
struct PhraseTests {
  private func placeholders(_ text: Substring) -> [Int] { (1...9).filter { text.contains("{\($0)}") } }

  @Test("every phrase has both languages with the same places to fill", arguments: Phrase.allCases)
  func complete(phrase: Phrase) {
    #expect(phrase.rawValue.split(separator: " ¦ ", omittingEmptySubsequences: false).count == 2)
    #expect(!phrase.text(in: .english).isEmpty && !phrase.text(in: .chinese).isEmpty)
    #expect(placeholders(phrase.text(in: .english)) == placeholders(phrase.text(in: .chinese)))
    #expect(phrase.text(in: .english).unicodeScalars.allSatisfy { $0.value < 0x2E80 })
  }

  @Test("every help text has both languages", arguments: HelpPhrase.allCases)
  func completeHelp(phrase: HelpPhrase) {
    #expect(phrase.rawValue.split(separator: " ¦ ", omittingEmptySubsequences: false).count == 2)
    #expect(!phrase.text(in: .english).isEmpty && phrase.text(in: .chinese) != phrase.text(in: .english))
    #expect(phrase.text(in: .english).unicodeScalars.allSatisfy { $0.value < 0x2E80 })
  }

  @Test("what is filled in is not looked at again")
  func filling() {
    #expect(Speech(.english)(.dueIn, "{1}") == "due in {1}")
    #expect(Speech(.english)(.merged, "{2}", "7") == "#{2} is now part of #7.")
    #expect(Speech(.chinese)(.taken, "391") == "#391 由您处理。")
  }

  @Test("the language follows PATCHBAY_LANG, then the locale")
  func language() {
    #expect(Language(environment: ["LANG": "zh_CN.UTF-8"]) == .chinese)
    #expect(Language(environment: ["LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"]) == .english)
    #expect(Language(environment: ["LC_ALL": "", "LC_MESSAGES": "zh_TW"]) == .chinese)
    #expect(Language(environment: ["PATCHBAY_LANG": "en", "LC_ALL": "zh_CN"]) == .english)
    #expect(Language(environment: ["PATCHBAY_LANG": "zh"]) == .chinese)
    #expect(Language(environment: [:]) == .english)
  }
}
