package import Conversations

/// Our own "submit a ticket" form. Answers go to the address given, through the mail channel named by `reply_through`.
package struct WebForm: Adapter {
  package static let kind = ChannelKind("webform")
  package static let summary = "The contact form that this server brings along; answers leave by mail."
  package static let settings: [Setting] = [
    Setting("text_max", .integer, default: 10_000, help: "longest message, in characters"),
    Setting("honeypot", .text, default: "website", help: "name of the field that people do not see; bots fill it in"),
    DialPlan.countrySetting,
  ]
  package static let filesMax = 10
  /// Bytes of all files together: the rest of `bodySizeMax` is for what is written and for the envelope.
  package static let filesSizeMax = 9 << 20

  private let channel: String
  /// Characters.
  package let textMax: Int
  private let honeypot: String
  private let plan: DialPlan

  package init(_ values: SettingValues) throws(SettingProblem) {
    channel = values.channel
    textMax = try values.positive("text_max")
    honeypot = values.text("honeypot") ?? "website"
    plan = try DialPlan(values)
  }

  /// Anybody may fill in the form; what they say of themselves is unproved.
  package func verify(_ delivery: RawDelivery, now: Instant) -> Verdict {
    delivery.method == "POST" ? .accepted : .refused(status: 405, reason: "method is not POST")
  }

  /// Fields: `name, email, phone?, category?, subject?, text, transaction_id?, language?, submission_id?` and files.
  package func normalize(_ delivery: RawDelivery) throws(Unreadable) -> Reading {
    let form = try RequestBody.read(delivery)
    let submission = try Submission(form, textMax: textMax, plan: plan)
    let reference = reference(submission, at: delivery.receivedAt)
    let answer = Answer.json(["reference": .string(reference)])
    // A bot gets the answer that everybody gets, and learns nothing.
    if form[honeypot]?.trimmingBlanks().isEmpty == false { return Reading(answer: answer, ignored: ["honeypot"]) }
    let event = InboundEvent(
      kind: .message, channelKind: Self.kind, externalID: reference, threadKey: "\(Self.kind):\(channel):\(reference)",
      contact: submission.contact, subject: submission.subject, text: submission.fullText,
      replyText: submission.text, language: FormText.language(form["language"], headers: delivery.headers),
      attachments: try attachments(form), categoryHint: FormText.word(form["category"]))
    return Reading(events: [event], answer: answer)
  }

  package func render(_ message: OutboundMessage) throws(Unrenderable) -> [OutboundRequest] {
    throw Unrenderable("answers to the form leave by mail: set `reply_through` in its channel file")
  }

  package func interpret(_ response: OutboundResponse) -> Outcome {
    .rejected(reason: "answers to the form leave by mail", code: nil)
  }

  private func attachments(_ form: RequestBody) throws(Unreadable) -> [Attachment] {
    // A file field left empty is sent as an empty file.
    let files = form.files.filter { !$0.bytes.isEmpty }
    guard files.count <= Self.filesMax else {
      throw Unreadable(status: 422, reason: "more than \(Self.filesMax) files", code: "files_max")
    }
    return files.map { .uploaded($0.filename, contentType: $0.contentType, $0.bytes) }
  }

  /// Eight characters to quote on the telephone. The page's own `submission_id`, or the same words from the same
  /// address on the same day, give the same one: a second click is no second ticket.
  private func reference(_ submission: Submission, at now: Instant) -> String {
    let day = CivilDate(daysSinceEpoch: now.seconds.flooredDivision(by: 86_400))
    let content = [submission.email, submission.subject ?? "", submission.fullText, "\(day)"]
    let parts = submission.id.map { [$0] } ?? content
    let digest = Signatures.digest(.sha256, of: Array(([channel] + parts).joined(separator: "\u{0}").utf8))
    return "F-" + Reference.letters(digest)
  }
}

/// What stands in a form, checked.
private struct Submission {
  let id: String?
  let (name, phone, subject, transaction): (String?, String?, String?, String?)
  let (email, text): (String, String)
  private let plan: DialPlan

  init(_ form: RequestBody, textMax: Int, plan: DialPlan) throws(Unreadable) {
    guard let text = form["text"], !text.allSatisfy(\.isWhitespace) else {
      throw Unreadable(status: 422, reason: "`text` is empty", code: "text")
    }
    // A browser counts an end of line as one character and sends two.
    guard text.replacing("\r\n", with: "\n").utf16.count <= textMax else {
      throw Unreadable(status: 422, reason: "`text` is longer than \(textMax) characters", code: "text_max")
    }
    guard let email = EmailAddress.plausible(form["email"]) else {
      throw Unreadable(status: 422, reason: "`email` is missing or not an address", code: "email")
    }
    (self.text, self.email, id) = (text, email, FormText.word(form["submission_id"]))
    self.plan = plan
    (name, phone) = (FormText.line(form["name"]), FormText.line(form["phone"]))
    (subject, transaction) = (FormText.line(form["subject"]), FormText.line(form["transaction_id"]))
  }

  /// Nobody has proved that the address is theirs; answers go there all the same.
  var contact: ContactCard {
    ContactCard(id: email, name: name, phone: PhoneNumbers.typed(phone, plan: plan), email: email)
  }

  /// The words with what the other fields say below them.
  var fullText: String {
    let extras = [("Transaction", transaction), ("Phone", phone)]
    let lines = extras.compactMap { label, value in value.map { "\(label): \($0)" } }
    return lines.isEmpty ? text : "\(text)\n\n\(lines.joined(separator: "\n"))"
  }
}

/// Short references for people.
enum Reference {
  /// Crockford's base 32: no letter that looks or sounds like another.
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// The first forty bits as eight letters and digits.
  static func letters(_ digest: [UInt8]) -> String {
    let bits = digest.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let letters = (0..<8).map { alphabet[Int(bits >> UInt64(35 - $0 * 5) & 31)] }
    return String(decoding: letters, as: UTF8.self)
  }
}
