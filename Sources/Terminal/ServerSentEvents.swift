/// Cuts a stream into events (WHATWG HTML §9.2.6): bytes in, whatever is complete out.
package struct ServerSentEvents: Sendable {
  package struct Event: Hashable, Sendable {
    /// The `event:` field, `message` without one.
    package var name = "message"
    /// The `data:` lines, joined by line feeds.
    package var data = ""
    package var id: String?
    package init(name: String = "message", data: String = "", id: String? = nil) {
      (self.name, self.data, self.id) = (name, data, id)
    }
  }

  package init() {}

  /// A longer line is no event of ours; it is dropped.
  static let lineBytesMax = 1 << 20

  private var line: [UInt8] = []
  private var lineIsTooLong = false
  private var afterReturn = false
  private var event = Event()
  private var hasData = false

  /// What `bytes`, the next piece of the stream, completes. Pieces may be cut anywhere.
  package mutating func take(_ bytes: [UInt8]) -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      defer { afterReturn = byte == 0x0D }
      switch byte {
      // CR, LF and CR LF all end a line.
      case 0x0A where afterReturn: continue
      case 0x0A, 0x0D: if let event = endLine() { events.append(event) }
      default:
        if line.count < ServerSentEvents.lineBytesMax { line.append(byte) } else { lineIsTooLong = true }
      }
    }
    return events
  }

  private mutating func endLine() -> Event? {
    let text = String(decoding: line, as: UTF8.self)
    let isTooLong = lineIsTooLong
    (line, lineIsTooLong) = ([], false)
    if isTooLong { return nil }
    guard text.isEmpty else {
      field(text)
      return nil
    }
    defer { (event, hasData) = (Event(), false) }
    return hasData ? event : nil
  }

  private mutating func field(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var value = parts.count > 1 ? parts[1] : ""
    if value.first == " " { value.removeFirst() }
    switch parts[0] {
    case "event": event.name = String(value)
    case "id": event.id = String(value)
    case "data":
      event.data += (hasData ? "\n" : "") + value
      hasData = true
    default: break
    }
  }
}
