/// Reasons why no machine should answer a mail (RFC 3834 §2), as words for people.
enum AutomationSigns {
  static func read(_ headers: MailHeaders, from: MailAddress?, nature: MailNature, isReport: Bool) -> [String] {
    var signs: [String] = []
    if headers.raw("Return-Path").map({ $0.trimmingSpace == Array("<>".utf8) }) == true {
      signs.append("null return path")
    }
    if let word = headers.word("Auto-Submitted"), word != "no" { signs.append("Auto-Submitted: \(word)") }
    if let word = headers.word("Precedence"), ["bulk", "junk", "list", "auto_reply"].contains(word) {
      signs.append("Precedence: \(word)")
    }
    if let value = headers["X-Auto-Response-Suppress"], suppresses(value) {
      signs.append("X-Auto-Response-Suppress: \(value.prefix(60))")
    }
    if nature.isMailingList { signs.append("mailing list") }
    if isReport { signs.append("delivery or receipt report") }
    if nature.isAutoReply, signs.isEmpty { signs.append("automatic reply") }
    if let word = headers.word("Feedback-ID"), !word.isEmpty { signs.append("bulk sender (Feedback-ID)") }
    // RFC 8058: only bulk senders offer it.
    if headers.has("List-Unsubscribe-Post") { signs.append("bulk sender (one-click unsubscribe)") }
    if headers.has("X-Loop") { signs.append("X-Loop") }
    signs += senderSigns(from, headers)
    return signs
  }

  /// [MS-OXCMAIL] §2.1.3.2.20: which kinds of automatic mail the sender does not want.
  private static func suppresses(_ value: String) -> Bool {
    let words = value.lowercased().split { $0 == "," || $0 == " " }
    return words.contains { ["all", "autoreply", "oof"].contains($0) }
  }

  static func senderSigns(_ from: MailAddress?, _ headers: MailHeaders) -> [String] {
    guard let from else { return ["no sender"] }
    let local = from.address.lowercased().prefix { $0 != "@" && $0 != "+" }
    if robots.contains(String(local)) { return ["sender is \(local)"] }
    let isRobot = endings.contains { local.hasSuffix($0) } || beginnings.contains { local.hasPrefix($0) }
    return isRobot ? ["sender is a list or robot address"] : []
  }

  private static let robots: Set<String> = [
    "mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon", "postmaster", "noreply", "no-reply", "no_reply",
    "no.reply", "donotreply",
    "do-not-reply", "do_not_reply", "do.not.reply", "dontreply", "nobody", "root", "daemon", "listserv", "majordomo",
    "bounce", "bounces", "notifications", "notification", "autoreply", "auto-reply", "autoresponder", "mailman",
    "sympa",
  ]
  private static let endings = [
    "-request", "-owner", "-bounces", "-bounce", "-noreply", "-no-reply", ".noreply", "_noreply",
  ]
  private static let beginnings = [
    "owner-", "noreply", "no-reply", "donotreply", "bounce-", "bounces-", "bounce+", "prvs=",
  ]
}
