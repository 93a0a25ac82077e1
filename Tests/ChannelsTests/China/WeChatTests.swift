import Channels
import Conversations
import Testing

@Suite("WeChat")
struct WeChatTests {
  private let plain: any Adapter
  private let sealed: any Adapter

  init() throws {
    plain = try Specimen.weChat.adapter()
    sealed = try Specimen.weChatSealed.adapter()
  }

  private func event(_ own: String) throws -> InboundEvent? {
    try plain.reading(Specimen.weChatDelivery(own)).events.first
  }

  @Test("the signature is that of a published description, computed elsewhere")
  func signature() {
    #expect(Specimen.sorted("a token", "1787216400", "n1") == "f1d3b07d82a101f5a5724b12383c625921912a1e")
  }

  @Test("the handshake echoes, and only under a signature")
  func handshake() {
    let query = Specimen.shortQuery + "&echostr=4375"
    let verdict = plain.receive(Specimen.delivery([], method: "GET", query: query), now: Specimen.arrival)
    guard case .answered(let answer) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(answer.body == Array("4375".utf8))
    #expect(plain.isRefused(Specimen.delivery([], method: "GET", query: "echostr=4375")))
    #expect(plain.isRefused(Specimen.delivery([], method: "GET", query: Specimen.shortQuery)))
  }

  @Test("an encrypted message is opened; the copy beside it counts for nothing")
  func opening() throws {
    let genuine = Specimen.sealedDelivery(Sealed.weChatText)
    var both = genuine
    both.body = Array(
      "<xml><Encrypt>\(Sealed.weChatText)</Encrypt><FromUserName>o9</FromUserName><Content>no</Content></xml>".utf8)
    for delivery in [genuine, both] {
      let reading = try sealed.reading(delivery)
      #expect(reading.events.map(\.text) == ["你好 & hi"] && reading.events.first?.threadKey == "wechat:gh_1:o8")
      #expect(reading.events.first?.externalID == "46" && reading.answer.body == Array("success".utf8))
    }
  }

  @Test("in AES mode nothing passes without a signature over what is encrypted")
  func refusals() {
    #expect(sealed.isRefused(Specimen.weChatDelivery("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>")))
    #expect(sealed.isRefused(Specimen.sealedDelivery(Sealed.weChatText, query: Specimen.shortQuery)))
    let other = Specimen.sealedQuery(Sealed.weChatForOthers)
    #expect(sealed.isRefused(Specimen.sealedDelivery(Sealed.weChatText, query: other)))
    #expect(sealed.status(Specimen.sealedDelivery(Sealed.weChatForOthers)) == 403)
    for broken in ["***", "AAAA", String(Sealed.weChatText.dropLast(24)), "MDEyMzQ1Njc4OWFiY2RlZg=="] {
      #expect((400..<500).contains(sealed.status(Specimen.sealedDelivery(broken))))
    }
  }

  @Test(
    "contents have their forms",
    arguments: [
      ("<MsgType>image</MsgType><PicUrl>http://p.example/0</PicUrl><MediaId>M</MediaId>", "image http://p.example/0"),
      ("<MsgType>voice</MsgType><MediaId>M</MediaId><Format>amr</Format>", "audio wechat-media:M audio/amr"),
      ("<MsgType>shortvideo</MsgType><MediaId>M</MediaId>", "video wechat-media:M"),
      (
        "<MsgType>location</MsgType><Location_X>23.10</Location_X><Location_Y>113.3</Location_Y><Label>Here</Label>",
        "location geo:23.10,113.3 Here"
      ),
      ("<MsgType>link</MsgType><Title>T</Title><Url>https://a.example</Url>", "link https://a.example T"),
      ("<MsgType>hologram</MsgType>", "unsupported hologram"),
    ])
  func contents(own: String, expected: String) throws {
    let event = try #require(try event("\(own)<MsgId>23012345678901234</MsgId>"))
    let attachment = try #require(event.attachments.first)
    let parts = [attachment.kind.rawValue, attachment.url, attachment.filename, attachment.contentType]
    #expect(parts.compactMap(\.self).joined(separator: " ") == expected)
    #expect(event.externalID == "23012345678901234" && event.text == nil)
  }

  @Test("what was heard in a voice message is its text; a click is a postback; other events say nothing")
  func words() throws {
    let heard = "<MsgType>voice</MsgType><MediaId>M</MediaId><Recognition>退货</Recognition><MsgId>1</MsgId>"
    #expect(try event(heard)?.text == "退货")
    let click = try event("<MsgType>event</MsgType><Event>CLICK</Event><EventKey>HELP</EventKey>")
    #expect(click?.kind == .postback && click?.text == "HELP" && click?.externalID == "o8:1787216400:CLICK")
    for name in ["subscribe", "VIEW", "SCAN", "hologram"] {
      let reading = try plain.reading(
        Specimen.weChatDelivery("<MsgType>event</MsgType><Event>\(name)</Event><EventKey>K</EventKey>"))
      #expect(reading.events.isEmpty && reading.ignored == [name])
    }
    let other = Specimen.weChatDelivery("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>", to: "gh_2")
    #expect(try plain.reading(other).events.isEmpty)
  }

  @Test("a template message's fate is a receipt")
  func receipts() throws {
    let own = "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>47</MsgID>"
    let failed = try plain.reading(Specimen.weChatDelivery(own + "<Status>failed:user block</Status>")).receipts.first
    #expect(failed?.status == .failed && failed?.errorCode == "failed:user block" && failed?.externalID == "47")
  }

  @Test("`aes` without a key is a problem, and so is a key of another length")
  func settings() {
    for more in [["mode": "aes"], ["encoding_aes_key": "short"]] as [JSON] {
      let given = JSON.object((Specimen.weChatSettings.members ?? []) + (more.members ?? []))
      let values = SettingValues.check(given, against: WeChat.settings).values
      #expect(throws: SettingProblem.self) { try WeChat(values) }
    }
  }
}
