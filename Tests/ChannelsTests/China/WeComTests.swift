import Channels
import Conversations
import Testing

@Suite("WeCom")
struct WeComTests {
  private let adapter: any Adapter

  init() throws { adapter = try Specimen.weCom.adapter() }

  /// The answer of `kf/sync_msg` as the router hands it back.
  private func pulled(_ messages: String, more: String = "", query: String = "") -> RawDelivery {
    Specimen.delivery(
      #"{"errcode":0,"msg_list":[\#(messages)]\#(more)}"#.utf8, path: "/kf_sync_msg", query: query, door: .poll)
  }

  private func message(_ own: String) -> String {
    #"{"open_kfid":"wk1","external_userid":"wm8","send_time":1787216401,\#(own)}"#
  }

  private func event(_ own: String) -> String {
    #"{"msgid":"E1","send_time":1787216404,"origin":4,"msgtype":"event","event":{"open_kfid":"wk1","#
      + #""external_userid":"wm8",\#(own)}}"#
  }

  @Test("the handshake gives the decrypted echo, bare")
  func handshake() {
    let query = Specimen.sealedQuery(Sealed.weComEcho) + "&echostr=" + FormFields.encode(Sealed.weComEcho)
    let verdict = adapter.receive(Specimen.delivery([], method: "GET", query: query), now: Specimen.arrival)
    guard case .answered(let answer) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(answer.body == Array("5927".utf8))
    let other = Specimen.sealedQuery(Sealed.weComText) + "&echostr=" + FormFields.encode(Sealed.weComEcho)
    #expect(adapter.isRefused(Specimen.delivery([], method: "GET", query: other)))
  }

  @Test("messages, clicks and robots are read; other apps' are left alone, other companies' refused")
  func callbacks() throws {
    let text = try adapter.reading(Specimen.sealedDelivery(Sealed.weComText)).events.first
    #expect(text?.text == "打印机 <b>" && text?.threadKey == "wecom:ww7:1000002:lin" && text?.externalID == "46")
    let click = try adapter.reading(Specimen.sealedDelivery(Sealed.weComClick)).events.first
    #expect(click?.kind == .postback && click?.text == "HELP" && click?.externalID == "lin:1787216400:click")
    #expect(try adapter.reading(Specimen.sealedDelivery(Sealed.weComOtherApp)).events.isEmpty)
    #expect(adapter.status(Specimen.sealedDelivery(Sealed.weComForOthers)) == 403)
    let json = #"{"encrypt":"\#(Sealed.weComRobot)"}"#
    let robot = try adapter.reading(
      Specimen.delivery(json.utf8, type: "application/json", query: Specimen.sealedQuery(Sealed.weComRobot)))
    #expect(robot.events.map(\.text) == ["机器人"] && robot.events.first?.externalID == "R1")
  }

  @Test("an announcement is followed by a pull; without a token it is only noted")
  func announcement() throws {
    let delivery = Specimen.sealedDelivery(Sealed.weComAnnouncement)
    #expect(try adapter.reading(delivery).followUps.isEmpty)
    let given = JSON.object((Specimen.weComSettings.members ?? []) + [JSON.Member("access_token", "T")])
    let able = try WeCom(SettingValues.check(given, against: WeCom.settings).values)
    let followUp = try #require(try able.reading(delivery).followUps.first)
    #expect(followUp.key == "kf_sync wk1")
    // What is kept in the store holds no credential.
    #expect(!"\(followUp)".contains("access_token"))
    guard case .http(let request) = try able.step(followUp, cursor: nil, accessToken: nil).request else { return }
    #expect(request.url.reveal() == "https://qyapi.weixin.qq.com/cgi-bin/kf/sync_msg?access_token=T")
    let body = try JSON(parsing: request.body)
    #expect(body["open_kfid"] == "wk1" && body["token"] == "TICKET" && body["cursor"] == nil)
    let fetched = try able.step(followUp, cursor: "C2", accessToken: Secret("F"))
    guard case .http(let next) = fetched.request else { return }
    #expect(next.url.reveal().hasSuffix("access_token=F") && fetched.query == "open_kfid=wk1")
    #expect(try JSON(parsing: next.body)["cursor"] == "C2")
  }

  @Test(
    "an answer to a pull is a page, worth another try, or a matter of credentials",
    arguments: [
      (#"{"errcode":0,"next_cursor":"C2","has_more":1,"msg_list":[]}"#, FollowUpAnswer.page(cursor: "C2", more: true)),
      (#"{"errcode":0,"next_cursor":"C3","has_more":0,"msg_list":[]}"#, .page(cursor: "C3", more: false)),
      (#"{"errcode":45009,"errmsg":"limit"}"#, .retry(afterSeconds: nil, reason: "limit (WeCom 45009)")),
      (
        #"{"errcode":42001,"errmsg":"expired"}"#,
        .unauthorized(reason: "WeCom does not accept the channel's access token (WeCom 42001)")
      ),
      ("<html>", .retry(afterSeconds: nil, reason: "HTTP 200, but not an answer of WeCom")),
    ])
  func pullAnswers(body: String, expected: FollowUpAnswer) throws {
    let response = OutboundResponse.http(status: 200, headers: Headers(), body: Array(body.utf8))
    let followUp = FollowUp(key: "k", kind: "kf_sync", fields: [:])
    #expect(
      try WeCom(SettingValues.check(Specimen.weComSettings, against: WeCom.settings).values)
        .judge(response, of: followUp) == expected)
  }

  @Test("pulled messages tell the customer from the colleague")
  func pulling() throws {
    let reading = try adapter.reading(
      pulled(
        [
          message(#""msgid":"K1","origin":3,"msgtype":"text","text":{"content":"退款"}"#),
          message(#""msgid":"K2","origin":3,"msgtype":"image","image":{"media_id":"M2"}"#),
          message(#""msgid":"K3","origin":5,"msgtype":"text","text":{"content":"马上"}"#), "7",
          message(
            #""msgid":"K4","origin":3,"msgtype":"location","location":{"latitude":23.1,"longitude":113.3,"name":"A"}"#),
          message(#""msgid":"K5","origin":3,"msgtype":"hologram","hologram":{}"#),
          message(#""msgid":"K1","origin":3,"msgtype":"text","text":{"content":"退款"}"#),
        ].joined(separator: ",")))
    #expect(reading.events.map(\.externalID) == ["K1", "K2", "K3", "K4", "K5"])
    #expect(reading.events.map(\.direction) == [.inbound, .inbound, .outboundEcho, .inbound, .inbound])
    #expect(Set(reading.events.map(\.threadKey)) == ["wecom_kf:wk1:wm8"])
    let attachments = reading.events.flatMap(\.attachments)
    #expect(attachments.map(\.url) == ["wecom-media:M2", "geo:23.1,113.3", nil])
    #expect(attachments.last?.filename == "hologram")
  }

  @Test("pulled events: failures are receipts, withdrawals deletions, the rest is noted")
  func pulledEvents() throws {
    let reading = try adapter.reading(
      pulled(
        [
          event(#""event_type":"msg_send_fail","fail_msgid":"S77","fail_type":4"#),
          event(#""event_type":"user_recall_msg","recall_msgid":"K1""#), event(#""event_type":"enter_session""#),
        ].joined(separator: ",")))
    #expect(reading.receipts.map(\.externalID) == ["S77"] && reading.receipts.first?.errorCode == "4")
    #expect(reading.events.map(\.kind) == [.delete] && reading.events.first?.externalID == "K1")
    #expect(reading.ignored == ["enter_session"])
  }

  @Test("what claims at the HTTP door to be a pull's answer is refused; an error's answer is parked")
  func pullDoor() {
    var forged = pulled(message(#""msgid":"K1","origin":3,"msgtype":"text","text":{"content":"hi"}"#))
    forged.door = .http
    #expect(adapter.isRefused(forged))
    let failed = Specimen.delivery(#"{"errcode":40014,"errmsg":"invalid access_token"}"#.utf8, door: .poll)
    guard case .unreadable(let problem) = adapter.receive(failed, now: Specimen.arrival) else {
      Issue.record("not parked")
      return
    }
    #expect(problem.status == 200 && problem.reason.contains("40014"))
  }
}
