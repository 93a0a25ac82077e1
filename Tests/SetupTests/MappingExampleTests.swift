import Channels
import Conversations
import Setup
import Testing

@Suite("Examples beside a mapping") struct MappingExampleTests {
  private static let shop = "channels/shop.yaml"
  private static let settings = """
    kind: generic
    settings:
      secret: env:SHOP_SECRET
      signature_prefix: sha256=
      events_at: events
      kinds: {new: message, gone: delete}
      fields: {id: id, type: type, contact_id: by, text: words.0, sent_at: at, language: lang}
      reply_url: https://shop.example/answers
    examples:

    """

  private func desk(_ examples: String, settings: String = settings) -> SmallDesk {
    var desk = SmallDesk(Self.shop, settings + examples)
    desk.environment["SHOP_SECRET"] = "between us"
    return desk
  }

  private static let body =
    #"{"events":[{"id":1,"type":"new","by":"u1","words":["Helo"],"at":1773018000},{"id":2,"type":"typing","by":"u1"}]}"#

  @Test("that come out as written say nothing, and are counted")
  func right() {
    let desk = desk(
      """
        - body: '\(Self.body)'
          events:
            - id: "1"
              type: message
              thread: u1
              contact_id: u1
              text: Helo
              sent_at: 2026-03-09T09:00:00+08:00
              subject: ~
        - body: '{"events":[{"id":1,"type":"gone","by":"u1","words":["Helo"]}]}'
          events: [{type: delete, text: ~}]
        - body: '{"events":[]}'
          events: []

      """)
    #expect(desk.complaints == "")
    #expect(desk.check().counts.examples == SmallDesk().check().counts.examples + 3)
  }

  @Test("tell line by line what came out otherwise, and where it was read from")
  func differences() {
    let long = String(repeating: "a long text ", count: 10)
    let desk = desk(
      """
        - body: '\(Self.body)'
          events:
            - id: "1"
              contact_id: u2
              text: Hello
              subject: Hi
              language: ~
              sent_at: 2026-03-09T01:00:01Z
            - id: "2"
        - body: '{"events":[{"id":1,"type":"new","by":"u1","words":["\(long)ends so"],"lang":"en"}]}'
          events:
            - text: \(long)ends otherwise
              language: ~
        - body: hello
          events: []
        - body: '{}'
          events: []

      """)
    #expect(
      desk.complaints == """
        channels/shop.yaml:12:7: `examples[0].events` came out as 1 instead of 2, left alone: typing
            an event needs an `id`, a `contact_id` and, where there are `kinds`, a `type` that is one of them
        channels/shop.yaml:13:21: `examples[0].events[0].contact_id` came out as `u1` instead of `u2`
            read from `by`
        channels/shop.yaml:14:15: `examples[0].events[0].text` came out as `Helo` instead of `Hello`
            read from `words.0`
        channels/shop.yaml:15:18: `examples[0].events[0].subject` came out as nothing instead of `Hi`
            `settings.fields` does not say where `subject` is
        channels/shop.yaml:17:18: `examples[0].events[0].sent_at` came out as `2026-03-09T01:00:00Z` instead of `2026-03-09T01:00:01Z`
            read from `at`
        channels/shop.yaml:21:15: `examples[1].events[0].text` came out as `…xt a long text ends so` instead of `…xt a long text ends otherwise`
            read from `words.0`
        channels/shop.yaml:22:19: `examples[1].events[0].language` came out as `en` instead of nothing
            read from `lang`
        channels/shop.yaml:23:11: `examples[2].body` cannot be read: body is not JSON: unexpected character at byte 0
        channels/shop.yaml:25:11: `examples[3].body` cannot be read: no list of events where `events_at` says
        """)
  }

  @Test("are read strictly")
  func mistakes() {
    let desk = desk(
      """
        - bodi: '{}'
          events: {}
        - body: '{}'
          events:
            - colour: red
              textt: Hi
              sent_at: yesterday
              text: [a]
        - body: '{}'
          headers: {X-Signature: sha256=00}
          events: []
        - body: '{}'
          headers: none
          at: noon

      """)
    #expect(
      desk.complaints == """
        channels/shop.yaml:10:5: `examples[0].body` is missing
            a delivery as the service sends it
        channels/shop.yaml:10:5: unknown key `bodi`
            did you mean `body`?
        channels/shop.yaml:11:13: `examples[0].events` is a map, must be a list
        channels/shop.yaml:14:9: unknown key `colour`
            known: attachment_name, attachment_url, category, contact_email, contact_id, contact_name, contact_phone, id, in_reply_to, language, sent_at, subject, text, thread, type
        channels/shop.yaml:15:9: unknown key `textt`
            did you mean `text`?
        channels/shop.yaml:16:18: `examples[1].events[0].sent_at` is `yesterday`
            a moment such as 2026-03-06T17:50:00+08:00
        channels/shop.yaml:17:15: `examples[1].events[0].text` is a list, must be a text
        channels/shop.yaml:18:5: `examples[2].at` is missing
            when the delivery with these headers arrived
        channels/shop.yaml:21:5: `examples[3].events` is missing
            what must come of it, one map for each event; [] = nothing
        channels/shop.yaml:22:14: `examples[3].headers` is `none`, must be a map of keys
        channels/shop.yaml:23:9: `examples[3].at` is `noon`
            a moment such as 2026-03-06T17:50:00+08:00
        """)
  }

  @Test("belong to channels with a mapping only")
  func otherKinds() {
    let desk = SmallDesk(SmallDesk.chat, "kind: webchat\nsettings: {session_secret: env:CHAT_SECRET}\nexamples: []\n")
    #expect(desk.complaints.hasPrefix("channels/chat.yaml:3:1: unknown key `examples`"))
  }

  @Test("are tried while the connection is shut and its secret elsewhere")
  func shut() {
    var desk = desk("  - {body: '\(Self.body)', events: []}\n", settings: "enabled: false\n" + Self.settings)
    desk.environment["SHOP_SECRET"] = nil
    #expect(desk.complaints.contains("`examples[0].events` came out as 1 instead of 0"))
    desk.files[Self.shop] = desk.files[Self.shop]?.replacing("contact_id: by", with: "contact: by")
    // The settings cannot be used: nothing can be tried, and nobody is told of what would follow from it.
    #expect(desk.check().problems.allSatisfy { !$0.description.contains("came out") })
  }

  @Test(
    "a captured signature is checked against the channel's own secret, and is no reason to stand still",
    arguments: [("between us", true), ("another one", false)])
  func captured(secret: String, fits: Bool) {
    let signature = Signatures.hex(
      Signatures.hmac(.sha256, secret: Secret(secret), over: Array(#"{"events":[]}"#.utf8)))
    var desk = desk(
      """
        - body: '{"events":[]}'
          headers: {X-Signature: "sha256=\(signature)"}
          at: 2026-03-09T01:00:00Z
          events: []

      """)
    #expect(desk.check().isClean)
    #expect(
      desk.complaints
        == (fits
          ? ""
          : """
          channels/shop.yaml:11:14: warning: `examples[0].headers` would be refused: X-Signature
              the settings of the signature are not what the service does, or the secret has changed since
          """))
    // Without the secret nobody can tell.
    desk.environment["SHOP_SECRET"] = nil
    desk.files[Self.shop] = "enabled: false\n" + (desk.files[Self.shop] ?? "")
    #expect(desk.complaints == "")
    desk.files[Self.shop] = desk.files[Self.shop]?.replacing("env:SHOP_SECRET", with: "made:shop")
    #expect(desk.complaints == "")
  }
}
