import ArgumentParser
import Conversations
import Terminal

struct WatchCommand: AgentCommand {
  static let configuration = agentCommand(
    "watch", .watch, examples: "watch", "watch --queue security --bell", "watch --json")
  @Option(help: help(.queueOption)) var queue: String?
  @Flag(help: help(.bell)) var bell = false
  @OptionGroup var common: CommonOptions

  /// Seconds before the second, third… try; the last one stays.
  static let pausesSeconds: [Int64] = [1, 2, 5, 10, 30]

  func work(_ desk: AgentDesk) async throws {
    let client = try desk.client()
    if desk.isForPeople { desk.console.talk(desk.say(.watching, client.credentials.url)) }
    var failures = 0
    while true {
      var hadEvents = false
      let response = try await client.events("/events", [("queue", queue)]) { event in
        hadEvents = true
        show(event, desk)
      }
      failures = hadEvents ? 0 : failures
      let pause = WatchCommand.pausesSeconds[min(failures, WatchCommand.pausesSeconds.count - 1)]
      desk.console.talk(desk.say(.watchAgain, Neutral.oneLine(try why(response)), desk.time.span(seconds: pause)))
      failures += 1
      try await Task.sleep(for: .seconds(pause))
    }
  }

  /// Why the stream ended; thrown when trying again cannot help.
  private func why(_ response: OutboundResponse) throws -> String {
    switch response {
    case .http(let status, _, _) where (200...299).contains(status): return "EOF"
    case .http(let status, _, let body):
      let refusal = DeskRefusal(status: status, body: body)
      guard status == 429 || status >= 500 else { throw refusal }
      return refusal.message
    case .mail(let code, _): return String(code)
    case .failed(let failure): return failure.detail
    }
  }

  /// An offer waits for an answer: how long, and how to give it.
  private func tellOffer(_ conversation: JSON, _ desk: AgentDesk) {
    let id = Neutral.oneLine(conversation["id"]?.text ?? "")
    let end = conversation["lease"]?["expires_at"]?.string.flatMap { Instant(rfc3339: $0) }
    let seconds = max(0, (end ?? desk.console.now).seconds(since: desk.console.now))
    desk.console.print(desk.console.paint(desk.say(.offered, id, desk.time.span(seconds: seconds)), .yellow))
    desk.console.hint("patchbay accept \(id) · patchbay decline \(id)")
  }

  private func show(_ event: ServerSentEvents.Event, _ desk: AgentDesk) {
    guard event.name == "conversation", let conversation = try? JSON(parsing: event.data) else { return }
    // The server may send every queue that the agent sees.
    if let queue, conversation["queue"]?.text != queue { return }
    if common.json { return desk.console.print(conversation) }
    // Who is typing is for programs: here it would be a line every few seconds.
    if conversation["change"]?.text?.hasSuffix("_typing") == true { return }
    let text = { (key: String) in Neutral.oneLine(conversation[key]?.text ?? "") }
    if common.quiet { return desk.console.print(text("id")) }
    let console = desk.console
    let (priority, style) = desk.say.priority(text("priority"))
    let parts = [
      desk.time.zone.short(console.now, now: console.now), "#\(text("id"))", text("change"), text("queue"),
      console.paint(priority, style), Neutral.oneLine(desk.say.customer(conversation["contact"])), text("subject"),
    ]
    let line = parts.filter { !$0.isEmpty }.joined(separator: "  ")
    console.print(console.width.map { console.paint.isOn ? line : Columns.clip(line, to: $0) } ?? line)
    let isOffer = conversation["offered_to_you"]?.bool == true && conversation["change"]?.text == "offered"
    if isOffer { tellOffer(conversation, desk) }
    if bell || isOffer, console.errorIsTerminal { console.ring() }
  }
}
