import Channels
import Conversations
import Desk
import Foundation
import Rehearsal
import Testing

extension Bench {
  /// Adds a connection to the desk's configuration; what it sends goes to the pretend provider when `settings` say so.
  func connect(
    _ name: String, _ type: any Adapter.Type, _ settings: JSON, pace: SendingPace = SendingPace(),
    repliesAutomatically: Bool = false, replyThrough: String? = nil
  ) throws {
    let channel = try #require(ChannelName(rawValue: name))
    let (values, problems) = SettingValues.check(settings, against: type.settings, channel: channel)
    try #require(problems.isEmpty, "\(problems)")
    let connection = Connection(
      name: channel, kind: type.kind, title: name.prefix(1).uppercased() + name.dropFirst(),
      adapter: try type.init(values),
      replyThrough: replyThrough.flatMap { ChannelName(rawValue: $0) }, repliesAutomatically: repliesAutomatically,
      pace: pace)
    let old = desk.configuration.value
    desk.configuration.replace(
      DeskConfiguration(
        version: old.version, settings: old.settings,
        connections: old.channels.values.filter { $0.name != channel } + [connection], table: old.table,
        templates: old.templates, reports: old.reports, filesJSON: old.filesJSON))
  }

  static let botToken = "7012345678:the-token-of-the-bot"

  func connectTelegram(pace: SendingPace = SendingPace()) throws {
    try connect(
      "telegram", Telegram.self,
      ["bot_token": .string(Bench.botToken), "secret_token": "the secret", "api_base": .string(web.url)], pace: pace)
  }

  /// One update of a bot; `content` stands beside the frame of a message.
  func update(_ id: Int, _ content: [JSON.Member], chat: Int64 = 77) async -> IntakeResult {
    let frame: [JSON.Member] = [
      .init("message_id", JSON(id)), .init("date", JSON(time.now.seconds)),
      .init("chat", ["id": JSON(chat), "type": "private"]),
      .init("from", ["id": JSON(chat), "first_name": "Ana"]),
    ]
    let update: JSON = ["update_id": JSON(id), "message": .object(frame + content)]
    let delivery = RawDelivery(
      door: .http,
      headers: Headers([
        ("X-Telegram-Bot-Api-Secret-Token", "the secret"), ("Content-Type", "application/json"),
      ]), body: update.bytes, receivedAt: time.now)
    return await desk.receive(delivery, on: "telegram")
  }

  func connectWhatsApp(textMax: Int = 4096) throws {
    try connect(
      "whatsapp", WhatsApp.self,
      [
        "phone_number_id": "400", "app_secret": .string(Bench.appSecret.reveal()), "verify_token": "verify me",
        "access_token": "a token", "api_base": .string(web.url), "text_max": JSON(textMax),
      ])
  }

  /// One change of the number; `content` stands beside its name.
  func whatsApp(_ content: [JSON.Member]) async -> IntakeResult {
    let value: JSON = .object([.init("metadata", ["phone_number_id": "400"])] + content)
    let body: JSON = [
      "object": "whatsapp_business_account", "entry": [["changes": [["field": "messages", "value": value]]]],
    ]
    return await desk.receive(Bench.signed(body, at: time.now), on: "whatsapp")
  }

  /// A customer's words, under any of their ids.
  func whatsAppMessage(_ text: String, id: String, phone: String? = nil, scoped: String? = nil) async -> IntakeResult {
    let names = [("from", phone), ("from_user_id", scoped)].compactMap { name, value in
      value.map { JSON.Member(name, .string($0)) }
    }
    let message: [JSON.Member] = [
      .init("id", .string(id)), .init("timestamp", .string("\(time.now.seconds)")), .init("type", "text"),
      .init("text", ["body": .string(text)]),
    ]
    return await whatsApp([.init("messages", .array([.object(names + message)]))])
  }

  /// Does errands until none is due.
  func doErrands() async throws {
    while try await desk.doErrands() > 0 {}
  }
}

extension Bench {
  /// The sample desk with its alert switched on: duty@example.com is told.
  static func alerting() throws -> [String: String] {
    let path = "channels/routing/queues.yaml"
    let queues = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    let enabled = queues.replacing(
      "  alert:                       # told at once of fraud, lost phones, lawyers\n    enabled: false",
      with: "  alert:\n    enabled: true")
    #expect(enabled != queues)
    return [path: enabled]
  }
}
