package import Conversations

/// Every kind of channel there is. A new adapter is one line here.
package enum AdapterRegistry {
  package static let all: [any Adapter.Type] = [
    Email.self,
    Messenger.self,
    FacebookComments.self,
    Instagram.self,
    WhatsApp.self,
    WebChat.self,
    WebForm.self,
    PhoneLog.self,
    GenericWebhook.self,
    Mailgun.self,
    SendGrid.self,
    Postmark.self,
    AmazonSES.self,
    Telegram.self,
    Line.self,
    Viber.self,
    Slack.self,
    TwilioSMS.self,
    TwilioVoice.self,
    Asterisk.self,
    FreeSwitch.self,
    ThreeCX.self,
    ZammadCTI.self,
    Sipgate.self,
    Placetel.self,
    WeChat.self,
    WeCom.self,
    X.self,
    Weibo.self,
    Douyin.self,
  ]

  package static func adapter(for kind: ChannelKind) -> (any Adapter.Type)? { all.first { $0.kind == kind } }
}
