import Conversations

/// The steps of one decision, in order, as a JSON array: written for every message and read for few.
struct RoutingTrace {
  private var steps = JSONWriter(capacity: 2048)
  private var tried = JSONWriter(capacity: 1024)
  private static let hitsMax = 40

  /// The array, made whole.
  var text: String { "[\(steps.text)]" }

  mutating func language(_ language: String, guess: LanguageGuess, stated: String?) {
    step("language") { step in
      step.key("language")
      step.value(language)
      step.key("guess")
      step.value(guess.language)
      step.key("clear")
      step.value(guess.isClear)
      step.key("stated")
      step.value(stated)
    }
  }

  /// Of the sender.
  mutating func groups(_ names: [String]) {
    step("groups") { step in
      step.key("groups")
      step.array { list in for name in names { list.value(name) } }
    }
  }

  mutating func hint(_ category: String) {
    step("hint") { step in
      step.key("category")
      step.value(category)
    }
  }

  /// `at` is a byte offset in the folded text.
  mutating func keywords(_ evidence: [KeywordScorer.Evidence], _ scorer: KeywordScorer, _ index: WordIndex) {
    step("keywords") { step in
      step.key("hits")
      step.array { hits in
        for item in evidence.prefix(Self.hitsMax) {
          hits.object { hit in
            hit.key("word")
            hit.value(index.patterns[item.pattern].text)
            hit.key("categories")
            hit.array { list in for name in scorer.names(of: item) { list.value(name) } }
            hit.key("in")
            hit.value(item.inSubject ? "subject" : "text")
            hit.key("at")
            hit.value(item.start)
            hit.key("weight")
            hit.rounded(item.weight)
          }
        }
      }
    }
  }

  mutating func classifier(_ version: String, _ found: Classification) {
    step("classifier") { step in
      step.key("version")
      step.value(version)
      step.key("evidence")
      step.array { list in
        for evidence in found.evidence {
          list.object { item in
            item.key("feature")
            item.value(evidence.feature)
            item.key("amount")
            item.rounded(evidence.amount)
          }
        }
      }
    }
  }

  mutating func scores(_ scores: [Classification.Score], threshold: Double) {
    step("scores") { step in
      step.key("scores")
      step.object { members in
        for score in scores.prefix(5) {
          members.key(score.category)
          members.rounded(score.confidence)
        }
      }
      step.key("threshold")
      step.value(JSON(threshold))
    }
  }

  /// `likely`: how likely the categories are that the rule asked for, if it came to that.
  mutating func rule(_ name: String, failed term: String, likely: [Classification.Score]) {
    tried.object { rule in
      rule.key("rule")
      rule.value(name)
      rule.key("matched")
      rule.value(false)
      rule.key("failed")
      rule.value(term)
      Self.write(likely, to: &rule)
    }
  }

  mutating func rule(_ name: String, words: [String], likely: [Classification.Score]) {
    tried.object { rule in
      rule.key("rule")
      rule.value(name)
      rule.key("matched")
      rule.value(true)
      rule.key("words")
      rule.array { list in for word in words { list.value(word) } }
      Self.write(likely, to: &rule)
    }
  }

  private static func write(_ likely: [Classification.Score], to rule: inout JSONWriter) {
    guard !likely.isEmpty else { return }
    rule.key("likely")
    rule.object { members in
      for score in likely {
        members.key(score.category)
        members.rounded(score.confidence)
      }
    }
  }

  mutating func endRules() {
    let rules = tried
    step("rules") { step in
      step.key("tried")
      step.array { $0.append(rules) }
    }
    tried = JSONWriter(capacity: 0)
  }

  mutating func hours(
    _ queue: String, calendar: BusinessCalendar?, isOpen: Bool, opensAt: Instant?, movedTo: String, isUrgent: Bool,
    _ now: Instant
  ) {
    step("hours") { step in
      step.key("queue")
      step.value(queue)
      guard let calendar else {
        step.key("open")
        step.value(true)
        step.key("why")
        step.value("no opening hours")
        return
      }
      let day = isOpen ? nil : calendar.closedReason(at: now)
      step.key("calendar")
      step.value(calendar.definition.name)
      step.key("calendar_version")
      step.value(calendar.version)
      step.key("local")
      step.value(calendar.wallClock(of: now).rfc3339)
      step.key("open")
      step.value(isOpen)
      step.key("why")
      step.value(isOpen ? "within opening hours" : day.map { "closed for \($0)" } ?? "outside opening hours")
      step.key("opens_at")
      step.value(opensAt?.rfc3339)
      step.key("waits_in")
      step.value(movedTo)
      step.key("urgent")
      step.value(isUrgent)
    }
  }

  mutating func outcome(
    category: String, priority: Priority, queue: String, alert: Bool, target: String?, skills: [String],
    reason: String
  ) {
    step("outcome") { step in
      step.key("category")
      step.value(category)
      step.key("priority")
      step.value(priority.rawValue)
      step.key("queue")
      step.value(queue)
      step.key("alert")
      step.value(alert)
      step.key("target")
      step.value(target)
      if !skills.isEmpty {
        step.key("skills")
        step.array { list in for skill in skills { list.value(skill) } }
      }
      step.key("reason")
      step.value(reason)
    }
  }

  private mutating func step(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
    steps.object { step in
      step.key("step")
      step.value("\(name)")
      members(&step)
    }
  }
}
