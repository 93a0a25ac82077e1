import Channels
import Conversations
import Testing

/// What every adapter owes the house, whatever its provider. It runs over `AdapterRegistry.all` by itself.
@Suite("Every adapter")
struct ConformanceTests {
  @Test("has a specimen and a name of its own")
  func everyLineOfTheRegistry() {
    let kinds = AdapterRegistry.all.map { $0.kind }
    #expect(Set(kinds).count == kinds.count)
    #expect(Set(Specimen.all.map(\.kind)) == Set(kinds))
  }

  @Test("describes itself and each of its settings", arguments: Specimen.all)
  func settingsAreDescribed(specimen: Specimen) throws {
    let type = try specimen.type()
    #expect(!type.summary.isEmpty && type.bodySizeMax > 0)
    #expect(Set(type.settings.map(\.key)).count == type.settings.count)
    for setting in type.settings {
      #expect(!setting.help.isEmpty && setting.key == setting.key.lowercased(), "\(setting.key)")
      if let fallback = setting.fallback {
        #expect(setting.form.complaint(about: fallback) == nil, "default of \(setting.key)")
      }
    }
  }

  @Test("says which required setting is missing, and takes none it does not know", arguments: Specimen.all)
  func settingProblems(specimen: Specimen) throws {
    let type = try specimen.type()
    let members = specimen.settings.members ?? []
    for setting in type.settings where setting.isRequired {
      let rest = JSON.object(members.filter { $0.key != setting.key })
      #expect(SettingValues.check(rest, against: type.settings).problems.map(\.key) == [setting.key])
    }
    let more = JSON.object(members + [JSON.Member("no_such_setting", true)])
    #expect(SettingValues.check(more, against: type.settings).problems.map(\.key) == ["no_such_setting"])
    #expect(SettingValues.check(more, against: type.settings, ignoringUnknown: true).problems.isEmpty)
  }

  @Test("reads genuine deliveries, the same way each time", arguments: Specimen.all)
  func genuineDeliveries(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for delivery in specimen.deliveries {
      let reading = try adapter.reading(delivery)
      #expect(!reading.events.isEmpty || !reading.receipts.isEmpty)
      #expect((200..<300).contains(reading.answer.status))
      for event in reading.events { #expect(!event.externalID.isEmpty && event.threadKey.contains(":")) }
      let lines = try (0..<2).map { _ in
        NormalizedOutput.json(.read(try adapter.reading(delivery)), receivedAt: delivery.receivedAt).description
      }
      #expect(lines[0] == lines[1])
      #expect(try JSON(parsing: lines[0])["accepted"]?.bool == true)
    }
  }

  @Test("refuses a delivery without its proof, or with another", arguments: Specimen.all)
  func forgedDeliveries(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for delivery in specimen.deliveries {
      for forged in forgeries(of: delivery, specimen.proof) { #expect(adapter.isRefused(forged)) }
    }
  }

  @Test("refuses a signed body of which one bit has changed", arguments: Specimen.all)
  func changedBodies(specimen: Specimen) throws {
    guard case .header(_, coversBody: true) = specimen.proof else { return }
    let adapter = try specimen.adapter()
    for delivery in specimen.deliveries {
      for index in delivery.body.indices {
        var body = delivery.body
        body[index] ^= 1 << UInt8(index % 8)
        #expect(adapter.isRefused(delivery.with(body: body)))
      }
      #expect(adapter.isRefused(delivery.with(body: delivery.body.dropLast())))
      #expect(adapter.isRefused(delivery.with(body: delivery.body + [0x20])))
      #expect(adapter.isRefused(delivery.with(body: [])))
    }
  }

  @Test("answers a body over its limit with 413, genuine or not", arguments: Specimen.all)
  func oversizedBodies(specimen: Specimen) throws {
    let (type, adapter) = (try specimen.type(), try specimen.adapter())
    let body = [UInt8](repeating: UInt8(ascii: "a"), count: type.bodySizeMax + 1)
    for delivery in specimen.deliveries.prefix(1) {
      #expect(adapter.status(delivery.with(body: body)) == 413)
      #expect(adapter.isRefused(delivery.with(body: body)))
    }
  }

  @Test("survives every cut of a genuine body", arguments: Specimen.all)
  func cutBodies(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for delivery in specimen.deliveries {
      for length in sampled(delivery.body.indices) {
        expectCalm(adapter, delivery.with(body: delivery.body.prefix(length)))
      }
    }
  }

  @Test("survives every changed byte of a genuine body", arguments: Specimen.all)
  func flippedBodies(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for delivery in specimen.deliveries {
      for index in sampled(delivery.body.indices, most: 200) {
        for value in [0x00, 0x0A, 0x22, 0xFF, delivery.body[index] ^ 0x01, delivery.body[index] ^ 0x20] {
          var body = delivery.body
          body[index] = value
          expectCalm(adapter, delivery.with(body: body))
        }
      }
    }
  }

  @Test("survives every value replaced by one of another type", arguments: Specimen.all)
  func wrongTypes(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    let strangers: [JSON] = [nil, true, 0, -1, .number("1e999"), "", "x", [], .object([]), [[]], .string("\u{0}")]
    for delivery in specimen.deliveries {
      guard let json = try? JSON(parsing: delivery.body) else { continue }
      for stranger in strangers {
        for variant in json.variants(replacing: stranger) { expectCalm(adapter, delivery.with(body: variant.bytes)) }
      }
    }
  }

  @Test("survives bodies that are nothing, nonsense, too deep or not UTF-8", arguments: Specimen.all)
  func nonsense(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    let deep = String(repeating: "[", count: 200_000)
    let bodies: [[UInt8]] = [
      [], [0], [0xFF, 0xFE], Array("[]".utf8), Array("{}".utf8), Array("null".utf8), Array("\"x\"".utf8),
      Array(deep.utf8), Array((#"{"object":"#.replacing("object", with: "entry") + deep).utf8), Array("<a/>".utf8),
      Array("&&&===%%%".utf8), [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D],
      Array(String(repeating: "\r\n--", count: 9999).utf8),
    ]
    for delivery in specimen.deliveries.prefix(1) {
      for body in bodies {
        for type in [nil, "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"] {
          expectCalm(adapter, delivery.with(body: body).with(header: "Content-Type", type))
        }
      }
    }
  }

  @Test("leaves methods that no provider uses alone", arguments: Specimen.all)
  func strangeMethods(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for var delivery in specimen.deliveries where delivery.door == .http {
      for method in ["PUT", "DELETE", "TRACE", ""] {
        delivery.method = method
        #expect(adapter.isRefused(delivery))
      }
    }
  }

  @Test("names the setting that sending lacks instead of sending without it", arguments: Specimen.all)
  func sendingWithoutCredentials(specimen: Specimen) throws {
    let type = try specimen.type()
    let values = SettingValues.check(specimen.settings, against: type.settings, channel: Specimen.channel).values
    guard let missing = type.missingForSending(values).first else { return }
    let message = OutboundMessage(
      outboxID: OutboxID(1), conversation: ConversationID(1), threadKey: "\(specimen.kind):1:2",
      contact: ContactCard(id: "2", email: "ana@example.org"), text: "Hello",
      lastInboundAt: Specimen.arrival, now: Specimen.arrival)
    let adapter = try specimen.adapter()
    do {
      _ = try adapter.render(message)
      Issue.record("rendered without \(missing.key)")
    } catch let problem {
      #expect(problem.reason.contains(missing.key))
    }
  }

  @Test(
    "shows quick replies, or lists them where there is nothing to tap, and refuses too many", arguments: Specimen.all)
  func quickReplies(specimen: Specimen) throws {
    var complete = specimen
    let missing = try specimen.type().settings.filter { $0.isForSending && specimen.settings[$0.key] == nil }
    let made = missing.map { setting -> JSON.Member in
      let known: [String: JSON] = ["address": "a@example.org", "reply_url": "https://b.example"]
      return JSON.Member(setting.key, known[setting.key] ?? "T")
    }
    complete.settings = .object((specimen.settings.members ?? []) + made)
    let adapter = try complete.adapter()
    let heard = specimen.deliveries.lazy.compactMap { delivery -> InboundEvent? in
      guard case .read(let reading) = adapter.receive(delivery, now: delivery.receivedAt) else { return nil }
      return reading.events.first
    }.first
    var message = OutboundMessage(
      outboxID: OutboxID(1), conversation: ConversationID(1), threadKey: heard?.threadKey ?? "",
      contact: heard?.contact ?? ContactCard(), text: "Has it arrived?", inReplyTo: heard?.externalID,
      accessToken: Secret("T"), now: Specimen.arrival)
    (message.lastInboundAt, message.options) = (Specimen.arrival, ["Yes, it has", "Not at all"])
    message.contact.email = message.contact.email ?? "ana@example.org"
    guard !(adapter is any PhoneOnly), specimen.kind != WebForm.kind else { return }
    let sent = try adapter.requests(for: message).map { request in
      switch request {
      case .http(let call): String(decoding: call.body, as: UTF8.self)
      case .mail(let mail): String(decoding: mail.message, as: UTF8.self)
      }
    }.joined(separator: "\n").replacing("+", with: " ").replacing("%20", with: " ").replacing("%2C", with: ",")
    let own = adapter.quickReplies(ofThread: message.threadKey)
    let isStored = specimen.kind == WebChat.kind
    for (index, label) in message.options.enumerated() where !isStored {
      #expect(sent.contains(own == nil ? "\(index + 1). \(label)" : label), "\(sent)")
    }
    let most = (own ?? .listed).most
    message.options = (0...most).map { "option \($0)" }
    #expect(throws: Unrenderable("at most \(most) quick replies fit here, not \(most + 1)")) {
      try adapter.requests(for: message)
    }
  }

  @Test("takes any response for what it is", arguments: Specimen.all)
  func strangeResponses(specimen: Specimen) throws {
    let adapter = try specimen.adapter()
    for status in [0, 200, 204, 301, 400, 401, 403, 404, 408, 429, 500, 503] {
      for body in ["", "{}", "[]", "<html>", #"{"error":7}"#, #"{"error":{"code":"x"}}"#, #"{"messages":[]}"#] {
        let outcome = adapter.interpret(.http(status: status, headers: Headers(), body: Array(body.utf8)))
        if case .accepted = outcome { #expect((200..<300).contains(status) || specimen.kind == WebChat.kind) }
      }
    }
    _ = adapter.interpret(.mail(code: 250, text: "ok"))
    _ = adapter.interpret(.failed(TransportFailure(kind: .timeout, detail: "late")))
  }

  /// Every place of a short body, at most `most` of a long one, evenly spread.
  private func sampled(_ range: Range<Int>, most: Int = 600) -> StrideTo<Int> {
    stride(from: range.lowerBound, to: range.upperBound, by: range.count / most + 1)
  }

  /// Deliveries like `delivery` whose proof is missing or changed.
  private func forgeries(of delivery: RawDelivery, _ proof: Specimen.Proof) -> [RawDelivery] {
    switch proof {
    case .none: return []
    case .body: return [delivery.with(body: []), delivery.with(body: "{}".utf8)]
    case .path:
      var (without, other) = (delivery, delivery)
      (without.path, other.path) = ("", delivery.path + "x")
      return [without, other]
    case .query(let name):
      let fields = delivery.query.split(separator: "&").map(String.init)
      let rest = fields.filter { !$0.hasPrefix("\(name)=") }
      let value = fields.first { $0.hasPrefix("\(name)=") }?.dropFirst(name.utf8.count + 1) ?? ""
      let cuts = (0..<value.utf8.count).map { String(value.prefix($0)) }
      return [delivery.with(query: rest), delivery.with(query: [])]
        + (cuts + [value + "0", value.uppercased(), "0" + value.dropFirst()]).map {
          delivery.with(query: rest + ["\(name)=\($0)"])
        } + rest.map { field in delivery.with(query: fields.map { $0 == field ? "\(field)1" : $0 }) }
    case .header(let name, _):
      let value = delivery.headers[name] ?? ""
      let cuts = (0..<value.utf8.count).map { String(value.prefix($0)) }
      let flips = value.utf8.indices.map { index in
        String(decoding: value.utf8.indices.map { $0 == index ? value.utf8[$0] ^ 1 : value.utf8[$0] }, as: UTF8.self)
      }
      return [delivery.with(header: name, nil)]
        + (cuts + flips + [value + "0", value.uppercased(), "sha256=", "Bearer "]).map {
          delivery.with(header: name, $0)
        }
    }
  }

  /// Whatever stands in a genuine delivery: it is read, or unreadable in a way the provider understands.
  private func expectCalm(_ adapter: any Adapter, _ delivery: RawDelivery) {
    do {
      let reading = try adapter.normalize(delivery).tidied()
      #expect(reading.answer.status < 500)
      for event in reading.events { #expect(!event.externalID.utf8.contains(0) && !event.threadKey.utf8.contains(0)) }
    } catch {
      #expect(error.status == 200 || (400..<500).contains(error.status), "\(error)")
    }
  }
}

extension JSON {
  /// Every value like this one in which exactly one value, however deep, is `stranger`.
  func variants(replacing stranger: JSON) -> [JSON] {
    switch self {
    case .array(let elements):
      [stranger]
        + elements.indices.flatMap { index in
          elements[index].variants(replacing: stranger).map { variant in
            var copy = elements
            copy[index] = variant
            return .array(copy)
          }
        }
    case .object(let members):
      [stranger]
        + members.indices.flatMap { index in
          members[index].value.variants(replacing: stranger).map { variant in
            var copy = members
            copy[index].value = variant
            return .object(copy)
          }
        }
    default: [stranger]
    }
  }
}
