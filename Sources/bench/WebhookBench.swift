import ArgumentParser
import Channels
import Conversations
import Foundation

/// Webhooks verified and put into the words of all channels, on one thread, for each provider.
struct WebhookBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhooks", abstract: "Webhooks verified and normalised per second, for each provider.")

  @Option(help: "Seconds for each provider.")
  var seconds = 1.0

  @Option(
    help: ArgumentHelp(
      "A directory with PROVIDER/NAME.request.json and PROVIDER/secrets.json: measures what is accepted of those, too.",
      valueName: "dir"))
  var cases: String?

  func run() async throws {
    for sample in try WebhookSamples.all() { tell(sample.name, sample.adapter, [sample.delivery]) }
    guard let cases else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: cases).sorted()
    for name in names {
      guard let type = AdapterRegistry.adapter(for: ChannelKind(name)) else { continue }
      for (adapter, deliveries) in try captured("\(cases)/\(name)", type) where !deliveries.isEmpty {
        tell("\(name), \(deliveries.count) captured", adapter, deliveries)
      }
    }
  }

  private func tell(_ name: String, _ adapter: any Adapter, _ deliveries: [RawDelivery]) {
    let begin = nanoseconds()
    let end = begin + UInt64(seconds * 1_000_000_000)
    var (count, wrong, bytes) = (0, 0, 0)
    while nanoseconds() < end {
      for delivery in deliveries {
        switch adapter.receive(delivery, now: delivery.receivedAt) {
        case .read, .answered: break
        case .refused, .unreadable: wrong += 1
        }
        bytes += delivery.body.count
        count += 1
      }
    }
    let taken = Double(nanoseconds() - begin) / 1_000_000_000
    let refused = wrong > 0 ? ", \(wrong) NOT ACCEPTED" : ""
    say(
      "\(name): \(grouped(Double(count) / taken))/s, \(rounded(taken * 1_000_000 / Double(max(1, count)))) µs, \(bytes / max(1, count)) bytes each\(refused)"
    )
  }

  /// The genuine deliveries of a folder, by profile.
  private func captured(_ folder: String, _ type: any Adapter.Type) throws -> [(any Adapter, [RawDelivery])] {
    guard let secrets = FileManager.default.contents(atPath: "\(folder)/secrets.json") else { return [] }
    let profiles = try JSON(parsing: Array(secrets))["profiles"]
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".request.json") }
    let requests = files.sorted().compactMap { name -> CapturedRequest? in
      FileManager.default.contents(atPath: "\(folder)/\(name)").flatMap {
        try? CapturedRequest(parsing: Array($0), now: wallClock())
      }
    }
    return (profiles?.members ?? []).compactMap { profile in
      let values = SettingValues.check(profile.value, against: type.settings, ignoringUnknown: true).values
      guard let adapter = try? type.init(values) else { return nil }
      let genuine = requests.filter { request in
        guard request.profile == profile.key, request.delivery.body.count < 1 << 20 else { return false }
        guard case .read = adapter.receive(request.delivery, now: request.delivery.receivedAt) else { return false }
        return true
      }
      return (adapter, genuine.map(\.delivery))
    }
  }
}

/// One signed delivery of each provider, with a text of ordinary length.
struct WebhookSamples {
  let name: String
  let adapter: any Adapter
  let delivery: RawDelivery

  private static let secret = Secret("a secret for measurements")
  private static let text = "我昨天充值的钱到现在还没有到账，订单号 1000001，麻烦帮我查一下是什么原因。"

  private init(
    _ type: any Adapter.Type, _ settings: JSON, body: [UInt8], type contentType: String = "application/json",
    query: String = "", path: String = "", headers: [(String, String)]
  ) throws {
    let values = SettingValues.check(settings, against: type.settings).values
    (name, adapter) = (type.kind.rawValue, try type.init(values))
    delivery = RawDelivery(
      door: .http, path: path, query: query, headers: Headers([("Content-Type", contentType)] + headers), body: body,
      receivedAt: wallClock())
  }

  private static func hmac(_ body: [UInt8], _ writing: Signatures.Writing = .hex) -> String {
    Signatures.write(Signatures.hmac(.sha256, secret: secret, over: body), as: writing)
  }

  static func all() throws -> [WebhookSamples] { try meta() + chats() + china() + phones() }

  private static func meta() throws -> [WebhookSamples] {
    let door: [JSON.Member] = [.init("app_secret", .string(secret.reveal())), .init("verify_token", "v")]
    let messenger = Traffic(perCustomer: 1, startMilliseconds: wallClock().microseconds / 1000).body(1)
    let message: JSON = [
      "from": "8613800138000", "id": "wamid.1", "timestamp": "1787216400", "type": "text",
      "text": ["body": .string(text)],
    ]
    let whatsApp: JSON = [
      "object": "whatsapp_business_account",
      "entry": [
        [
          "id": "1",
          "changes": [
            [
              "field": "messages",
              "value": [
                "messaging_product": "whatsapp", "metadata": ["phone_number_id": "400"],
                "contacts": [["wa_id": "8613800138000", "profile": ["name": "Li"]]], "messages": [message],
              ],
            ]
          ],
        ]
      ],
    ]
    return [
      try WebhookSamples(
        Messenger.self, .object(door + [.init("page_id", .string(Traffic.page))]), body: messenger,
        headers: [("X-Hub-Signature-256", "sha256=\(hmac(messenger))")]),
      try WebhookSamples(
        WhatsApp.self, .object(door + [.init("phone_number_id", "400")]), body: whatsApp.bytes,
        headers: [("X-Hub-Signature-256", "sha256=\(hmac(whatsApp.bytes))")]),
    ]
  }

  private static func chats() throws -> [WebhookSamples] {
    let update: JSON = [
      "update_id": 1,
      "message": [
        "message_id": 7, "date": 1_787_216_400, "chat": ["id": 77, "type": "private"],
        "from": ["id": 77, "first_name": "Li"], "text": .string(text),
      ],
    ]
    let line: JSON = [
      "destination": "U1",
      "events": [
        [
          "type": "message", "mode": "active", "timestamp": 1_787_216_400_000, "webhookEventId": "W1",
          "source": ["type": "user", "userId": "U8"], "message": ["id": "46", "type": "text", "text": .string(text)],
        ]
      ],
    ]
    let slack: JSON = [
      "type": "event_callback", "team_id": "T1", "event_id": "E1",
      "event": [
        "type": "message", "channel": "C1", "user": "U8", "ts": "1787216400.000100", "text": .string(text),
      ],
    ]
    let stamp = "\(wallClock().seconds)"
    let viber: JSON = [
      "event": "message", "timestamp": 1_787_216_400_000, "message_token": 5_741_311_803_571_721_087,
      "sender": ["id": "u8", "name": "Li"], "message": ["type": "text", "text": .string(text)],
    ]
    return [
      try WebhookSamples(
        Telegram.self, ["bot_token": "7:abc", "secret_token": "s"], body: update.bytes,
        headers: [("X-Telegram-Bot-Api-Secret-Token", "s")]),
      try WebhookSamples(
        Line.self, ["channel_secret": .string(secret.reveal())], body: line.bytes,
        headers: [("X-Line-Signature", hmac(line.bytes, .base64))]),
      try WebhookSamples(
        Slack.self, ["signing_secret": .string(secret.reveal()), "team_id": "T1"], body: slack.bytes,
        headers: [
          ("X-Slack-Request-Timestamp", stamp),
          ("X-Slack-Signature", "v0=\(hmac(Array("v0:\(stamp):".utf8) + slack.bytes))"),
        ]),
      try WebhookSamples(
        Viber.self, ["auth_token": .string(secret.reveal()), "account_id": "pa:1"], body: viber.bytes,
        headers: [("X-Viber-Content-Signature", hmac(viber.bytes))]),
    ]
  }

  private static func china() throws -> [WebhookSamples] {
    let xml = """
      <xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o8]]></FromUserName>\
      <CreateTime>1787216400</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[\(text)]]></Content>\
      <MsgId>1234567890123456</MsgId></xml>
      """
    let sorted = ["1787216400", "n", secret.reveal()].map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    let signature = Signatures.hex(Signatures.digest(.sha1, of: Array(sorted.joined())))
    return [
      try WebhookSamples(
        WeChat.self, ["token": .string(secret.reveal()), "app_id": "wx1", "original_id": "gh_1"], body: Array(xml.utf8),
        type: "text/xml", query: "signature=\(signature)&timestamp=1787216400&nonce=n", headers: [])
    ]
  }

  private static func phones() throws -> [WebhookSamples] {
    let call = "event=newCall&direction=in&from=4922147103344&to=4922147103300&callId=C1&user%5B%5D=Alice"
    let event: JSON = ["id": "E1", "contact": ["id": "8"], "text": .string(text)]
    return [
      try WebhookSamples(
        ZammadCTI.self, ["token": "t"], body: Array(call.utf8), type: "application/x-www-form-urlencoded", path: "/t",
        headers: []),
      try WebhookSamples(
        GenericWebhook.self,
        [
          "secret": .string(secret.reveal()), "fields": ["id": "id", "contact_id": "contact.id", "text": "text"],
        ], body: event.bytes, headers: [("X-Signature", hmac(event.bytes))]),
    ]
  }
}
