package import Conversations

/// One stop on a conversation's way: how long it waits there before it moves on.
package struct RouteTarget: Sendable, Hashable {
  package var queue: String
  /// Raised to this; `nil` = as it is.
  package var priority: Priority?
  /// `nil` = it stays.
  package var timeoutSeconds: Int64?

  package init(queue: String, priority: Priority? = nil, timeoutSeconds: Int64? = nil) {
    (self.queue, self.priority, self.timeoutSeconds) = (queue, priority, timeoutSeconds)
  }
}

/// The stops that are left, and the choice of the next one: with everything it is made from, so that it can be made again.
package struct Ways: Sendable, Hashable {
  package var targets: [RouteTarget]
  /// Queues that somebody who is there serves.
  package var attended: Set<String>

  package init(targets: [RouteTarget], attended: Set<String>) {
    (self.targets, self.attended) = (targets, attended)
  }

  /// The index of the next stop: the first that anybody is there for; `nil` when there is none.
  package var next: Int? { targets.firstIndex { attended.contains($0.queue) } }

  package var json: JSON {
    ["targets": RouteTarget.json(targets), "attended": JSON(attended.sorted())]
  }

  /// Reads what `json` wrote; `nil` for anything else.
  package init?(_ json: JSON) {
    guard let targets = json["targets"], let attended = json["attended"]?.array else { return nil }
    self.init(targets: RouteTarget.list(targets), attended: Set(attended.compactMap(\.string)))
  }
}

extension RouteTarget {
  package static func json(_ targets: [RouteTarget]) -> JSON {
    .array(
      targets.map {
        [
          "queue": JSON($0.queue), "priority": JSON($0.priority?.rawValue), "timeout": JSON($0.timeoutSeconds),
        ]
      })
  }

  /// Reads what `json` wrote; what is no target is left out.
  package static func list(_ json: JSON) -> [RouteTarget] {
    (json.array ?? []).compactMap { target in
      target["queue"]?.string.map {
        RouteTarget(
          queue: $0, priority: target["priority"]?.string.flatMap(Priority.init),
          timeoutSeconds: target["timeout"]?.int64)
      }
    }
  }
}
