import Conversations
import Foundation
import Rehearsal
import Terminal

/// What to try by hand once the tour is over.
extension Tour {
  func printGuide() async throws {
    let (url, agent, admin) = (doors.url, tokens["wei"] ?? "", tokens["ada"] ?? "")
    heading("Now you · Ctrl-C ends it and removes everything")
    guide("The desk's clock runs on from here; ages that the commands show count from this machine's clock.", [])
    guide(
      "As an agent (in another terminal):",
      [
        "export PATCHBAY_URL=\(url) PATCHBAY_TOKEN=\(agent)", "patchbay queues", "patchbay next",
        "patchbay list --status open",
      ])
    guide(
      "As the admin:",
      ["export PATCHBAY_URL=\(url) PATCHBAY_TOKEN=\(admin)", "patchbay report daily_sla --from 2026-09-15"])
    guide(
      "Pages:",
      [
        "chat   \(url)/chat/webchat/", "form   \(url)/form/contact-form", "board  \(url)/board   (token: \(agent))",
      ])
    guide(
      "A mail by HTTP:",
      [
        "printf 'From: me@customer.example\\nTo: \(MadeUp.mailbox)\\nSubject: refund\\n\\nWhere is my refund?\\n' |"
          + " curl -sS --data-binary @- -H 'Content-Type: message/rfc822' -H 'Authorization: Bearer \(admin)' \(url)/mail/support-mail"
      ])
    guide("A mail by LMTP:", [lmtpLine])
    guide("A signed web hook of Messenger:", [webhookLine(url)])
    guide(
      "A call from the telephone system:",
      [
        "curl -sS -H 'Content-Type: application/json' -d '{\"event\":\"hangup\",\"cause\":\"noAnswer\",\"direction\":\"in\","
          + "\"from\":\"8613600136000\",\"to\":\"864005550199\",\"callId\":\"by-hand-1\"}' \(url)/hooks/pbx/\(try secret("pbx"))"
      ])
    guide("Files: \(stage.place.directory)", [])
  }

  private func guide(_ title: String, _ lines: [String]) {
    console.print("")
    say(title, .cyan)
    for line in lines { console.print("  " + line) }
  }

  /// One line for a shell: LMTP needs no tool but bash.
  private var lmtpLine: String {
    let mail =
      "From: me@customer.example\\r\\nTo: \(MadeUp.mailbox)\\r\\nSubject: login\\r\\n\\r\\nI cannot log in.\\r\\n.\\r\\n"
    return "exec 3<>/dev/tcp/127.0.0.1/\(doors.lmtp); printf 'LHLO me\\r\\nMAIL FROM:<me@customer.example>\\r\\n"
      + "RCPT TO:<\(MadeUp.mailbox)>\\r\\nDATA\\r\\n\(mail)QUIT\\r\\n' >&3; cat <&3; exec 3>&-"
  }

  private func webhookLine(_ url: String) -> String {
    let delivery = said(
      "My payment failed but I was charged", mid: "m_by_hand_1", from: "5550001112223334", through: .messenger)
    let headers = delivery.headers.fields.map { " -H '\($0.name): \($0.value)'" }.joined()
    return "curl -sS -i\(headers)"
      + " -d '\(String(decoding: delivery.body, as: UTF8.self))' \(url)/hooks/facebook"
  }
}
