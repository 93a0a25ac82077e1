import Conversations
import Foundation
import Rehearsal
import Terminal

/// Tuesday morning: a message through every door.
extension Tour {
  func openHours() async throws {
    heading("1. A message through every door, in opening hours")
    try await mailDoors()
    try await pages()
    try await telephone()
    try await social()
    let text = try await client("ada").get(
      "/conversations/\(cases["mail zh"] ?? 0)/explain", [("what", "route"), ("language", "en")])
    step("The whole reason for one of them: patchbay explain \(cases["mail zh"] ?? 0)")
    detail(text["text"]?.string ?? "", .dim)
    expect(!(text["decisions"]?.array ?? []).isEmpty, "explain has the stored decision")
    try await outboxEmpties()
  }

  // MARK: - Mail

  private func mailDoors() async throws {
    step("E-mail by LMTP: a GB18030 mail with a screenshot")
    let chinese = SampleMail(
      sender: "lina@customer.example", name: "李娜", subject: "申请退款",
      text: "你好，我上周申请的退款还没退回来，什么时候能收到？订单号 20260908-7731，请帮忙查一下。", id: "a1@customer.example", date: stage.clock.now,
      isGB18030: true)
    let line = try await LMTPClient.send(chinese.bytes, from: chinese.sender, to: MadeUp.mailbox, port: doors.lmtp)
    sent("support-mail")
    detail("LMTP answered: \(line)", .dim)
    expect(line.hasPrefix("250"), "LMTP answered \(line)")
    let id = try await arrived("mail zh", Expected(queue: "refunds", category: "refund", status: "new"))
    let message = try await conversation(id)["messages"]?[0]
    expect(message?["text"]?.string?.contains("上周申请的退款") == true, "the GB18030 text was read")
    expect(message?["attachments"]?[0]?["filename"]?.text == "截图.png", "the attachment has its name")
    try await knownMail(chinese)
    try await postedMail()
    try await deliveredMail()
  }

  private func knownMail(_ mail: SampleMail) async throws {
    let line = try await LMTPClient.send(mail.bytes, from: mail.sender, to: MadeUp.mailbox, port: doors.lmtp)
    sent("support-mail")
    detail("the same mail once more: \(line)", .dim)
    expect(line.contains("known"), "a mail sent twice is one mail: \(line)")
  }

  private func postedMail() async throws {
    step("E-mail by HTTP, with a card number in it")
    let card = "4111 1111 1111 1111"
    let mail = SampleMail(
      sender: "olivia@customer.example", name: "Olivia Reed", subject: "Card declined",
      text: "Hello, my card was declined at checkout three times. The card is \(card). Please help.",
      id: "b1@customer.example",
      date: stage.clock.now)
    let answer = try await wire.send(
      "POST", "/mail/support-mail",
      [("Authorization", "Bearer \(tokens["ada"] ?? "")"), ("Content-Type", "message/rfc822")], mail.bytes)
    sent("support-mail")
    expect(
      answer.status == 200 && answer.json["filed"]?.int == 1, "POST /mail answered \(answer.status) \(answer.text)")
    let id = try await arrived("mail en", Expected(queue: "payments", category: "payment", status: "new"))
    let text = try await conversation(id)["messages"]?[0]?["text"]?.string ?? ""
    expect(!text.contains("1111 1111") && !text.isEmpty, "the card number was redacted before it was kept")
    detail("kept as: \(text.trimmingCharacters(in: .whitespacesAndNewlines))", .dim)
  }

  private func deliveredMail() async throws {
    step("E-mail from a mail server's pipe: patchbay deliver --channel support-mail")
    let mail = SampleMail(
      sender: "noah@customer.example", name: "Noah Quinn", subject: "App problem",
      text: "The app crashes on my Android phone since the update.", id: "c1@customer.example", date: stage.clock.now)
    let file = stage.place.home + "/mail.eml"
    try Data(mail.bytes).write(to: URL(fileURLWithPath: file))
    let outcome = try await program(as: "ada").run(["deliver", "--channel", "support-mail", file])
    sent("support-mail")
    detail("exit \(outcome.code): \(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))", .dim)
    expect(outcome.code == 0, "deliver ended with \(outcome.code): \(outcome.talk)")
    try await arrived("pipe en", Expected(queue: "technical", category: "technical", priority: "normal", status: "new"))
  }

  // MARK: - Our own pages

  private func pages() async throws {
    step("Web chat: session, message, event stream")
    let guest = try await ChatGuest(wire)
    expect(try await guest.say("m1", "忘记密码了，怎么重置？", language: "zh") == 200, "the chat took a message")
    expect(try await guest.say("m1", "忘记密码了，怎么重置？", language: "zh") == 200, "the chat took it again")
    sent("webchat", 2)
    try await arrived("chat zh", Expected(queue: "accounts", category: "account", status: "new"))
    expect(await guest.shown.wait(for: 1, within: Self.patience), "the event stream shows the message")
    self.guest = guest

    step("Web form")
    let form: JSON = [
      "name": "Emma Stone", "email": "emma@customer.example", "subject": "Fees", "language": "en",
      "text": "What are your fees for sending euros abroad?",
    ]
    let answer = try await wire.post("/form/contact-form", form)
    sent("contact-form")
    detail("the page says: your reference is \(answer.json["reference"]?.text ?? "?")", .dim)
    expect(answer.status == 200 && answer.json["reference"]?.string != nil, "the form answered \(answer.status)")
    try await arrived("form en", Expected(queue: "general", category: "general", status: "new"))
  }

  // MARK: - Telephone

  private func telephone() async throws {
    step("Phone log: an agent writes a call down")
    let call: JSON = [
      "from": "+8613800138000", "name": "王强", "duration_s": 95, "text": "客户说手机丢了，要求马上冻结账户。",
    ]
    _ = try await client("wei").post("/calls", call)
    sent("phone")
    try await arrived("call zh", Expected(queue: "security", category: "fraud", priority: "urgent"))

    step("Call records: lines of Asterisk's Master.csv")
    let records = Self.callRecords
    let answer = try await wire.send(
      "POST", "/hooks/hotline-calls",
      [("Authorization", "Bearer \(try secret("hotline-calls"))"), ("Content-Type", "text/csv")],
      Array(records.utf8))
    sent("hotline-calls", 1)
    expect(answer.status == 200, "the call records were answered \(answer.status) \(answer.text)")
    try await arrived("missed call", Expected(status: "new"))

    step("Telephone system by JSON web hook: rings, nobody answers")
    let path = "/hooks/pbx/\(try secret("pbx"))"
    for (event, cause) in [("newCall", nil), ("hangup", "noAnswer")] as [(String, String?)] {
      var members: [JSON.Member] = [
        .init("event", .string(event)), .init("from", "8613900139000"), .init("to", "864005550199"),
        .init("direction", "in"),
        .init("callId", "tour-call-1"),
      ]
      if let cause { members.append(.init("cause", .string(cause))) }
      let answer = try await wire.post(path, .object(members))
      sent("pbx")
      expect(answer.status == 200, "\(event) was answered \(answer.status)")
    }
    try await arrived("pbx call", Expected(status: "new"))
  }

  /// A caller whom nobody answered, at 09:41 in the telephone system's own time.
  private static let callRecords = #"""
    "","13700137000","4005550199","from-trunk","""赵敏"" <13700137000>","PJSIP/trunk-0000002a","PJSIP/100-0000002b","Dial","PJSIP/100,20","2026-09-15 09:41:00","","2026-09-15 09:41:31",31,0,"NO ANSWER","DOCUMENTATION","1789436460.42",""

    """#

  /// A secret that the desk made for itself at its first start.
  func secret(_ name: String) throws -> String {
    String(decoding: try readInput("\(stage.place.data)/secrets/\(name)"), as: UTF8.self)
  }

  // MARK: - Meta

  private func social() async throws {
    step("Messenger: handshake, a forged delivery, a genuine one, the same again")
    let challenge = "1158201444"
    let query = "hub.mode=subscribe&hub.verify_token=\(stage.secrets.verifyToken.reveal())&hub.challenge=\(challenge)"
    let handshake = try await wire.send("GET", "/hooks/facebook?\(query)")
    expect(handshake.status == 200 && handshake.text == challenge, "the handshake was answered \(handshake.status)")
    let (customer, words) = ("6574839201746352", "充值一直没到账，已经两个小时了")
    let stranger = said(
      words, mid: "m_tour_1", from: customer, through: .messenger, secret: Secret("somebody else's"))
    let forged = try await post(stranger, to: "facebook")
    refused("facebook")
    detail("handshake answered; forged signature refused with \(forged.status)", .dim)
    expect(forged.status == 401, "a forged delivery was answered \(forged.status)")
    for _ in 0..<2 { try await messengerSays("m_tour_1", from: customer, words) }
    let id = try await arrived(
      "messenger zh", Expected(queue: "payments", category: "topup_withdrawal", status: "new"))
    let inbound = try await conversation(id)["messages"]?.array?.filter { $0["direction"]?.text == "in" }.count
    expect(inbound == 1, "the same delivery twice is one message, not \(inbound ?? 0)")

    step("Instagram: signed delivery")
    try await instagramSays(
      "ig_tour_1", from: "1254459154682919", "I think I have been scammed, I just sent 500 dollars to a fake shop")
    try await arrived("instagram en", Expected(queue: "security", category: "fraud", priority: "urgent", status: "new"))
  }
}
