package import Conversations

extension Matching {
  package var json: JSON {
    ["at": JSON(at.microseconds), "options": .array(options.map(\.json)), "agents": .array(agents.map(\.json))]
  }

  /// Reads what `json` wrote; `nil` for anything else.
  package init?(_ json: JSON) {
    guard let at = json["at"]?.int64, let options = json["options"]?.array, let agents = json["agents"]?.array else {
      return nil
    }
    self.init(
      at: Instant(microseconds: at), options: options.compactMap { WorkOption($0) },
      agents: agents.compactMap { WorkCandidate($0) })
    guard self.options.count == options.count, self.agents.count == agents.count else { return nil }
  }
}

extension WorkOption {
  var json: JSON {
    [
      "conversation": JSON(conversation.rawValue), "turn": JSON(turn.key), "pool": JSON(pool.text),
      "queue": JSON(queue), "language": JSON(language), "skills": JSON(skills), "kept_for": JSON(keptFor),
      "declined_by": JSON(declinedBy.sorted()),
    ]
  }

  init?(_ json: JSON) {
    guard let conversation = json["conversation"]?.int64, let turn = json["turn"]?.int64,
      let pool = json["pool"]?.string.flatMap({ Pool($0) }), let queue = json["queue"]?.string
    else { return nil }
    self.init(
      conversation: ConversationID(conversation), turn: Turn(key: turn), pool: pool, queue: queue,
      language: json["language"]?.string, skills: json.words("skills"), keptFor: json["kept_for"]?.string,
      declinedBy: Set(json.words("declined_by")))
  }
}

extension WorkCandidate {
  var json: JSON {
    [
      "name": JSON(name), "queues": JSON(queues), "languages": JSON(languages), "skills": JSON(skills),
      "capacity": JSON(capacity), "load": JSON(load), "given_at": JSON(givenAt?.microseconds),
    ]
  }

  init?(_ json: JSON) {
    guard let name = json["name"]?.string, let load = json["load"]?.int else { return nil }
    self.init(
      name: name, queues: json.words("queues"), languages: json.words("languages"), skills: json.words("skills"),
      capacity: json["capacity"]?.int, load: load,
      givenAt: json["given_at"]?.int64.map { Instant(microseconds: $0) })
  }
}

extension JSON {
  fileprivate func words(_ key: String) -> [String] { (self[key]?.array ?? []).compactMap(\.string) }
}
