import Channels
import Conversations

/// Chat adapters for the conformance suite: one entry in `chat` for each.
extension Specimen {
  static let chat: [Specimen] = [telegram, line, viber, slack]

  static func telegramDelivery(_ update: String) -> RawDelivery {
    delivery(
      update.utf8, type: "application/json", headers: [("X-Telegram-Bot-Api-Secret-Token", "a secret-token")])
  }

  static let telegram = Specimen(
    kind: Telegram.kind, proof: .header("X-Telegram-Bot-Api-Secret-Token", coversBody: false),
    settings: ["bot_token": "7000:AAE", "secret_token": "a secret-token", "business_owner_id": "99"],
    deliveries: [
      telegramDelivery(
        #"{"update_id":1,"message":{"message_id":5,"from":{"id":8,"first_name":"Ana"},"chat":{"id":8,"type":"private"},"#
          + #""date":1787216400,"caption":"\u4f60","photo":[{"file_id":"A","width":1,"height":1}],"#
          + #""reply_to_message":{"message_id":4}}}"#),
      telegramDelivery(
        #"{"update_id":2,"message_reaction":{"chat":{"id":8},"message_id":5,"user":{"id":8},"date":1787216400,"#
          + #""old_reaction":[],"new_reaction":[{"type":"emoji","emoji":"\ud83d\udc4d"}]}}"#),
    ])

  static func lineDelivery(_ body: String) -> RawDelivery {
    let signature = Signatures.write(ChatDesk.signature("a channel secret", over: body), as: .base64)
    return delivery(body.utf8, type: "application/json", headers: [("x-line-signature", signature)])
  }

  static let line = Specimen(
    kind: Line.kind, proof: .header("X-Line-Signature", coversBody: true),
    settings: ["channel_secret": "a channel secret", "destination": "U1"],
    deliveries: [
      lineDelivery(
        #"{"destination":"U1","events":[{"type":"message","timestamp":1787216400123,"source":{"userId":"U8"},"#
          + #""message":{"type":"location","id":"46","title":"Office","latitude":1.50,"longitude":2}},"#
          + #"{"type":"postback","timestamp":1787216400123,"source":{"groupId":"C9"},"webhookEventId":"01J","#
          + #""postback":{"data":"a=b"}}]}"#)
    ])

  static func viberDelivery(_ body: String) -> RawDelivery {
    let signature = Signatures.hex(ChatDesk.signature("a viber token", over: body))
    return delivery(body.utf8, type: "application/json", headers: [("X-Viber-Content-Signature", signature)])
  }

  static let viber = Specimen(
    kind: Viber.kind, proof: .header("X-Viber-Content-Signature", coversBody: true),
    settings: ["auth_token": "a viber token", "account_id": "pa:1"],
    deliveries: [
      viberDelivery(
        #"{"event":"message","timestamp":1787216400123,"message_token":4987381189870374007,"sender":{"id":"x/8==","#
          + #""name":"Ana"},"message":{"type":"contact","text":"call","contact":{"name":"B","phone_number":"+1206"}}}"#),
      viberDelivery(#"{"event":"seen","timestamp":1787216400123,"message_token":49,"user_id":"x/8=="}"#),
    ])

  static func slackDelivery(_ body: String, sentAt: Int64 = arrival.seconds) -> RawDelivery {
    let signature = "v0=" + Signatures.hex(ChatDesk.signature("a signing secret", over: "v0:\(sentAt):\(body)"))
    return delivery(
      body.utf8, type: "application/json",
      headers: [("X-Slack-Request-Timestamp", "\(sentAt)"), ("X-Slack-Signature", signature)])
  }

  static let slack = Specimen(
    kind: Slack.kind, proof: .header("X-Slack-Signature", coversBody: true),
    settings: ["signing_secret": "a signing secret", "team_id": "T1", "bot_user_id": "U0", "bot_id": "B0"],
    deliveries: [
      slackDelivery(
        #"{"type":"event_callback","team_id":"T1","event":{"type":"message","channel":"C1","user":"U8","text":"1 &lt; 2","#
          + #""ts":"1787216400.001000","thread_ts":"1787216300.000100","files":[{"name":"a.png","mimetype":"image/png","#
          + #""url_private":"https://files.example/a.png"}]}}"#)
    ])
}
