/// An enhanced status (RFC 3463) for reports that give only a reason in words, or an SMTP reply without one.
///
/// What it says is coarse: whether the address, the mailbox, the way there or a policy is at fault, and whether it lasts.
enum BounceReason {
  private static let linesMax = 120

  /// `nil` when the words say nothing known.
  static func status(of lines: [String], isDelay: Bool) -> String? {
    for (phrases, detail) in reasons where lines.prefix(linesMax).contains(where: { phrases.isIn($0) }) {
      return (isDelay || lasting.contains(detail) == false ? "4" : "5") + "." + detail
    }
    return nil
  }

  /// Everything but a way that is closed for now.
  private static let lasting: Set<String> = ["1.1", "1.2", "2.1", "2.2", "2.3", "7.1", "3.4", "1.8", "4.6"]

  /// In this order: the first reason found counts.
  private static let reasons: [(PhraseSet, String)] = [
    (
      PhraseSet([
        "message size exceed", "message too large", "message is too large", "exceeds the maximum size",
        "size limit exceeded",
        "message too big", "larger than", "exceeds size limit", "邮件过大", "邮件大小超过", "zu groß",
      ]), "2.3"
    ),
    (
      PhraseSet([
        "mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "exceeds allowed size",
        "exceeded the local limit", "insufficient storage", "mailbox has exceeded", "not enough storage", "quota full",
        "inbox is full", "postfach voll", "speicherplatz", "boîte pleine", "buzón lleno", "casella piena",
        "caixa cheia",
        "邮箱已满", "邮箱空间", "空间不足", "信箱已滿", "メールボックスがいっぱい", "переполнен", "over the quota", "full mailbox",
      ]), "2.2"
    ),
    (
      PhraseSet([
        "account is disabled", "account disabled", "mailbox disabled", "account has been disabled", "is inactive",
        "account suspended", "has been suspended", "not active", "inactive user", "account is locked", "被禁用", "已停用",
        "冻结",
        "deaktiviert", "account that you tried to reach is disabled",
      ]), "2.1"
    ),
    (
      PhraseSet([
        "user unknown", "unknown user", "no such user", "does not exist", "doesn't exist", "no such mailbox",
        "no mailbox here",
        "unknown recipient", "recipient unknown", "not listed in", "recipient name is not recognized",
        "invalid recipient",
        "no such address", "unknown address", "address not found", "couldn't be found", "could not be found",
        "no such recipient",
        "recipient rejected", "recipient address rejected", "mailbox not found", "mailbox unavailable",
        "user not found",
        "isn't a valid", "not a valid", "doesn't have a", "no user", "invalid mailbox", "invalid address",
        "no valid recipients",
        "unrouteable address", "no account by that name", "address is unknown", "user doesn't", "user is unknown",
        "existiert nicht", "unbekannt", "n'existe pas", "no existe", "non esiste", "não existe", "bestaat niet",
        "nie istnieje",
        "не существует", "не найден", "不存在", "无此用户", "没有找到", "查無此", "存在しません", "見つかりません", "宛先不明", "없는 사용자",
        "존재하지 않", "group you tried to contact",
      ]), "1.1"
    ),
    (
      PhraseSet([
        "host unknown", "unknown host", "domain not found", "domain name not found", "no such domain", "host not found",
        "unrouteable mail domain", "unroutable", "name or service not known", "nxdomain", "domain does not",
        "couldn't find any host",
        "dns error", "找不到域名", "域名不存在", "unknown domain",
      ]), "1.2"
    ),
    (
      PhraseSet([
        "spam", "blocked", "blacklist", "blocklist", "listed in", "policy", "relaying denied", "relay access denied",
        "not permitted", "access denied", "virus", "rejected for", "reputation", "dmarc", "垃圾邮件", "拒收", "被拒绝",
        "administrative prohibition",
        "not authorized", "not authorised", "content rejected",
      ]), "7.1"
    ),
    (PhraseSet(["too many hops", "mail loop", "routing loop", "loop detected", "loops back"]), "4.6"),
    (
      PhraseSet([
        "timed out", "timeout", "time out", "connection refused", "no route to host", "could not connect",
        "unreachable",
        "connection lost", "expired", "been in the queue too long", "retry time", "too long in queue", "deferred",
        "连接超时", "超时",
      ]), "4.7"
    ),
  ]
}
