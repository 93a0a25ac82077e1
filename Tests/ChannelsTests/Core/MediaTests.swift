import Channels
import Conversations
import Testing

@Suite("Files that messages refer to") struct MediaTests {
  @Test(
    "addresses that two readers might read differently are none",
    arguments: [
      "", "https://", "https:///x", "ftp://a.example/x", "file:///etc/passwd", "gopher://a.example/", "//a.example/x",
      "javascript:alert(1)", "data:image/png;base64,AA", "https://user@a.example/x", "https://user:pw@a.example/x",
      "https://a.example@127.0.0.1/x", "https://a.example\\@127.0.0.1/x", "https://a.example:0/x",
      "https://a.example:65536/x", "https://a.example:/x", "https://a.example:44a/x", "https://a.example /x",
      "https://a.example\u{0}.b/x", "https://ａ.example/x", "https://.a.example/x", "https://a.example./x",
      "https://[::1/x", "https://a.ex%61mple/x", "https://a_b.example/x",
    ])
  func strange(url: String) {
    #expect(MediaAddress(url) == nil)
  }

  @Test(
    "only the provider's hosts are asked, by https and at its port",
    arguments: [
      ("https://files.example.com/a", true), ("https://FILES.EXAMPLE.COM/a", true),
      ("https://files.example.com:443/a", true), ("https://cdn.example.net/a?b=c#d", true),
      ("http://files.example.com/a", false), ("https://files.example.com:8443/a", false),
      ("https://example.net/a", false), ("https://evilexample.net/a", false),
      ("https://files.example.com.evil.example/a", false), ("https://127.0.0.1/a", false),
      ("https://2130706433/a", false), ("https://0x7f000001/a", false), ("https://0177.0.0.1/a", false),
      ("https://[::1]/a", false), ("https://[::ffff:127.0.0.1]/a", false), ("https://localhost/a", false),
      ("https://169.254.169.254/latest/meta-data", false), ("http://127.0.0.1:9000/a", true),
      ("http://127.0.0.1:9001/a", false), ("https://127.0.0.1:9000/a", false),
    ])
  func hosts(url: String, isAllowed: Bool) throws {
    let fetch = MediaFetch(
      HTTPRequest(method: "GET", url: Secret(url)), hosts: ["files.example.com", "*.example.net"],
      base: "http://127.0.0.1:9000")
    #expect(try #require(MediaAddress(url)).isAllowed(by: fetch) == isAllowed)
  }

  @Test(
    "a redirect is an address of its own",
    arguments: [
      ("/b", "https://a.example/b"), ("//c.example/d", "https://c.example/d"),
      ("http://127.0.0.1/", "http://127.0.0.1/"), ("b", nil), ("", nil), ("https://u@c.example/", nil),
    ] as [(String, String?)])
  func redirects(location: String, expected: String?) throws {
    #expect(try #require(MediaAddress("https://a.example/x")).redirected(to: location)?.text == expected)
  }

  private func fetch(_ specimen: Specimen, _ url: String, _ kind: Conversations.Attachment.Kind = .image) throws
    -> String?
  {
    try specimen.adapter().mediaFetch(MediaReference(url: url, kind: kind, accessToken: Secret("F"))).map {
      "\($0.request.method) \($0.request.url.reveal())"
    }
  }

  @Test("each provider's files are asked for as it documents")
  func plans() throws {
    #expect(try fetch(.messenger, "https://cdn.fbsbx.com/v/1?x=2") == "GET https://cdn.fbsbx.com/v/1?x=2")
    #expect(try fetch(.messenger, "https://evil.example/1") == nil)
    #expect(try fetch(.messenger, "https://cdn.fbsbx.com/v/1", .link) == nil)
    #expect(try fetch(.viber, "https://dl-media.viber.com/1/a.jpg") == "GET https://dl-media.viber.com/1/a.jpg")
    #expect(try fetch(.telegram, "telegram-file:ABC")?.hasSuffix("/getFile") == true)
    #expect(try fetch(.telegram, "geo:1,2", .location) == nil)
    let x = try #require(Specimen.all.first { $0.kind == X.kind })
    #expect(try fetch(x, "https://pbs.twimg.com/media/a.jpg") == "GET https://pbs.twimg.com/media/a.jpg")
    #expect(try fetch(.douyin, "https://p3.douyinpic.com/a.jpeg") == "GET https://p3.douyinpic.com/a.jpeg")
  }

  @Test("WeChat's pictures are fetched by https although it writes http, its media with the token of the moment")
  func weChat() throws {
    let adapter = try WeChat(SettingValues.check(Specimen.weChatSettings, against: WeChat.settings).values)
    let picture = try adapter.mediaFetch(MediaReference(url: "http://mmbiz.qpic.cn/a/0", kind: .image))
    #expect(picture?.request.url.reveal() == "https://mmbiz.qpic.cn/a/0")
    let voice = try #require(
      try adapter.mediaFetch(MediaReference(url: "wechat-media:M1", kind: .audio, accessToken: Secret("F&"))))
    #expect(
      voice.request.url.reveal() == "https://api.weixin.qq.com/cgi-bin/media/get?access_token=F%26&media_id=M1")
    let answer = { (body: String) in OutboundResponse.http(status: 200, headers: Headers(), body: Array(body.utf8)) }
    #expect(throws: Unfetchable.unauthorized("expired (42001)")) {
      try voice.locate?(answer(#"{"errcode":42001,"errmsg":"expired"}"#))
    }
    #expect(throws: Unfetchable.never("invalid media_id (40007)")) {
      try voice.locate?(answer(#"{"errcode":40007,"errmsg":"invalid media_id"}"#))
    }
    #expect(try voice.locate?(answer("#!AMR…"))?.request == nil)
    let film = try voice.locate?(answer(#"{"video_url":"http://vweixinp.tc.qq.com/x"}"#))
    #expect(film?.request.url.reveal() == "https://vweixinp.tc.qq.com/x")
  }

  @Test("WhatsApp's id leads to an address, which needs the token, too")
  func whatsApp() throws {
    var specimen = Specimen.whatsApp
    specimen.settings = .object((specimen.settings.members ?? []) + [JSON.Member("access_token", "T")])
    let fetch = try #require(
      try specimen.adapter().mediaFetch(MediaReference(url: "whatsapp-media:42", kind: .image)))
    #expect(fetch.request.url.reveal() == "https://graph.facebook.com/v26.0/42")
    let body = #"{"url":"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=42","mime_type":"image/jpeg"}"#
    let next = try fetch.locate?(.http(status: 200, headers: Headers(), body: Array(body.utf8)))
    #expect(next?.request.url.reveal().hasPrefix("https://lookaside.fbsbx.com/") == true)
    #expect(next?.request.headers["Authorization"] == "Bearer T")
    let error: JSON = ["error": ["code": 190, "message": "expired"]]
    #expect(throws: Unfetchable.unauthorized("expired (190)")) {
      try fetch.locate?(.http(status: 401, headers: Headers(), body: error.bytes))
    }
  }

  @Test(
    "bytes are what they begin with",
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg"), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
      (Array("GIF89a..".utf8), "image/gif"), (Array("RIFF....WEBPVP8 ".utf8), "image/webp"),
      (Array("....ftypisom....".utf8), "video/mp4"), (Array("....ftypM4A ....".utf8), "audio/mp4"),
      (Array("OggS".utf8), "audio/ogg"), (Array("#!AMR\n".utf8), "audio/amr"),
      (Array("%PDF-1.7".utf8), "application/pdf"),
      (Array("MZ\u{90}".utf8), "application/x-msdownload"), (Array("\n <!DOCTYPE html><p>".utf8), "text/html"),
      (Array("<svg xmlns=\"\"/>".utf8), "image/svg+xml"), (Array("hello".utf8), nil), ([], nil),
    ] as [([UInt8], String?)])
  func sniffing(bytes: [UInt8], type: String?) {
    #expect(MediaType.sniffed(bytes) == type)
  }

  @Test(
    "a page is no picture, a program no sound; a document may be anything",
    arguments: [
      ("image/jpeg", Conversations.Attachment.Kind.image, true), ("text/html", .image, false), (nil, .image, false),
      ("image/svg+xml", .image, false), ("application/x-msdownload", .audio, false), ("audio/ogg", .audio, true),
      ("video/mp4", .audio, true), ("image/gif", .video, true), ("application/x-executable", .video, false),
      ("text/html", .file, true), (nil, .file, true), ("image/webp", .sticker, true), (nil, .location, false),
    ] as [(String?, Conversations.Attachment.Kind, Bool)])
  func contradictions(type: String?, kind: Conversations.Attachment.Kind, isGood: Bool) {
    #expect((MediaType.contradiction(type, of: kind) == nil) == isGood)
  }
}
