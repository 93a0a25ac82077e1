import Channels
import Conversations

/// Adapters of the `China` folder for the conformance suite, and how their providers sign.
extension Specimen {
  static let china: [Specimen] = [weChat, weChatSealed, weCom, weibo, douyin]

  /// SHA-1 over the sorted texts, as the providers describe it.
  static func sorted(_ texts: String...) -> String {
    Signatures.hex(Signatures.digest(.sha1, of: Array(texts.sorted().joined().utf8)))
  }

  static let shortQuery = "signature=\(sorted("a token", "1787216400", "n1"))&timestamp=1787216400&nonce=n1"

  static func sealedQuery(_ encrypted: String) -> String {
    "msg_signature=\(sorted("a token", "1787216400", "n1", encrypted))&timestamp=1787216400&nonce=n1"
  }

  // MARK: WeChat

  static let weChatSettings: JSON = ["token": "a token", "app_id": "wx7", "original_id": "gh_1"]

  /// A body in plain mode.
  static func weChatDelivery(_ own: String, to account: String = "gh_1") -> RawDelivery {
    let xml =
      "<xml><ToUserName>\(account)</ToUserName><FromUserName><![CDATA[o8]]></FromUserName>"
      + "<CreateTime>1787216400</CreateTime>\(own)</xml>"
    return delivery(xml.utf8, type: "text/xml", query: shortQuery)
  }

  static func sealedDelivery(_ encrypted: String, query: String? = nil) -> RawDelivery {
    delivery(
      "<xml><Encrypt><![CDATA[\(encrypted)]]></Encrypt></xml>".utf8, type: "text/xml",
      query: query ?? sealedQuery(encrypted))
  }

  static let weChat = Specimen(
    kind: WeChat.kind, proof: .query("signature"), settings: weChatSettings,
    deliveries: [
      weChatDelivery("<MsgType>image</MsgType><MediaId>M1</MediaId><MsgId>46</MsgId>"),
      weChatDelivery(
        "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>47</MsgID><Status>success</Status>"),
    ])

  static let weChatSealed = Specimen(
    kind: WeChat.kind, proof: .body,
    settings: .object(
      (weChatSettings.members ?? [])
        + [JSON.Member("mode", "aes"), JSON.Member("encoding_aes_key", .string(Sealed.key))]),
    deliveries: [sealedDelivery(Sealed.weChatText)])

  // MARK: WeCom

  static let weComSettings: JSON = [
    "token": "a token", "encoding_aes_key": .string(Sealed.key), "corp_id": "ww7", "agent_id": "1000002",
  ]

  static let weCom = Specimen(
    kind: WeCom.kind, proof: .body, settings: weComSettings,
    deliveries: [sealedDelivery(Sealed.weComText), sealedDelivery(Sealed.weComClick)])

  // MARK: Weibo, Douyin

  static func weiboDelivery(_ own: String, sender: Int = 8, receiver: Int = 1) -> RawDelivery {
    let body =
      #"{"receiver_id":\#(receiver),"sender_id":\#(sender),"created_at":"Thu Aug 20 17:00:00 +0800 2026",\#(own)}"#
    return delivery(body.utf8, type: "application/json", query: shortQuery)
  }

  static let weibo = Specimen(
    kind: Weibo.kind, proof: .query("signature"), settings: ["app_secret": "a token", "account_uid": "1"],
    deliveries: [weiboDelivery(#""type":"image","text":"pic","data":{"vfid":11,"tovfid":12}"#)])

  static func douyinDelivery(_ body: String) -> RawDelivery {
    let signature = Signatures.hex(Signatures.digest(.sha1, of: Array("a client secret\(body)".utf8)))
    return delivery(
      body.utf8, type: "application/json", headers: [("X-Douyin-Signature", signature), ("Msg-Id", "72")])
  }

  static let douyin = Specimen(
    kind: Douyin.kind, proof: .header("X-Douyin-Signature", coversBody: true),
    settings: ["client_secret": "a client secret", "client_key": "aw1", "account_open_id": "_me"],
    deliveries: [
      douyinDelivery(
        #"{"event":"im_receive_msg","client_key":"aw1","from_user_id":"_c8","to_user_id":"_me","content":{"#
          + #""conversation_short_id":"@C1","server_message_id":"@M1","create_time":1787216400124,"message_type":"text","#
          + #""user_infos":[{"open_id":"_c8","nick_name":"Ming"}],"text":"hi"}}"#)
    ])
}
