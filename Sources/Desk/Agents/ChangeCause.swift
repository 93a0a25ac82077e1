import Conversations
import Routing

/// Who or what brought another promise, as far as the log tells.
struct ChangeCause {
  private let line: LogEntry?
  /// The line of the log that says why; the one that says what holds from then on bears nobody's name.
  private let reason: LogEntry?

  init(_ id: Int64, in log: [LogEntry]) {
    guard let index = log.firstIndex(where: { $0.id == id }) else {
      (line, reason) = (nil, nil)
      return
    }
    line = log[index]
    guard log[index].kind == "placed" else {
      reason = log[index]
      return
    }
    let next = log[(index + 1)...].first.flatMap { after in
      ["priority", "category", "transfer"].contains(after.kind) && after.at == log[index].at ? after : nil
    }
    let escalated = log[..<index].last { $0.kind != "sla_breach" }.flatMap { before in
      before.kind == "escalated" && before.data["done_at"] == JSON(log[index].at) ? before : nil
    }
    reason = escalated ?? next
  }

  func words(_ say: ExplanationWords) -> String {
    let who = reason?.actor ?? say("the desk", "系统")
    switch reason?.kind {
    case "priority":
      let priority = reason?.data["to"]?.string.flatMap { Priority(rawValue: $0) }.map(say.priority) ?? ""
      return say("\(who) set the priority to \(priority)", "\(who) 将优先级设为“\(priority)”")
    case "category":
      let category = reason?.data["to"]?.string ?? ""
      return say("\(who) set the category to `\(category)`", "\(who) 将类别设为 `\(category)`")
    case "transfer":
      let (from, to) = (reason?.data["from"]?.string ?? "", line?.data["facts"]?["queue"]?.string ?? "")
      return reason?.actor == nil
        ? say("nobody took it in `\(from)`, so it went to `\(to)`", "`\(from)` 无人接手，转到 `\(to)`")
        : say("\(who) moved it to `\(to)`", "\(who) 转到 `\(to)`")
    case "escalated": return say("escalated", "升级")
    case "in": return say("the customer's message", "客户的消息")
    case "absorbed", "parted": return say("\(who) joined or parted conversations", "\(who) 合并或拆开会话")
    default: return who
    }
  }
}
