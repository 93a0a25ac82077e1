import Channels
import Conversations
import Testing

@Suite("Receivers of alerts") struct ReceiverTests {
  private func adapter(_ type: any Adapter.Type, _ settings: JSON) throws -> any Adapter {
    let name = try #require(ChannelName(rawValue: "ours"))
    let (values, problems) = SettingValues.check(settings, against: type.settings, channel: name)
    try #require(problems.isEmpty, "\(problems)")
    return try type.init(values)
  }

  @Test("each kind knows those whom it can write to first, and takes nobody else")
  func threads() throws {
    let slack = try adapter(Slack.self, ["signing_secret": "s", "bot_token": "t", "team_id": "T012345"])
    #expect(slack.thread(telling: "C0123456789") == "slack:T012345:C0123456789")
    for no in ["", "C", "c0123456789", "#general", "lead@example.com", "C01:2345678", "X0123456789"] {
      #expect(slack.thread(telling: no) == nil, "\(no)")
    }
    let telegram = try adapter(Telegram.self, ["bot_token": "7012345678:t", "secret_token": "s"])
    #expect(telegram.thread(telling: "-1001234567890") == "telegram:7012345678:-1001234567890")
    #expect(telegram.thread(telling: "@group") == nil && telegram.thread(telling: "") == nil)
    let line = try adapter(Line.self, ["channel_secret": "s", "channel_access_token": "t"])
    let friend = "U" + String(repeating: "0a", count: 16)
    #expect(line.thread(telling: friend) == "line:us:\(friend)")
    #expect(line.thread(telling: String(friend.dropLast())) == nil && line.thread(telling: "u" + friend) == nil)
    let key = String(repeating: "a", count: 43)
    let weCom = try adapter(
      WeCom.self,
      ["token": "t", "encoding_aes_key": .string(key), "corp_id": "ww1", "agent_id": "1000005", "corp_secret": "s"])
    #expect(weCom.thread(telling: "ZhangWei") == "wecom:ww1:1000005:ZhangWei")
    #expect(weCom.thread(telling: "@all") == "wecom:ww1:1000005:@all")
    #expect(
      weCom.thread(telling: "a|b") == nil && weCom.thread(telling: "a:b") == nil && weCom.thread(telling: "") == nil)
  }

  @Test("a kind that says how receivers are written has some, and no other has")
  func words() {
    for type in AdapterRegistry.all {
      guard let receivers = type.receivers else { continue }
      #expect(!receivers.isEmpty, "\(type.kind)")
    }
    #expect(WebChat.receivers == nil && Messenger.receivers == nil && WhatsApp.receivers == nil)
  }
}
