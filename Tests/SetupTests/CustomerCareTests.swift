import Routing
import Setup
import Testing

/// What customers are offered and asked: answers before they write, transcripts, surveys.
@Suite("Answers first, surveys, mail of chats") struct CustomerCareTests {
  @Test("an answer names topics that there are, the same in each language, and only an answer does")
  func answers() {
    var desk = SmallDesk()
    desk.files["templates/help.zh.txt"] = "Purpose: self_service\nCategory: refund, other\nTitle: 退款\n\n{{company}}\n"
    desk.files["templates/help.en.txt"] =
      "Purpose: self_service\nCategory: refund, other\nTitle: Refund\n\n{{company}}\n"
    #expect(desk.complaints == "")
    desk.files["templates/help.en.txt"] = "Purpose: self_service\nCategory: refnd\nTitle: Refund\n\n{{company}}\n"
    #expect(
      desk.complaints.contains("templates/help.en.txt:2:11: there is no category `refnd`\n    did you mean `refund`?"))
    #expect(desk.complaints.contains("`Category` is `refnd`\n    its twin says `refund, other`"))
    desk.files["templates/help.en.txt"] = "Purpose: self_service\nTitle: Refund\n\n{{conversation}}\n"
    #expect(desk.complaints.contains("`Category` is missing"))
    #expect(desk.complaints.contains("a template for `self_service` has no variable `conversation`"))
    desk.files["templates/help.zh.txt"] = nil
    desk.files["templates/help.en.txt"] = nil
    desk.files["templates/hello.en.txt"] = "Title: Hello\nCategory: refund\n\nHello {{conversation}}\n"
    #expect(desk.complaints.contains("only the purpose `self_service` has one"))
  }

  @Test("a queue that asks needs to know where customers reach the router")
  func surveys() {
    var desk = SmallDesk()
    let queues = SmallDesk().files[SmallDesk.queues] ?? ""
    desk.files[SmallDesk.queues] = queues.replacing("{hours: hotline}", with: "{hours: hotline, survey: true}")
    #expect(desk.complaints.contains("queues.payments.survey"))
    desk.files[SmallDesk.queues] = desk.files[SmallDesk.queues]?.replacing(
      "triage: triage\n", with: "  address: \"https://chat.example.com/\"\ntriage: triage\n")
    #expect(desk.complaints == "")
    let settings = try? desk.load()
    #expect(settings?.settings.address == "https://chat.example.com")
    #expect(settings?.table.queue("payments")?.asksForRating == true)
    #expect(settings?.table.queue("triage")?.asksForRating == false)
    desk.files[SmallDesk.queues] = desk.files[SmallDesk.queues]?.replacing("https://chat.example.com/", with: "chat")
    #expect(desk.complaints.contains("https://chat.example.com"))
  }

  @Test("chats are mailed through a connection that there is")
  func transcripts() {
    let desk = SmallDesk(
      SmallDesk.chat, "kind: webchat\nsettings: {session_secret: env:CHAT_SECRET, mail_through: nobody}\n")
    #expect(desk.complaints.contains("there is no channel `nobody`"))
  }

  @Test("a short identity secret is refused without being repeated")
  func identities() {
    var desk = SmallDesk(
      SmallDesk.chat, "kind: webchat\nsettings: {session_secret: env:CHAT_SECRET, identity_secret: env:SHORT}\n")
    desk.environment["SHORT"] = "short-one"
    #expect(desk.complaints.contains("at least 32 characters"))
    #expect(!desk.complaints.contains("short-one"))
  }
}
