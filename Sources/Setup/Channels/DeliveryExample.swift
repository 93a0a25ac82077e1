import Channels
import Conversations

/// A delivery beside a channel's mapping, and what must come of it.
struct DeliveryExample {
  /// The body as the service sends it.
  var body: Located<String>
  /// The headers it was captured with; `nil` = it is signed for the occasion.
  var headers: Located<Headers>?
  /// When it arrives; `nil` = any time will do.
  var at: Instant?
  /// In the order of the body.
  var events: Located<[ExpectedEvent]>
  /// The dotted way to it, e.g. `examples[0]`.
  var path: String
}

/// The fields of an event that somebody cares about.
struct ExpectedEvent {
  struct Field {
    /// One of `GenericWebhook.fieldNames`.
    var name: String
    /// `nil` = nothing must come out.
    var value: String?
    var path: String
    var mark: Mark
  }
  var fields: [Field]
}

/// Reads `examples:` of a channel file: each `{body, headers?, at?, events}`.
struct DeliveryExampleReader {
  let file: SourceFile

  func read(_ map: MapReader) -> [DeliveryExample] { map.maps("examples").compactMap(example) }

  private func example(_ map: MapReader) -> DeliveryExample? {
    let body = map.text("body", required: "a delivery as the service sends it")
    let headers = map.map("headers").map { Located(value: self.headers($0), mark: $0.mark) }
    // A captured signature is good for the moment it was made in.
    let at = map.moment("at", required: headers == nil ? nil : "when the delivery with these headers arrived")
    let events = events(map)
    map.finish()
    guard let body, let events, headers == nil || at != nil else { return nil }
    return DeliveryExample(body: body, headers: headers, at: at?.value, events: events, path: map.path)
  }

  private func headers(_ map: MapReader) -> Headers {
    var headers = Headers()
    for entry in map.allEntries() {
      if let value = file.text(entry.value, at: map.way(to: entry.key)) { headers.add(entry.key, value.value) }
    }
    return headers
  }

  private func events(_ map: MapReader) -> Located<[ExpectedEvent]>? {
    guard let node = map.node("events", required: "what must come of it, one map for each event; [] = nothing") else {
      return nil
    }
    let events = map.maps("events").compactMap(event)
    guard case .list(let elements) = node.value, elements.count == events.count else { return nil }
    return Located(value: events, mark: node.mark)
  }

  /// `nil` when one of its fields cannot be read: what follows from that is not worth telling.
  private func event(_ map: MapReader) -> ExpectedEvent? {
    let entries = map.allEntries()
    let fields = entries.compactMap { field($0, at: map.way(to: $0.key)) }
    return fields.count == entries.count ? ExpectedEvent(fields: fields) : nil
  }

  private func field(_ entry: YAMLNode.Entry, at path: String) -> ExpectedEvent.Field? {
    let names = GenericWebhook.fieldNames
    guard names.contains(entry.key) else {
      let nearest = nearestWord(to: entry.key, among: names)
      return nothing(file.complain(.unknownKey(clipped(entry.key), nearest: nearest, known: names), at: entry.mark))
    }
    guard !entry.value.isNull else {
      return ExpectedEvent.Field(name: entry.key, value: nil, path: path, mark: entry.value.mark)
    }
    guard let text = file.text(entry.value, at: path) else { return nil }
    // Whatever the offset, the same moment.
    let value = entry.key == "sent_at" ? file.moment(text, at: path)?.rfc3339 : text.value
    return value.map { ExpectedEvent.Field(name: entry.key, value: $0, path: path, mark: text.mark) }
  }
}
