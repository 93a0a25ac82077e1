import Conversations
import Desk
import Rehearsal
import Terminal

/// Tuesday morning, on the other side of the desk.
extension Tour {
  func agentsAtWork() async throws {
    heading("2. Agents pull, answer, pass on")
    try await pull()
    try await answerByMail()
    try await answerInMessenger()
    try await answerInChat()
    try await movedOn()
    try await passOn()
  }

  /// Two agents at the same moment get two different conversations.
  private func pull() async throws {
    step("patchbay next, by two agents at once")
    let (wei, tom) = (client("wei"), client("tom"))
    async let first = wei.post("/next")
    async let second = tom.post("/next")
    let held = [("wei", try await first), ("tom", try await second)]
    for (agent, conversation) in held {
      detail(
        "\(agent) holds #\(conversation["id"]?.text ?? "?") (\(conversation["priority"]?.text ?? ""), \(conversation["channel"]?.text ?? "")) until \(conversation["lease"]?["expires_at"]?.text ?? "")"
      )
    }
    let ids = held.compactMap { $0.1["id"]?.int64 }
    expect(Set(ids).count == 2, "two agents hold two conversations: \(ids)")
    expect(held.allSatisfy { $0.1["priority"]?.text == "urgent" }, "the urgent ones come first")
    do {
      _ = try await wei.post("/conversations/\(ids.last ?? 0)/take")
      expect(false, "a held conversation was taken by a second agent")
    } catch let refusal as DeskRefusal {
      detail("wei wants tom's: \(refusal.status) \(refusal.message)", .dim)
      expect(refusal.status == 409 && refusal.code == "held", "a held conversation answers 409 held")
    }
    try await finishUrgent(held.map { (agent: $0.0, id: $0.1["id"]?.int64 ?? 0) })
  }

  /// The call gets a note and is done; the victim of the scam gets an answer on Instagram.
  private func finishUrgent(_ held: [(agent: String, id: Int64)]) async throws {
    for (agent, id) in held {
      if id == cases["call zh"] {
        _ = try await client(agent).post("/conversations/\(id)/note", ["text": "账户已冻结，已回电确认。"])
        let done = try await client(agent).post("/conversations/\(id)/resolve")
        detail("\(agent): note on #\(id), then \(done["status"]?.text ?? "?")")
        expect(done["status"]?.text == "resolved", "the call is resolved")
      } else {
        let text = "We have frozen your wallet. Please do not send anything else, and tell us the shop's address."
        try await reply(agent, id, text)
        showGraph(try await graphRequest(containing: text))
      }
    }
  }

  /// Replies to what the agent has just read; returns the seq of the answer.
  func reply(_ agent: String, _ id: Int64, _ text: String) async throws {
    let client = client(agent)
    _ = try await client.post("/conversations/\(id)/take")
    let seq = try await client.get("/conversations/\(id)")["seq"]?.int64 ?? 0
    _ = try await client.post("/conversations/\(id)/reply", ["text": .string(text), "seq": JSON(seq)])
    repliesSent += 1
    detail("\(agent) → #\(id): \(text)")
  }

  private func answerByMail() async throws {
    step("A reply in Chinese, by mail")
    guard let id = cases["mail zh"] else { return }
    let text = "李女士您好，退款已经批准，预计两个工作日内到账。"
    try await reply("wei", id, text)
    guard let (_, mail) = try await mail(to: "lina@customer.example", containing: text) else { return }
    showMail(mail)
    expect(mail["in_reply_to"]?[0]?.text == "<a1@customer.example>", "the answer names the mail it answers")
    expect(mail["subject"]?.text?.contains("申请退款") == true, "the answer keeps the subject")
    expect(
      mail["reply_to"]?[0]?.text?.hasPrefix("support+c\(id)-") == true, "the reply address carries the signed token")
  }

  private func answerInMessenger() async throws {
    step("A reply to Messenger while the provider says 429, Retry-After: 40")
    guard let id = cases["messenger zh"] else { return }
    try await outboxEmpties()
    stage.web.change { $0.upcoming = [.tooMany(retryAfterSeconds: 40)] }
    let text = "您好，充值已到账，请刷新余额查看。"
    try await reply("tom", id, text)
    let refused = try await delivery(of: text, in: id, "the failure is on the message") { $0["detail"]?.text != nil }
    detail(
      "after attempt \(refused?["attempts"]?.text ?? "?"): \(refused?["state"]?.text ?? "?") · \(refused?["detail"]?.text ?? "")"
    )
    expect(refused?["state"]?.text == "queued", "the message waits for its next attempt")
    stage.clock.advance(seconds: 60)
    stage.desk.outboxBell.ring()
    detail("the clock goes one minute on …", .dim)
    let done = try await delivery(of: text, in: id, "the second attempt is accepted") {
      $0["state"]?.text == "accepted"
    }
    detail("after attempt \(done?["attempts"]?.text ?? "?"): \(done?["state"]?.text ?? "?")")
    expect(done?["attempts"]?.int == 2, "two attempts are counted, not \(done?["attempts"]?.text ?? "none")")
    showGraph(try await graphRequest(containing: text))
  }

  /// The delivery of the message with `text`, once it `fits`.
  private func delivery(of text: String, in id: Int64, _ what: String, _ fits: (JSON) -> Bool) async throws -> JSON? {
    try await eventually(what) {
      let messages = try await self.conversation(id)["messages"]?.array ?? []
      guard let delivery = messages.last(where: { $0["text"]?.string == text })?["delivery"], fits(delivery) else {
        return nil
      }
      return delivery
    }
  }

  private func answerInChat() async throws {
    step("A reply in the chat")
    guard let id = cases["chat zh"], let guest else { return }
    let text = "您好，请在登录页点“忘记密码”，用注册邮箱收取链接。"
    try await reply("wei", id, text)
    let shown = try await eventually("the chat page shows the answer") {
      guest.shown.entries.first { $0["text"]?.string == text }
    }
    detail("the visitor's event stream: \(shown?.description ?? "nothing")", .dim)
    expect(shown?["direction"]?.text == "out", "the visitor sees who wrote")
    guest.leave()
  }

  /// The customer writes while the agent types.
  private func movedOn() async throws {
    step("A reply that is overtaken: the agent's own commands")
    guard let id = cases["mail en"], let (_, greeting) = try await mail(to: "olivia@customer.example", containing: "")
    else { return }
    let program = program(as: "tom")
    expect(try await program.run(["show", "\(id)"]).code == 0, "show ends with 0")
    let more = SampleMail(
      sender: "olivia@customer.example", name: "Olivia Reed", subject: "Re: Card declined",
      text: "It works now with another card, thanks.",
      id: "b2@customer.example", date: stage.clock.now, to: greeting["reply_to"]?[0]?.text ?? MadeUp.mailbox)
    let line = try await LMTPClient.send(more.bytes, from: more.sender, to: more.to, port: doors.lmtp)
    sent("support-mail")
    expect(line.hasPrefix("250"), "the customer's second mail: \(line)")
    let text = "Hello Olivia, please tell us the exact error message."
    let refused = try await program.run(["reply", "\(id)", text])
    detail("$ patchbay reply \(id) …   → exit \(refused.code)")
    detail((refused.talk + refused.output).trimmingEnd(), .dim)
    expect(refused.code == 4, "an overtaken reply ends with 4, not \(refused.code)")
    expect(try await program.run(["show", "\(id)"]).code == 0, "show ends with 0")
    let better = "Good to hear, Olivia. We close this for now; just answer this mail if it happens again."
    let done = try await program.run(["reply", "\(id)", better])
    repliesSent += 1
    detail("$ patchbay show \(id); patchbay reply \(id) …   → exit \(done.code)")
    expect(done.code == 0, "the second reply ends with \(done.code): \(done.talk)")
    if let (_, mail) = try await mail(to: "olivia@customer.example", containing: better) { showMail(mail) }
    let seen = try await conversation(id)["messages"]?.array?.filter { $0["direction"]?.text == "in" }.count
    expect(seen == 2, "the mail to the signed address joined its conversation")
  }

  private func passOn() async throws {
    step("Transfer, snooze, resolve")
    guard let form = cases["form en"], let missed = cases["missed call"], let chat = cases["chat zh"] else { return }
    let moved = try await client("tom").post(
      "/conversations/\(form)/transfer", ["queue": "payments", "reason": "asks about transfer fees"])
    detail("#\(form) → \(moved["queue"]?.text ?? "?"): \(moved["reason"]?.text ?? "")")
    expect(moved["queue"]?.text == "payments", "the conversation was transferred")
    let until = stage.clock.now.adding(seconds: 3600)
    let snoozed = try await client("wei").post("/conversations/\(missed)/snooze", ["until": JSON(until)])
    detail("#\(missed) sleeps until \(snoozed["snoozed_until"]?.text ?? "?")")
    expect(snoozed["snoozed_until"]?.text != nil, "the conversation sleeps")
    let resolved = try await client("wei").post("/conversations/\(chat)/resolve")
    detail("#\(chat) is \(resolved["status"]?.text ?? "?")")
    expect(resolved["status"]?.text == "resolved", "the chat is resolved")
    try await outboxEmpties()
  }
}

extension String {
  func trimmingEnd() -> String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
