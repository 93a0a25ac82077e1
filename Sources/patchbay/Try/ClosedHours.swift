import Conversations
import Rehearsal
import Terminal

/// A Saturday night and a holiday: who writes then is told when somebody is there again.
extension Tour {
  func closedHours() async throws {
    stage.clock.move(to: TourDates.saturdayNight)
    heading("4. Outside opening hours")
    try await saturday()
    stage.clock.move(to: TourDates.nationalDay)
    heading("… and on a holiday")
    try await holiday()
    stage.clock.move(to: TourDates.afterTheHoliday)
    heading("… and when the queues open again")
    try await backToWork()
  }

  private func saturday() async throws {
    step("E-mail by LMTP")
    let mail = SampleMail(
      sender: "zhouyu@customer.example", name: "周宇", subject: "付款问题", text: "付款失败，可是银行卡已经扣款了，请尽快处理。",
      id: "d1@customer.example", date: stage.clock.now, isGB18030: true)
    let line = try await LMTPClient.send(mail.bytes, from: mail.sender, to: MadeUp.mailbox, port: doors.lmtp)
    sent("support-mail")
    expect(line.hasPrefix("250"), "LMTP answered \(line)")
    let id = try await arrived("night mail zh", Expected(queue: "after_hours", category: "payment"))
    try await saysWhen(id, language: "zh", mailTo: mail.sender)

    step("Messenger")
    try await messengerSays("m_tour_2", from: "7788990011223344", "Hi, how do I change my phone number on my profile?")
    let night = try await arrived("night messenger en", Expected(queue: "after_hours", category: "account"))
    try await saysWhen(night, language: "en", mailTo: nil)

    step("Web chat, urgent: stays with the security queue, day and night")
    let guest = try await ChatGuest(wire)
    let status = try await guest.say("n1", "I lost my phone this morning, please block my wallet", language: "en")
    sent("webchat")
    expect(status == 200, "the chat took a message at night")
    let urgent = try await arrived("night chat en", Expected(queue: "security", category: "fraud", priority: "urgent"))
    let text = try await automaticReply(to: urgent)
    detail("answered at once: \(Self.firstLines(text))", .dim)
    expect(await guest.shown.wait(for: 2, within: Self.patience), "the visitor sees the automatic answer")
    guest.leave()
  }

  private func holiday() async throws {
    step("Web form")
    let form: JSON = [
      "name": "陈静", "email": "chenjing@customer.example", "language": "zh", "text": "请问支持哪些国家和币种？",
    ]
    let answer = try await wire.post("/form/contact-form", form)
    sent("contact-form")
    expect(answer.status == 200, "the form answered \(answer.status)")
    let id = try await arrived("holiday form zh", Expected(queue: "after_hours", category: "general"))
    try await saysWhen(id, language: "zh", mailTo: "chenjing@customer.example")

    step("Instagram")
    try await instagramSays(
      "ig_tour_2", from: "1399887766554433", "The app crashes on my Android phone since the update")
    let other = try await arrived("holiday instagram en", Expected(queue: "after_hours", category: "technical"))
    try await saysWhen(other, language: "en", mailTo: nil)
  }

  /// The automatic answer names the day on which the queue really opens again, and reached the provider.
  private func saysWhen(_ id: Int64, language: String, mailTo recipient: String?) async throws {
    let day = try await reopening(id).map { dateWords($0, language: language) } ?? "never"
    let text = try await automaticReply(to: id) ?? ""
    expect(text.contains(day), "#\(id): the automatic answer says that we are back on \(day)")
    if let recipient {
      if let (_, mail) = try await mail(to: recipient, containing: day) { showMail(mail, bodyLines: 2) }
    } else {
      showGraph(try await graphRequest(containing: day))
    }
  }

  private static func firstLines(_ text: String?) -> String {
    (text ?? "").split(separator: "\n").prefix(3).joined(separator: " ")
  }

  private func backToWork() async throws {
    let names = ["night mail zh", "night messenger en", "holiday form zh", "holiday instagram en"]
    for name in names {
      guard let id = cases[name] else { continue }
      let back = try await eventually("#\(id) went back to its own queue") { () -> JSON? in
        let conversation = try await self.conversation(id)
        guard conversation["queue"] == conversation["home_queue"] else { return nil }
        return conversation
      }
      detail("#\(id) \(name): after_hours → \(back?["queue"]?.text ?? "?")")
    }
    guard let id = cases["holiday form zh"] else { return }
    let text = "您好，我们支持二十种货币，清单见官网“币种”一页。"
    try await reply("wei", id, text)
    if let (_, mail) = try await mail(to: "chenjing@customer.example", containing: text) { showMail(mail) }
    try await outboxEmpties()
  }
}
