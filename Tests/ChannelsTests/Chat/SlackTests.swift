import Channels
import Conversations
import Testing

@Suite("Slack")
struct SlackTests {
  private let adapter: Slack

  init() throws {
    let settings: JSON = [
      "signing_secret": "a signing secret", "team_id": "T1", "bot_user_id": "U0", "bot_id": "B0", "api_app_id": "A0",
      "bot_token": "xoxb",
    ]
    adapter = try Slack(SettingValues.check(settings, against: Slack.settings).values)
  }

  private func reading(_ event: String, team: String = "T1") throws -> Reading {
    try adapter.reading(
      Specimen.slackDelivery(#"{"type":"event_callback","team_id":"\#(team)","event":\#(event)}"#))
  }

  @Test("deliveries older or newer than five minutes are turned away")
  func age() {
    let body = #"{"type":"event_callback","team_id":"T1","event":{"type":"x"}}"#
    for (shift, status) in [(300, 200), (301, 401), (-300, 200), (-301, 401)] {
      let delivery = Specimen.slackDelivery(body, sentAt: Specimen.arrival.seconds - Int64(shift))
      #expect(adapter.status(delivery) == status)
    }
  }

  @Test("the challenge comes back, but only to a signed question")
  func handshake() {
    let delivery = Specimen.slackDelivery(#"{"type":"url_verification","challenge":"abc"}"#)
    guard case .answered(let answer) = adapter.receive(delivery, now: delivery.receivedAt) else {
      Issue.record("not answered")
      return
    }
    #expect(answer == .text("abc"))
    #expect(adapter.status(delivery.with(header: "X-Slack-Signature", "v0=00")) == 401)
  }

  @Test("a channel has a thread per root message, a direct conversation is one")
  func threads() throws {
    let root = try reading(#"{"type":"message","channel":"C1","user":"U8","text":"a","ts":"1787216400.001000"}"#)
    #expect(root.events.map(\.threadKey) == ["slack:T1:C1:1787216400.001000"])
    #expect(root.events.first?.sentAt?.rfc3339 == "2026-08-20T09:00:00.001Z")
    let answer = try reading(
      #"{"type":"app_mention","channel":"C1","user":"U8","text":"b","ts":"1787216401.1","thread_ts":"1787216400.001000"}"#
    )
    #expect(answer.events.map(\.threadKey) == ["slack:T1:C1:1787216400.001000"])
    let direct = try reading(
      #"{"type":"message","channel":"D1","channel_type":"im","user":"U8","text":"c","ts":"1.2"}"#)
    #expect(direct.events.map(\.threadKey) == ["slack:T1:D1"])
  }

  @Test("escaped signs are decoded once, and our own messages are echoes")
  func texts() throws {
    let text = try reading(
      #"{"type":"message","channel":"C1","user":"U8","text":"a &amp;lt; b &gt; <@U0>","ts":"1.2"}"#)
    #expect(text.events.first?.text == "a &lt; b > <@U0>")
    for own in [#""user":"U0""#, #""bot_id":"B0","subtype":"bot_message""#, #""user":"U5","app_id":"A0""#] {
      let event = try reading(#"{"type":"message","channel":"C1",\#(own),"text":"x","ts":"1.2"}"#).events.first
      #expect(event?.direction == .outboundEcho)
    }
  }

  @Test("edits and deletions keep to their thread; an unfurled link is no edit")
  func changes() throws {
    let before = #""previous_message":{"user":"U8","text":"a","ts":"1.2","thread_ts":"1.1"}"#
    let edited = #""message":{"user":"U8","text":"b","ts":"1.2","thread_ts":"1.1","edited":{"ts":"1.3"}}"#
    let edit = try reading(
      #"{"type":"message","subtype":"message_changed","channel":"C1","ts":"1.3",\#(edited),\#(before)}"#)
    #expect(edit.events.map(\.kind) == [.edit] && edit.events.map(\.threadKey) == ["slack:T1:C1:1.1"])
    let gone = try reading(
      #"{"type":"message","subtype":"message_deleted","channel":"C1","ts":"1.4","deleted_ts":"1.2",\#(before)}"#)
    #expect(gone.events.map(\.externalID) == ["C1:1.2"] && gone.events.map(\.threadKey) == ["slack:T1:C1:1.1"])
    let unfurled =
      #"{"type":"message","subtype":"message_changed","channel":"C1","ts":"1.3","message":{"ts":"1.2","text":"a"}}"#
    #expect(try reading(unfurled).events.isEmpty)
  }

  @Test("other workspaces, joins and slash commands say nothing")
  func silence() throws {
    let text = #"{"type":"message","channel":"C1","user":"U8","text":"a","ts":"1.2"}"#
    #expect(try reading(text, team: "T2").events.isEmpty)
    let join = try reading(
      #"{"type":"message","subtype":"channel_join","channel":"C1","user":"U8","text":"a","ts":"1.2"}"#)
    #expect(join.ignored == ["message.channel_join"])
    let form = Specimen.slackDelivery("command=%2Fhelp&team_id=T1")
      .with(header: "Content-Type", "application/x-www-form-urlencoded")
    #expect(try adapter.reading(form).events.isEmpty)
  }

  @Test("answers go into the thread, and what looks like markup is text")
  func sending() throws {
    let request = try #require(
      try ChatDesk.requests(adapter, ChatDesk.message("<!channel> & co", thread: "slack:T1:C1:1.1")).first)
    let body = try JSON(parsing: request.body)
    #expect(body["channel"] == "C1" && body["thread_ts"] == "1.1" && body["text"] == "&lt;!channel&gt; &amp; co")
    #expect(request.headers["Authorization"] == "Bearer xoxb")
    let direct = try ChatDesk.bodies(adapter, ChatDesk.message("x", thread: "slack:T1:D1")).first
    #expect(direct?["thread_ts"] == nil && direct?["mrkdwn"] == false)
  }

  @Test("a long text is cut before its signs are escaped: no cut goes through one")
  func longTexts() throws {
    let text = String(repeating: "a", count: 39_998) + "&&&&"
    let pieces = try ChatDesk.bodies(adapter, ChatDesk.message(text, thread: "slack:T1:D1")).compactMap {
      $0["text"]?.string
    }
    #expect(pieces.count == 2 && pieces.joined() == text.replacing("&", with: "&amp;"))
    #expect(pieces.allSatisfy { $0.hasSuffix("&amp;") })
  }

  @Test(
    "the word in the body decides",
    arguments: [
      (200, #"{"ok":true,"channel":"C1","ts":"1.5"}"#, "accepted C1:1.5"),
      (200, #"{"ok":false,"error":"channel_not_found"}"#, "rejected channel_not_found"),
      (200, #"{"ok":false,"error":"fatal_error"}"#, "retry -"),
      (200, #"{"ok":false,"error":"something_new"}"#, "rejected something_new"), (503, "", "retry -"),
    ])
  func answers(status: Int, body: String, expected: String) {
    #expect(ChatDesk.outcome(adapter, status, body) == expected)
  }

  @Test("a rate limit tells its pause")
  func rateLimit() {
    #expect(ChatDesk.outcome(adapter, 429, #"{"ok":false,"error":"ratelimited"}"#, retryAfter: "9") == "retry 9")
  }
}
