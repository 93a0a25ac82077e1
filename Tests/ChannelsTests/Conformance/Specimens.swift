import Channels
import Conversations

extension Specimen {
  /// One for each line of `AdapterRegistry.all`.
  static let all: [Specimen] =
    [email, messenger, instagram, facebookComments, whatsApp, webChat, webForm, phoneLog, generic] + telephone + twilio
    + chat
    + mailServices
    + china + [x]

  // MARK: Meta

  static let metaSecret = Secret("an app secret of the specimen")

  static let metaSettings: [JSON.Member] = [
    JSON.Member("app_secret", .string(metaSecret.reveal())), JSON.Member("verify_token", "a verify token"),
  ]

  /// Signed as Meta signs.
  static func metaDelivery(_ body: String) -> RawDelivery {
    let bytes = Array(body.utf8)
    let signature = "sha256=" + Signatures.hex(Signatures.hmac(.sha256, secret: metaSecret, over: bytes))
    return delivery(bytes, type: "application/json", headers: [("X-Hub-Signature-256", signature)])
  }

  private static func meta(_ kind: ChannelKind, _ own: [JSON.Member], _ bodies: [String]) -> Specimen {
    Specimen(
      kind: kind, proof: .header("X-Hub-Signature-256", coversBody: true), settings: .object(metaSettings + own),
      deliveries: bodies.map(metaDelivery))
  }

  static let messenger = meta(
    Messenger.kind, [JSON.Member("page_id", "100")],
    [
      #"{"object":"page","entry":[{"id":"100","time":1787216400333,"messaging":[{"sender":{"id":"7"},"#
        + #""recipient":{"id":"100"},"timestamp":1787216400123,"message":{"mid":"m_1","text":"\u4f60\u597d","#
        + #""reply_to":{"mid":"m_0"},"attachments":[{"type":"image","payload":{"url":"https:\/\/cdn.example\/a.png"}}]}},"#
        + #"{"sender":{"id":"7"},"recipient":{"id":"100"},"timestamp":1787216400124,"read":{"watermark":1787216400000}}]}]}"#
    ])

  static let instagram = meta(
    Instagram.kind, [JSON.Member("ig_account_id", "200")],
    [
      #"{"object":"instagram","entry":[{"id":"200","time":1787216400,"messaging":[{"sender":{"id":"8"},"#
        + #""recipient":{"id":"200"},"timestamp":1787216400123,"message":{"mid":"i_1","text":"hi"}}],"changes":[{"#
        + #""field":"comments","value":{"from":{"id":"9","username":"ana"},"media":{"id":"300"},"id":"301","text":"?"}}]}]}"#
    ])

  static let facebookComments = meta(
    FacebookComments.kind, [JSON.Member("page_id", "100")],
    [
      #"{"object":"page","entry":[{"id":"100","time":1787216402,"changes":[{"field":"feed","value":{"from":{"id":"9","#
        + #""name":"Ana"},"message":"Price?","post_id":"100_1","comment_id":"1_2","created_time":1787216400,"#
        + #""item":"comment","parent_id":"100_1","verb":"add","photo":"https:\/\/cdn.example\/b.jpg"}}]}]}"#
    ])

  static let whatsApp = meta(
    WhatsApp.kind, [JSON.Member("phone_number_id", "400")],
    [
      #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"#
        + #""display_phone_number":"15550783881","phone_number_id":"400"},"contacts":[{"profile":{"name":"Lin"},"#
        + #""wa_id":"8613800138000"}],"messages":[{"from":"8613800138000","id":"wamid.1","timestamp":"1787216460","#
        + #""type":"text","text":{"body":"c"}},{"from":"8613800138000","id":"wamid.2","timestamp":"1787216461","#
        + #""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"x","title":"Express"}}}],"#
        + #""statuses":[{"id":"wamid.0","status":"failed","timestamp":"1787216460","errors":[{"code":131047}]}]}}]}]}"#,
      #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"calls","value":{"metadata":{"#
        + #""display_phone_number":"15550783881","phone_number_id":"400"},"calls":[{"from":"8613800138000","to":"15550783881","#
        + #""id":"wacid.1","event":"terminate","timestamp":"1787216430","status":"COMPLETED","duration":"42"}]}}]}]}"#,
    ])

  // MARK: Our own doors

  static let chatSettings: JSON = ["session_secret": "a session secret of the specimen"]

  static let chatSession = ChatSessions(
    channel: "specimen", secrets: [Secret("a session secret of the specimen")], lifetimeSeconds: 3600
  ).issue(id: "visitor-0123456789", now: arrival)

  static let webChat = Specimen(
    kind: WebChat.kind, proof: .body, settings: chatSettings,
    deliveries: [
      delivery(
        (#"{"session":"\#(chatSession ?? "")","client_id":"c1","text":"你好","category":"payment","name":"Ana","#
          + #""attachments":[{"filename":"../shot.png","content_type":"image/png","data":"iVBORw=="}]}"#).utf8,
        type: "application/json")
    ])

  static let webForm = Specimen(
    kind: WebForm.kind, proof: .none, settings: .object([]),
    deliveries: [
      delivery(
        "name=Ana&email=ana%40example.org&text=Where+is+my+money%3F&transaction_id=T-1&category=payment".utf8,
        type: "application/x-www-form-urlencoded"),
      delivery(#"{"email":"ana@example.org","text":"钱呢？","subject":"payment"}"#.utf8, type: "application/json"),
      delivery(
        ("--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nana@example.org\r\n"
          + "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nsee file\r\n"
          + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n"
          + "abc\r\n--b--\r\n").utf8, type: "multipart/form-data; boundary=b"),
    ])

  static let phoneLog = Specimen(
    kind: PhoneLog.kind, proof: .header("Authorization", coversBody: false),
    settings: [
      "bearer_token": "a token of the specimen", "default_country_code": "86", "our_numbers": ["+861012345678"],
    ],
    deliveries: [
      delivery(
        #"{"from":"013800138000","name":"Lin","text":"card blocked","category":"fraud","duration_s":120}"#.utf8,
        type: "application/json", headers: [("Authorization", "Bearer a token of the specimen")]),
      delivery(
        "id,from,to,start,duration,status,notes\n1,13800138000,861012345678,2026-08-20 09:00:00,0,missed,\n".utf8,
        type: "text/csv", headers: [("Authorization", "Bearer a token of the specimen")]),
    ])
}
