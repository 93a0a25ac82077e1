import Channels
import Conversations

/// Tries a channel's mapping on the deliveries beside it, and tells line by line what did not come out as written.
struct MappingCheck {
  let file: SourceFile
  let adapter: GenericWebhook
  /// Whether `adapter` has the channel's own secret: only then can it tell whether a captured signature fits.
  let hasSecret: Bool

  /// A Monday in an ordinary week.
  private static let ordinaryMoment = Instant(seconds: 1_773_018_000)

  func run(_ example: DeliveryExample) {
    prove(example)
    let body = Array(example.body.value.utf8)
    let now = example.at ?? Self.ordinaryMoment
    switch adapter.receive(adapter.delivery(signing: body, now: now), now: now) {
    case .read(let reading): compare(reading, example)
    case .unreadable(let problem):
      complain(example, "body", "cannot be read: \(problem.reason)", at: example.body.mark)
    case .refused(_, let reason): complain(example, "body", "is refused: \(reason)", at: example.body.mark)
    case .answered: complain(example, "body", "is taken for a handshake", at: example.body.mark)
    }
  }

  /// Whether the captured signature fits the settings. Secrets change without the file: no reason to stand still.
  private func prove(_ example: DeliveryExample) {
    guard hasSecret, let headers = example.headers, let at = example.at else { return }
    let captured = RawDelivery(
      door: .http, headers: headers.value, body: Array(example.body.value.utf8), receivedAt: at)
    guard case .refused(_, let reason) = adapter.verify(captured, now: at) else { return }
    file.complain(
      .said(
        path: "\(example.path).headers", words: "would be refused: \(reason)",
        hint: "the settings of the signature are not what the service does, or the secret has changed since"),
      at: headers.mark, severity: .warning)
  }

  private func compare(_ reading: Reading, _ example: DeliveryExample) {
    let (wanted, got) = (example.events.value, reading.events)
    if wanted.count != got.count {
      let left = reading.ignored.isEmpty ? "" : ", left alone: \(reading.ignored.map(clipped).joined(separator: ", "))"
      complain(
        example, "events", "came out as \(got.count) instead of \(wanted.count)\(left)", at: example.events.mark,
        hint: "an event needs an `id`, a `contact_id` and, where there are `kinds`, a `type` that is one of them")
    }
    for (expected, event) in zip(wanted, got) {
      let fields = adapter.fields(of: event)
      for field in expected.fields where fields[field.name] != field.value { tell(field, fields[field.name]) }
    }
  }

  private func tell(_ field: ExpectedEvent.Field, _ value: String?) {
    let (got, wanted) = Self.apart(value, field.value)
    let place = adapter.place(ofField: field.name).map { "read from `\($0)`" }
    file.complain(
      .said(
        path: field.path, words: "came out as \(got) instead of \(wanted)",
        hint: place ?? "`settings.fields` does not say where `\(field.name)` is"), at: field.mark)
  }

  private func complain(
    _ example: DeliveryExample, _ key: String, _ words: String, at mark: Mark, hint: String? = nil
  ) {
    file.complain(.said(path: "\(example.path).\(key)", words: words, hint: hint), at: mark)
  }

  /// Both as they are told: of long texts the part in which they differ.
  private static func apart(_ got: String?, _ wanted: String?) -> (got: String, wanted: String) {
    let common = zip((got ?? "").unicodeScalars, (wanted ?? "").unicodeScalars).prefix { $0 == $1 }.count
    let skipped = common > 40 ? common - 20 : 0
    func told(_ text: String?) -> String {
      guard let text else { return "nothing" }
      let rest = String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(skipped)))
      return "`\(skipped > 0 ? "…" : "")\(clipped(rest))`"
    }
    return (told(got), told(wanted))
  }
}
