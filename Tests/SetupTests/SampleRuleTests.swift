import Conversations
import Routing
import Setup
import Testing

/// What the sample desk's rules make of words that say little by themselves, and of those that say all.
@Suite("The sample desk's rules") struct SampleRuleTests {
  private func decisions(_ texts: [String]) throws -> [RoutingDecision] {
    let configuration = try Configuration.load(directory: SampleDeskTests.root, environment: [:], secrets: .checking)
    let router = Router(configuration.table)
    let open = try #require(Instant(rfc3339: "2026-03-09T10:00:00+08:00"))
    return texts.map {
      router.route(RoutingInput(channel: "x", kind: ChannelKind("email"), text: $0), now: open)
    }
  }

  static let urgent = [
    "我刚被骗走八千块", "我好像遇到骗子了，已经把钱转过去了", "刚才被一个骗子骗走了押金", "接到电话说是你们的人，让我开屏幕共享，我照做了",
    "点了一个链接之后余额就变少了", "让我把钱转到安全账户，我转了一半觉得不对", "钱不见了，我没动过", "卡里的钱不见了怎么办",
    "有人登录了我的账号，不是我", "手机落在网吧了，怕别人用", "手机不见了，帮我停一下账户", "要挂失，钱包丢了", "我要报警，钱被人转走了",
    "某个自称客服的人让我转账，我被骗了两万", "I think this is a scam, I already paid him", "some scammer got my details",
    "I got tricked into sending 900", "my money disappeared overnight", "I left my phone in a taxi and it has no lock",
    "clicked on a link in an SMS and typed in my card details", "my phone is gone, please stop everything",
    "I shared my screen with a man who said he was from support", "unauthorized transfer from my wallet",
    "I never ordered this, why has money gone", "somebody logged in from another country", "My account was hacked",
    "I filed a police report, my account was emptied", "someone stole my phone an hour ago",
  ]

  @Test("what is urgent reaches those who can freeze, with an alert")
  func urgent() throws {
    let missed = zip(Self.urgent, try decisions(Self.urgent)).filter { _, decision in
      !decision.alert || !["security", "triage"].contains(decision.queue)
    }
    #expect(missed.count * 100 <= Self.urgent.count * 5, "\(missed.map(\.0))")
  }

  static let harmless = [
    "平时怎么防范诈骗", "你们有防诈骗的宣传吗", "凭什么冻结，我又没有诈骗", "你们都是骗子吧，手续费这么高", "验证邮箱的链接点了没反应",
    "怎么取消挂失", "钱不见了又回来了，没事了", "手机落在公司，收不到验证码", "我前年丢了手机，想改一下绑定的号码", "买的报警器是坏的，要退款",
    "律师证怎么上传", "我是律师，想开商户账户", "我在法院上班，实名认证怎么选职业", "付仲裁费的时候支付失败", "给律师转账超出限额",
    "澳门的商户收款支持吗", "how can I avoid scams", "how do I recognise a phishing mail",
    "I am not a scammer, unfreeze my account", "I left my phone in the office, can I log in on my laptop",
    "my old phone was stolen two years ago, I want to change the number on my profile",
    "I paid my solicitor and the payment is pending", "my attorney needs a statement of my transactions",
    "do you need a police report for a refund of a lost parcel",
  ]

  @Test("what only sounds urgent raises no alarm")
  func harmless() throws {
    let alarms = zip(Self.harmless, try decisions(Self.harmless)).filter { $0.1.alert || $0.1.priority == .urgent }
    #expect(alarms.count * 100 <= Self.harmless.count * 5, "\(alarms.map(\.0))")
  }

  @Test("a place is no advertisement")
  func places() throws {
    for decision in try decisions(["澳门能用吗", "在澳门可以提现吗"]) { #expect(decision.rule == nil) }
    for decision in try decisions(["澳门赌场在线注册送彩金", "专业网络推广"]) { #expect(decision.rule == "advertisement") }
  }
}
