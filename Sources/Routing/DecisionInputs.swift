package import Conversations

/// What a decision was made from, as it is kept beside it: everything but the words, which stand in its message and
/// nowhere else. With the message, the configuration of that version and the moment the decision can be made again; equal
/// inputs give the hash that was kept with it.
package struct DecisionInputs: Sendable, Hashable {
  /// Which text of the stored message was routed.
  package enum TextPart: String, Sendable, CaseIterable {
    /// The new words of a mail.
    case reply
    case text
    /// What was written down of a call.
    case note
    case none
  }

  /// Without subject and text once it was read from the store.
  package var input: RoutingInput
  package var part: TextPart
  /// Kinds of facts the message told; `nil` when no rule asked.
  package var facts: Set<MessageFact.Kind>?
  /// Where the message belonged, open or closed.
  package var intendedQueue: String
  /// Name of the service target that fitted.
  package var target: String?
  /// How the conversation stood; `nil` = the message began it.
  package var before: Standing?

  package init(_ input: RoutingInput, part: TextPart, _ decision: RoutingDecision) {
    self.init(input, part: part, intendedQueue: decision.intendedQueue, target: decision.target?.name)
    facts = decision.facts
  }

  package init(_ input: RoutingInput, part: TextPart, intendedQueue: String, target: String?) {
    (self.input, self.part, self.intendedQueue, self.target) = (input, part, intendedQueue, target)
  }

  /// The input with the words of its message.
  package func input(subject: String?, text: String) -> RoutingInput {
    var input = input
    (input.subject, input.text) = (subject, text)
    return input
  }
}

extension DecisionInputs {
  /// One JSON object, without the words; what is `nil` is left out. Written for every message.
  package var json: String {
    var writer = JSONWriter(capacity: 384)
    writer.object { object in
      object.key("channel")
      object.value(input.channel)
      object.key("kind")
      object.value(input.kind.rawValue)
      object.optional("language", input.language)
      object.optional("hint", input.categoryHint)
      object.key("automatic")
      object.value(input.isAutomatic)
      object.key("trust")
      object.value(input.trust.rawValue)
      object.key("addresses")
      object.array { list in for address in input.addresses { list.value(address) } }
      object.key("text")
      object.value(part.rawValue)
      if let facts {
        object.key("facts")
        object.array { list in for fact in facts.map(\.rawValue).sorted() { list.value(fact) } }
      }
      object.key("home_queue")
      object.value(intendedQueue)
      object.optional("target", target)
      if let before {
        object.key("before")
        object.object { before.write(into: &$0) }
      }
    }
    return writer.text
  }

  /// The same for a message into a conversation that stood like this.
  package func json(before: Standing) -> String {
    var inputs = self
    inputs.before = before
    return inputs.json
  }

  /// Reads what `json` wrote; `nil` for anything else.
  package init?(_ json: JSON) {
    guard let channel = json["channel"]?.string, let kind = json["kind"]?.string,
      let automatic = json["automatic"]?.bool, let trust = json["trust"]?.string.flatMap(SenderTrust.init),
      let part = json["text"]?.string.flatMap(TextPart.init), let queue = json["home_queue"]?.string
    else { return nil }
    input = RoutingInput(
      channel: channel, kind: ChannelKind(kind), text: "", language: json["language"]?.string,
      categoryHint: json["hint"]?.string, isAutomatic: automatic,
      addresses: (json["addresses"]?.array ?? []).compactMap(\.string), trust: trust)
    (self.part, intendedQueue, target) = (part, queue, json["target"]?.string)
    facts = json["facts"]?.array.map { Set($0.compactMap { $0.string.flatMap(MessageFact.Kind.init) }) }
    if let before = json["before"] {
      guard let standing = Standing(before) else { return nil }
      self.before = standing
    }
  }
}

extension Standing {
  fileprivate func write(into object: inout JSONWriter) {
    object.key("category")
    object.value(category)
    object.key("priority")
    object.value(priority.rawValue)
    object.key("queue")
    object.value(queue)
    object.key("home_queue")
    object.value(homeQueue)
    object.key("alarmed")
    object.value(isAlarmed)
    object.key("answered")
    object.value(isAnswered)
  }

  fileprivate init?(_ json: JSON) {
    guard let category = json["category"]?.string, let priority = json["priority"]?.string.flatMap(Priority.init),
      let queue = json["queue"]?.string, let home = json["home_queue"]?.string
    else { return nil }
    self.init(
      category: category, priority: priority, queue: queue, homeQueue: home,
      isAlarmed: json["alarmed"]?.bool == true, isAnswered: json["answered"]?.bool == true)
  }
}

extension JSONWriter {
  fileprivate mutating func optional(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }
}
