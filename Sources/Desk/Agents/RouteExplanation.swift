import Conversations
import Routing
import Storage

/// Why a conversation lies where it lies: every decision, step by step.
struct RouteExplanation {
  let say: ExplanationWords
  let conversation: ConversationRecord
  let decisions: [DecisionRecord]

  var text: String {
    let (queue, category) = (conversation.queue, conversation.category)
    let priority = say.priority(conversation.priority)
    var lines = [
      say(
        "#\(conversation.id) lies in `\(queue)`, category `\(category)`, priority \(priority).",
        "#\(conversation.id) 在队列 `\(queue)`，类别 `\(category)`，优先级“\(priority)”。")
    ]
    if queue != conversation.homeQueue {
      lines.append(
        say("It belongs to `\(conversation.homeQueue)`, which is closed.", "它属于 `\(conversation.homeQueue)`，该队列已下班。"))
    }
    let reason = StoredWords(say).reason(conversation.reason)
    lines.append(say("In one line: \(reason)", "简单来说：\(reason)"))
    return (lines + decisions.flatMap(words)).joined(separator: "\n")
  }

  private func words(_ decision: DecisionRecord) -> [String] {
    let stored = StoredWords(say)
    let (at, kind, priority) = (say.time(decision.at), stored.kind(decision.kind), say.priority(decision.priority))
    let (version, inputs) = (decision.configuration.prefix(12), decision.inputsHash.prefix(12))
    let trace = (try? JSON(parsing: decision.traceJSON))?.array ?? []
    return [
      "",
      say(
        "\(at) \(kind) → queue `\(decision.queue)`, category `\(decision.category)`, priority \(priority)",
        "\(at) \(kind) → 队列 `\(decision.queue)`，类别 `\(decision.category)`，优先级“\(priority)”"),
      say("  configuration \(version)", "  配置 \(version)")
        + (inputs.isEmpty ? "" : say(", inputs \(inputs)", "，输入 \(inputs)")),
    ] + trace.map { "  - \(stored.step($0, isByPerson: decision.kind == "transfer"))" }
  }
}

/// A conversation's `reason` in the language of whoever reads it; names, figures and words of colleagues stay as they are.
package func toldReason(_ reason: String, language: String) -> String {
  // No reason has a time in it: any clock will do.
  guard let zone = CivilZone("UTC") else { return reason }
  return StoredWords(ExplanationWords(language, zone: zone)).reason(reason)
}

/// What was written down when a decision was made, said in the language of whoever asks. Names, figures and words of
/// colleagues stay as they are.
struct StoredWords {
  private let say: ExplanationWords
  init(_ say: ExplanationWords) { self.say = say }

  /// `passed over, conversation: #1, why: needs the language en` — one line per step, whatever members it has.
  /// `isByPerson`: the reason is in a colleague's own words.
  func step(_ step: JSON, isByPerson: Bool) -> String {
    (step.members ?? []).map { member in
      let isQuoted = isByPerson && member.key == "why"
      let value = isQuoted ? member.value.string ?? "–" : value(member.value, of: member.key)
      if member.key == "step" { return say(value, Self.steps[value] ?? value) }
      return say("\(member.key): \(value)", "\(Self.members[member.key] ?? member.key)：\(value)")
    }.joined(separator: say(", ", "，"))
  }

  private func value(_ json: JSON, of key: String) -> String {
    guard let text = json.string else {
      if let list = nested(json, of: key) { return list }
      return say.isChinese ? Self.truths[json] ?? json.description : json.description
    }
    // The wall clock of the opening hours stays theirs.
    if key != "local", let at = Instant(rfc3339: text) { return say.time(at) }
    switch key {
    case "reason", "why": return reason(text)
    case "priority": return Priority(rawValue: text).map(say.priority) ?? text
    default: return text
    }
  }

  /// Lists and maps of the router's own steps, to be read by people; `nil` for anything else.
  private func nested(_ json: JSON, of key: String) -> String? {
    let gap = say(", ", "，")
    if let members = json.members, key == "scores" {
      return members.map { "\($0.key) \(percent($0.value))" }.joined(separator: gap)
    }
    guard let items = json.array else { return nil }
    if items.isEmpty { return say("none", "无") }
    switch key {
    case "evidence":
      return items.map { "“\($0["feature"]?.string ?? "")” \(signed($0["amount"]))" }.joined(separator: gap)
    case "hits": return items.map { "“\($0["word"]?.string ?? "")”" }.joined(separator: gap)
    case "tried": return items.map(rule).joined(separator: say("; ", "；"))
    default:
      let texts = items.compactMap(\.string)
      return texts.count == items.count ? texts.joined(separator: gap) : nil
    }
  }

  /// `lost_phone: no (any_words)` or `lost_phone: yes (我的手机丢了)`.
  private func rule(_ tried: JSON) -> String {
    let name = tried["rule"]?.string ?? "–"
    if let failed = tried["failed"]?.string { return say("\(name): no (\(failed))", "\(name)：否（\(failed)）") }
    let words = (tried["words"]?.array ?? []).compactMap(\.string).joined(separator: say(", ", "、"))
    return words.isEmpty ? say("\(name): yes", "\(name)：是") : say("\(name): yes (\(words))", "\(name)：是（\(words)）")
  }

  private func percent(_ share: JSON) -> String {
    let tenths = ((share.double ?? 0) * 1000).rounded()
    return "\(tenths / 10) %"
  }

  private func signed(_ amount: JSON?) -> String {
    let hundredths = ((amount?.double ?? 0) * 100).rounded() / 100
    return hundredths < 0 ? "−\(-hundredths)" : "+\(hundredths)"
  }

  func kind(_ kind: String) -> String { say(kind, Self.kinds[kind] ?? kind) }

  func reason(_ text: String) -> String {
    guard say.isChinese else { return text }
    if let known = Self.sentences[text] { return known }
    if let found = text.wholeMatch(of: #/moved from (\S+) by (\S+?)(?:: (.*))?/#) {
      let (from, who) = (found.output.1, found.output.2)
      return "\(who) 从 \(from) 转来" + (found.output.3.map { "：\($0)" } ?? "")
    }
    if let found = text.wholeMatch(of: #/escalated from (\S+): (\S+) of target (.+)/#) {
      let kind = ClockKind(rawValue: String(found.output.2)).map(say.kind) ?? String(found.output.2)
      return "从 \(found.output.1) 升级：目标 \(found.output.3) 的\(kind)"
    }
    if let found = text.wholeMatch(of: #/split off (#\d+) by (\S+)/#) {
      return "\(found.output.2) 从 \(found.output.1) 拆出"
    }
    if let found = text.wholeMatch(of: #/from message (\d+) of (#\d+) on/#) {
      return "从 \(found.output.2) 的第 \(found.output.1) 条消息起"
    }
    if let found = text.wholeMatch(of: #/(#\d+) became part of it/#) { return "\(found.output.1) 已并入" }
    if let found = text.wholeMatch(of: #/(#\d+) and (#\d+) are two again/#) {
      return "\(found.output.1) 与 \(found.output.2) 已恢复为两个会话"
    }
    if let found = text.wholeMatch(of: #/holds (\S+) of (\S+)/#) {
      return "已持有 \(found.output.1)（上限 \(found.output.2)）"
    }
    if let found = text.wholeMatch(of: #/is for (\S+)/#) { return "留给 \(found.output.1)" }
    if let old = text.wholeMatch(of: #/from (\w+)/#).flatMap({ Priority(rawValue: String($0.output.1)) }) {
      return "原为“\(say.priority(old))”"
    }
    for (start, words) in Self.beginnings where text.hasPrefix(start) { return words + text.dropFirst(start.count) }
    return text.replacing(", though the customer chose ", with: "，但客户选的是 ")
      .replacing(", but maybe ", with: "，但可能是 ").replacing(" at only ", with: " 仅 ")
      .replacing(#/ at (\d+ %)/#) { " \($0.output.1)" }
  }

  private static let truths: [JSON: String] = [true: "是", false: "否", .null: "无"]
  private static let steps = [
    "language": "语言", "groups": "联系人分组", "hint": "客户所选", "keywords": "关键词", "classifier": "分类器",
    "scores": "得分", "rules": "规则", "hours": "营业时间", "outcome": "结果", "person": "人工",
    "passed over": "跳过", "given": "分派", "moved on": "转往下一队列",
  ]
  private static let members = [
    "language": "语言", "guess": "推测", "clear": "明确", "stated": "渠道注明", "groups": "分组", "category": "类别",
    "hits": "命中", "version": "版本", "evidence": "依据", "scores": "得分", "threshold": "阈值", "tried": "已检查",
    "queue": "队列", "open": "营业中", "why": "原因", "calendar": "日历", "calendar_version": "日历版本",
    "local": "当地时间", "opens_at": "开始营业", "waits_in": "等待于", "urgent": "紧急", "priority": "优先级",
    "alert": "提醒", "target": "服务目标", "reason": "依据", "agent": "客服", "conversation": "会话", "to": "给",
    "from": "从", "turn": "应处理时刻", "holds": "已持有", "capacity": "容量", "skipped": "略过", "skills": "技能",
  ]
  private static let kinds = [
    "route": "路由", "kept": "保持不变", "transfer": "转队列", "category": "改类别", "priority": "改优先级",
    "split": "拆分", "merge": "合并", "unmerge": "撤销合并", "offer": "分派", "next": "取下一个", "overflow": "无人接手",
  ]
  private static let sentences = [
    "the customer chose it": "客户自己选的", "nothing speaks for a category": "没有任何类别的依据",
    "within opening hours": "营业时间内", "outside opening hours": "营业时间外", "no opening hours": "没有设置营业时间",
    "was declined": "已谢绝",
  ]
  private static let beginnings = [
    ("rule ", "规则 "), ("nobody took it in ", "无人接手，原队列 "), ("urgent category ", "紧急类别 "),
    ("closed for ", "休息："), ("does not serve ", "不负责队列 "), ("needs the language ", "需要语言 "),
    ("needs the skill ", "需要技能 "), ("from ", "原为 "),
  ]
}
