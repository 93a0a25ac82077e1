import Channels
import Conversations
import Testing

@Suite("Telegram")
struct TelegramTests {
  private let adapter: any Adapter

  init() throws { adapter = try Specimen.telegram.adapter() }

  private func events(_ update: String) throws -> [InboundEvent] {
    try adapter.reading(Specimen.telegramDelivery(#"{"update_id":1,\#(update)}"#)).events
  }

  private func message(_ content: String, chat: String = #"{"id":8,"type":"private","first_name":"Ana"}"#) throws
    -> InboundEvent?
  {
    try events(
      #""message":{"message_id":5,"from":{"id":8,"first_name":"Ana","last_name":"Lim"},"chat":\#(chat),"#
        + #""date":1787216400,\#(content)}"#
    ).first
  }

  @Test("a text names its chat, its writer and the message it answers")
  func text() throws {
    let event = try #require(try message(#""text":"hi","reply_to_message":{"message_id":4}"#))
    #expect(event.externalID == "8:5" && event.threadKey == "telegram:7000:8" && event.inReplyTo == ["8:4"])
    #expect(event.contact == ContactCard(id: "8", name: "Ana Lim"))
    #expect(event.sentAt?.rfc3339 == "2026-08-20T09:00:00Z")
  }

  @Test("a topic of a forum is a thread, and opening it is no answer to anything")
  func topics() throws {
    let forum = #"{"id":-100,"type":"supergroup","is_forum":true}"#
    let topic = #""is_topic_message":true,"message_thread_id":3,"reply_to_message":{"message_id":3}"#
    let event = try message(#""text":"x",\#(topic)"#, chat: forum)
    #expect(event?.threadKey == "telegram:7000:-100:3" && event?.inReplyTo == [])
    #expect(try message(#""text":"x","message_thread_id":3"#, chat: forum)?.threadKey == "telegram:7000:-100")
  }

  @Test(
    "each kind of content has its form",
    arguments: [
      (
        #""photo":[{"file_id":"L","width":9,"height":9},{"file_id":"S","width":1,"height":1}]"#, "image telegram-file:L"
      ),
      (#""animation":{"file_id":"G"},"document":{"file_id":"G"}"#, "video telegram-file:G"),
      (#""document":{"file_id":"D","file_name":"../a\u0000.pdf"}"#, "file telegram-file:D a.pdf"),
      (#""location":{"latitude":1.50,"longitude":-2.0}"#, "location geo:1.50,-2.0"),
      (#""contact":{"phone_number":"593-7885","first_name":"Bo"}"#, "contact tel:+5937885 Bo"),
      (#""poll":{"id":"1"}"#, "unsupported poll"), (#""hologram":1"#, "unsupported hologram"),
      (#""location":{"latitude":"x","longitude":0}"#, "unsupported location"),
    ])
  func content(content: String, expected: String) throws {
    let attachment = try #require(try message(content)?.attachments.first)
    let told = [attachment.kind.rawValue, attachment.url, attachment.filename].compactMap(\.self)
    #expect(told.joined(separator: " ") == expected)
  }

  @Test("each deleted message is an event; a list longer than Telegram's is kept as it came")
  func deletions() throws {
    func update(_ ids: String) -> String { #""deleted_business_messages":{"chat":{"id":8},"message_ids":[\#(ids)]}"# }
    #expect(try events(update("5,6")).map { "\($0.kind) \($0.externalID)" } == ["delete 8:5", "delete 8:6"])
    let many = Specimen.telegramDelivery(
      #"{"update_id":1,\#(update(repeatElement("5", count: 1001).joined(separator: ",")))}"#)
    guard case .unreadable(let problem) = adapter.receive(many, now: many.receivedAt) else {
      Issue.record("it was read")
      return
    }
    #expect(problem.status == 200 && problem.reason == "1001 deletions in one update")
  }

  @Test("what only says how the chat changed is passed over")
  func service() throws {
    for content in [#""new_chat_title":"x""#, #""left_chat_member":{"id":1}"#, #""forum_topic_created":{}"#] {
      #expect(try message(content) == nil)
    }
    #expect(try events(#""my_chat_member":{"chat":{"id":8}}"#).isEmpty)
    #expect(try events(#""channel_post":{"message_id":1,"chat":{"id":-1},"date":1,"text":"x"}"#).isEmpty)
  }

  @Test("a pressed button shows its title, and points to its message")
  func button() throws {
    let keyboard =
      #""reply_markup":{"inline_keyboard":[[{"text":"No","callback_data":"n"},{"text":"Yes","callback_data":"y"}]]}"#
    let event = try events(
      #""callback_query":{"id":"77","from":{"id":8},"data":"y","message":{"message_id":4,"chat":{"id":8},\#(keyboard)}}"#
    ).first
    #expect(event?.kind == .postback && event?.externalID == "77" && event?.text == "Yes")
    #expect(event?.inReplyTo == ["8:4"] && event?.sentAt == Specimen.arrival)
  }

  @Test("reactions come and go, business messages have two sides")
  func others() throws {
    let gone = try events(#""message_reaction":{"chat":{"id":8},"message_id":5,"old_reaction":[{}],"new_reaction":[]}"#)
    #expect(gone.first?.text == "" && gone.first?.kind == .reaction)
    let chat = #""chat":{"id":8,"type":"private","first_name":"Ana"},"date":1787216400,"text":"x""#
    let owner = try events(#""business_message":{"message_id":6,"from":{"id":99,"first_name":"We"},\#(chat)}"#).first
    #expect(owner?.direction == .outboundEcho && owner?.contact.name == "Ana")
    let customer = try events(
      #""edited_business_message":{"message_id":6,"from":{"id":8},"edit_date":1787216409,\#(chat)}"#)
    #expect(customer.first?.direction == .inbound && customer.first?.kind == .edit)
    #expect(customer.first?.sentAt?.rfc3339 == "2026-08-20T09:00:09Z")
  }

  @Test("a message without its chat is kept for an operator and not asked for again")
  func broken() {
    #expect(adapter.status(Specimen.telegramDelivery(#"{"update_id":1,"message":{"text":"x"}}"#)) == 200)
    #expect(adapter.status(Specimen.telegramDelivery("[1]")) == 400)
  }

  @Test("answers go to the chat and topic, in pieces of 4096, files by upload")
  func sending() throws {
    let thread = "telegram:7000:-100:3"
    let long = String(repeating: "words and ", count: 500)
    let pieces = try ChatDesk.requests(adapter, ChatDesk.message(long, thread: thread, inReplyTo: "-100:5"))
    #expect(pieces.count == 2)
    #expect(pieces.first?.url.reveal() == "https://api.telegram.org/bot7000:AAE/sendMessage")
    let first = try JSON(parsing: try #require(pieces.first).body)
    #expect(first["chat_id"] == .number("-100") && first["message_thread_id"] == .number("3"))
    #expect(first["reply_parameters"]?["message_id"] == .number("5"))
    let file = Conversations.Attachment(
      kind: .file, filename: "a.pdf", contentType: "application/pdf", content: [1, 2])
    let upload = try #require(
      try ChatDesk.requests(adapter, ChatDesk.message("", thread: thread, attachments: [file])).first)
    #expect(upload.url.reveal().hasSuffix("/sendDocument"))
    let fields = try Multipart.fields(upload.body, contentType: upload.headers["Content-Type"] ?? "")
    #expect(fields["chat_id"] == "-100" && fields.fields.last?.filename == "a.pdf")
    #expect(throws: Unrenderable.self) { try adapter.render(ChatDesk.message(" ", thread: thread)) }
    #expect(throws: Unrenderable.self) { try adapter.render(ChatDesk.message("x", thread: "telegram:7000")) }
  }

  @Test(
    "answers of the Bot API are told apart",
    arguments: [
      (200, #"{"ok":true,"result":{"message_id":6,"chat":{"id":-100}}}"#, "accepted -100:6"),
      (429, #"{"ok":false,"error_code":429,"description":"Too","parameters":{"retry_after":17}}"#, "retry 17"),
      (403, #"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked"}"#, "rejected 403"),
      (400, #"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#, "rejected 400"),
      (502, "<html>", "retry -"), (200, "{}", "retry -"),
    ])
  func answers(status: Int, body: String, expected: String) {
    #expect(ChatDesk.outcome(adapter, status, body) == expected)
  }
}
