import Channels
import Conversations
import Testing

@Suite("Quick replies") struct QuickReplyTests {
  private func adapter(_ specimen: Specimen, _ more: [JSON.Member] = []) throws -> any Adapter {
    var copy = specimen
    let own = (specimen.settings.members ?? []).filter { old in !more.contains { $0.key == old.key } }
    copy.settings = .object(own + more)
    return try copy.adapter()
  }

  private func message(_ options: [String], thread: String, text: String = "Arrived?") -> OutboundMessage {
    var message = OutboundMessage(
      outboxID: OutboxID(7), conversation: ConversationID(3), threadKey: thread, contact: ContactCard(), text: text,
      lastInboundAt: Specimen.arrival, now: Specimen.arrival)
    message.options = options
    return message
  }

  private func bodies(_ adapter: any Adapter, _ message: OutboundMessage) throws -> [JSON] {
    try adapter.requests(for: message).map { request in
      guard case .http(let call) = request else { throw Unrenderable("no HTTP request") }
      return try JSON(parsing: call.body)
    }
  }

  private static func chat(_ kind: String) throws -> Specimen {
    try #require(Specimen.all.first { $0.kind.rawValue == kind })
  }

  @Test(
    "Messenger and Instagram show them below the newest message", arguments: ["messenger:100:7", "instagram:200:7"])
  func meta(thread: String) throws {
    let specimen = thread.hasPrefix("m") ? Specimen.messenger : .instagram
    let adapter = try adapter(specimen, [JSON.Member("page_access_token", "T")])
    var message = message(["Yes", "No"], thread: thread)
    message.attachments = [Conversations.Attachment(kind: .image, url: "https://files.example/a.png")]
    let bodies = try bodies(adapter, message)
    #expect(bodies.first?["message"]?["attachment"] != nil && bodies.count == 2)
    #expect(
      bodies.last?["message"] == [
        "text": "Arrived?",
        "quick_replies": [
          ["content_type": "text", "title": "Yes", "payload": "Yes"],
          ["content_type": "text", "title": "No", "payload": "No"],
        ],
      ])
  }

  @Test("an answer under a comment lists them", arguments: [Specimen.facebookComments, .instagram])
  func comments(specimen: Specimen) throws {
    let adapter = try adapter(specimen, [JSON.Member("page_access_token", "T")])
    let thread = specimen.kind == Instagram.kind ? "instagram_comment:200:300:301" : "facebook_comment:100:1:2"
    #expect(try bodies(adapter, message(["Yes", "No"], thread: thread)) == [["message": "Arrived?\n\n1. Yes\n2. No"]])
  }

  @Test("WhatsApp has buttons for three short ones, a list for more or longer ones, neither in groups")
  func whatsApp() throws {
    let adapter = try adapter(.whatsApp, [JSON.Member("access_token", "T")])
    let thread = "whatsapp:400:8613800138000"
    let buttons = try bodies(adapter, message(["Yes", "No"], thread: thread)).last
    #expect(
      buttons?["interactive"] == [
        "type": "button", "body": ["text": "Arrived?"],
        "action": [
          "buttons": [
            ["type": "reply", "reply": ["id": "option-1", "title": "Yes"]],
            ["type": "reply", "reply": ["id": "option-2", "title": "No"]],
          ]
        ],
      ])
    let list = try bodies(adapter, message(["到账了", "没有到账", "只到了一部分", "不清楚"], thread: thread)).last
    #expect(list?["interactive"]?["type"] == "list" && list?["interactive"]?["action"]?["button"] == "请选择")
    #expect(list?["interactive"]?["action"]?["sections"]?[0]?["rows"]?[3] == ["id": "option-4", "title": "不清楚"])
    let long = try bodies(adapter, message(["Only a part of the sum"], thread: thread)).last
    #expect(long?["interactive"]?["type"] == "list" && long?["interactive"]?["action"]?["button"] == "Choose")
    let group = try bodies(adapter, message(["Yes"], thread: "whatsapp:400:group:G1")).last
    #expect(group?["text"]?["body"] == "Arrived?\n\n1. Yes")
  }

  @Test("above WhatsApp's buttons stands no more text than they allow, and nothing is lost")
  func whatsAppLongText() throws {
    let adapter = try adapter(.whatsApp, [JSON.Member("access_token", "T")])
    let text = String(repeating: "word ", count: 500)
    let bodies = try bodies(adapter, message(["Yes"], thread: "whatsapp:400:8613800138000", text: text))
    let pieces = bodies.compactMap {
      $0["text"]?["body"]?.string ?? $0["interactive"]?["body"]?["text"]?.string
    }
    #expect(pieces.joined() == text && pieces.allSatisfy { $0.utf16.count <= 1024 })
    #expect(bodies.map { $0["type"]?.string == "interactive" } == [false, false, true])
    var late = message(["Yes"], thread: "whatsapp:400:8613800138000")
    late.lastInboundAt = Specimen.arrival.adding(seconds: -86_401)
    let templated = try self.adapter(
      .whatsApp, [JSON.Member("access_token", "T"), JSON.Member("window_template", "answer")])
    #expect(
      throws: Unrenderable(
        "outside the 24-hour window WhatsApp lets no quick replies through", isWindowClosed: true)
    ) { try templated.requests(for: late) }
  }

  @Test("Telegram has a keyboard, except for business accounts")
  func telegram() throws {
    let specimen = try Self.chat("telegram")
    let bot = (specimen.settings["bot_token"]?.string ?? "").prefix { $0 != ":" }
    let thread = "telegram:\(bot):77"
    #expect(
      try bodies(try adapter(specimen), message(["Yes", "No"], thread: thread)).last?["reply_markup"] == [
        "keyboard": [[["text": "Yes"]], [["text": "No"]]], "resize_keyboard": true, "one_time_keyboard": true,
      ])
    let business = try adapter(specimen, [JSON.Member("business_connection_id", "b1")])
    #expect(try bodies(business, message(["Yes"], thread: thread)).last?["text"] == "Arrived?\n\n1. Yes")
  }

  @Test("LINE has them on the last message of an answer")
  func line() throws {
    let adapter = try adapter(try Self.chat("line"), [JSON.Member("channel_access_token", "T")])
    var message = message(["Yes"], thread: "line:U1:U2")
    message.attachments = [Conversations.Attachment(kind: .image, url: "https://files.example/a.png")]
    let messages = try bodies(adapter, message).last?["messages"]?.array ?? []
    #expect(messages.first?["quickReply"] == nil && messages.count == 2)
    #expect(
      messages.last?["quickReply"] == [
        "items": [["type": "action", "action": ["type": "message", "label": "Yes", "text": "Yes"]]]
      ])
  }

  @Test("Viber has a keyboard whose text is no markup")
  func viber() throws {
    let specimen = try Self.chat("viber")
    let account = specimen.settings["account_id"]?.string ?? ""
    #expect(
      try bodies(try adapter(specimen), message(["<b> & co"], thread: "viber:\(account):u=")).last?["keyboard"] == [
        "Type": "keyboard",
        "Buttons": [
          [
            "Columns": 6, "Rows": 1, "ActionType": "reply", "ActionBody": "<b> & co", "Text": "&lt;b&gt; &amp; co",
          ]
        ],
      ])
  }

  @Test("Slack has buttons in a message of their own, and pressing one is a postback in the same thread")
  func slack() throws {
    let specimen = try Self.chat("slack")
    let team = specimen.settings["team_id"]?.string ?? ""
    let adapter = try adapter(specimen, [JSON.Member("bot_token", "T")])
    let bodies = try bodies(adapter, message(["Yes", "<No>"], thread: "slack:\(team):C1:1787216400.000100"))
    #expect(bodies.count == 2 && bodies[0]["text"] == "Arrived?" && bodies[0]["blocks"] == nil)
    #expect(bodies[1]["text"] == "1. Yes\n2. &lt;No&gt;" && bodies[1]["thread_ts"] == "1787216400.000100")
    #expect(
      bodies[1]["blocks"]?[0]?["elements"]?[1] == [
        "type": "button", "action_id": "option-2", "value": "<No>",
        "text": ["type": "plain_text", "text": "<No>", "emoji": false],
      ])
    let action: JSON = [
      "type": "button", "action_id": "option-1", "value": "Yes", "action_ts": "1787216460.000200",
      "text": ["type": "plain_text", "text": "Yes"],
    ]
    func press(_ team: String, _ channel: String, _ message: JSON) throws -> [InboundEvent] {
      let payload: JSON = [
        "type": "block_actions", "team": ["id": .string(team)], "user": ["id": "U9"],
        "channel": ["id": .string(channel)], "message": message, "actions": [action],
      ]
      let body = "payload=\(FormFields.encode(payload.description))"
      let form = Specimen.slackDelivery(body).with(header: "Content-Type", "application/x-www-form-urlencoded")
      return try adapter.reading(form).events
    }
    let inThread: JSON = ["ts": "1787216450.000100", "thread_ts": "1787216400.000100"]
    let pressed = try #require(try press(team, "C1", inThread).first)
    #expect(pressed.kind == .postback && pressed.text == "Yes" && pressed.contact.id == "U9")
    #expect(pressed.externalID == "C1:1787216460.000200" && pressed.inReplyTo == ["C1:1787216450.000100"])
    #expect(pressed.threadKey == "slack:\(team):C1:1787216400.000100")
    #expect(pressed.sentAt?.seconds == 1_787_216_460)
    #expect(try press(team, "D1", inThread).first?.threadKey == "slack:\(team):D1")
    #expect(try press("T-other", "C1", inThread).isEmpty)
    #expect(try press(team, "C1", [:]).isEmpty)
  }

  @Test(
    "what does not fit is refused by name",
    arguments: [
      ([String](repeating: "x", count: 14), "at most 13 quick replies fit here, not 14"),
      (["a label of 21 letters"], "the quick reply “a label of 21 letters” has 21 characters, at most 20 fit here"),
      (["Yes", "No", "Yes"], "the quick reply “Yes” is given twice"), (["Yes", " "], "a quick reply is empty"),
      (["Yes\nNo"], "the quick reply “YesNo” is not one line of plain text"),
    ])
  func limits(options: [String], words: String) throws {
    let adapter = try adapter(.messenger, [JSON.Member("page_access_token", "T")])
    let message = message(options, thread: "messenger:100:7")
    #expect(throws: Unrenderable(words)) { try adapter.requests(for: message) }
    var silent = self.message(["Yes"], thread: "messenger:100:7", text: " \n")
    silent.attachments = [Conversations.Attachment(kind: .image, url: "https://files.example/a.png")]
    #expect(throws: Unrenderable("quick replies need a text that they answer")) { try adapter.requests(for: silent) }
  }

  @Test("a machine's words are not held back for quick replies that do not fit: they are listed")
  func automatic() throws {
    let adapter = try adapter(.messenger, [JSON.Member("page_access_token", "T")])
    var message = message(["an answer longer than twenty letters"], thread: "messenger:100:7")
    message.isAutomatic = true
    #expect(
      try bodies(adapter, message).last?["message"] == ["text": "Arrived?\n\n1. an answer longer than twenty letters"])
  }
}
