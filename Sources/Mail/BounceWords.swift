/// Delivery reports in words only, as many mail servers write them.
struct BounceWords {
  private let headers: MailHeaders
  private let text: String
  private let from: MailAddress?
  private let isReport: Bool

  init(_ headers: MailHeaders, text: String, from: MailAddress?, isReport: Bool) {
    (self.headers, self.text, self.from, self.isReport) = (headers, text, from, isReport)
  }

  func read() -> MailBounce? {
    let subject = (headers["Subject"] ?? "").lowercased()
    let failed = headers.raw("X-Failed-Recipients").flatMap { AddressList.read($0).first?.address }
    guard failed != nil || mayBe(subject) else { return nil }
    let lines = BounceText.reportLines(of: text)
    guard failed != nil || isBounce(subject: subject, lines: lines) else { return nil }
    let isDelay =
      BounceWords.allDelaySubjects.isIn(subject) && !subject.contains("failure")
      || lines.prefix(60).contains { BounceWords.delayPhrases.isIn($0) }
    let status = BounceText.status(in: lines) ?? BounceReason.status(of: lines, isDelay: isDelay)
    return MailBounce(
      recipient: failed ?? recipient(in: lines), status: status, action: isDelay ? .delayed : .failed,
      diagnostic: BounceText.diagnostic(in: lines))
  }

  /// Not the robot, and not the one who is told (the sender of the mail that bounced), if anybody else is named.
  private func recipient(in lines: [String]) -> String? {
    let robot = from?.address.lowercased() ?? ""
    let told = ["To", "Delivered-To", "X-Original-To"].compactMap { headers.raw($0) }
      .flatMap { AddressList.read($0).map { $0.address.lowercased() } }
    return BounceText.recipient(in: lines, excluding: Set(told + [robot]))
      ?? BounceText.recipient(in: lines, excluding: [robot])
  }

  /// Spares people's mails the look at their words.
  private func mayBe(_ subject: String) -> Bool { isReport || isFromDaemon || hasNullSender || says(subject) }

  private func says(_ subject: String) -> Bool {
    BounceWords.subjects.isIn(subject) || BounceWords.delaySubjects.isIn(subject)
  }

  private var hasNullSender: Bool { headers.raw("Return-Path")?.trimmingSpace == Array("<>".utf8) }

  /// A robot's sender, and a subject or words that only robots use.
  private func isBounce(subject: String, lines: [String]) -> Bool {
    let saysSubject = says(subject)
    let saysText = lines.prefix(60).contains { BounceWords.phrases.isIn($0) }
    if isFromDaemon { return saysSubject || BounceWords.vagueSubjects.isIn(subject) || saysText }
    if isReport { return saysText || BounceText.status(in: lines) != nil }
    // Web forms send customers' words with the null sender, too.
    if hasNullSender, saysSubject || BounceWords.vagueSubjects.isIn(subject) {
      return (saysSubject && saysText) || BounceText.isFromServer(lines)
    }
    // People write of failures, versions and addresses.
    return saysSubject && !BounceWords.passedOn.begins(subject) && BounceText.isFromServer(lines)
      && recipient(in: lines).map { $0 != from?.address.lowercased() } == true
  }

  private var isFromDaemon: Bool {
    let address = from?.address.lowercased() ?? ""
    let name = (from?.name ?? "").lowercased()
    let raw = headers.raw("From").map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
    let local = address.prefix { $0 != "@" }
    return BounceWords.daemons.begins(local) || BounceWords.daemonNames.isIn(name) || raw.contains("mailer-daemon")
      || (raw.contains("<>") && AddressList.read(Array(raw.utf8)).isEmpty)
  }

  /// Somebody asks about a report, or passes it on.
  private static let passedOn = PhraseSet([
    "re:", "re：", "fwd:", "fw:", "wg:", "aw:", "tr:", "rv:", "转发:", "转发：", "轉寄:", "轉寄：", "回复:", "回复：", "答复:", "答复：",
  ])

  private static let daemons = PhraseSet([
    "mailer-daemon", "mailerdaemon", "mailer_daemon", "mailer.daemon", "mail-daemon", "mdaemon", "postmaster",
    "post_master", "mail.delivery.system",
    "maildelivery", "mail-delivery", "mmdf", "mailer@", "mail-system", "bounce@", "bounces@",
  ])

  private static let daemonNames = PhraseSet([
    "mail deliver", "mail server", "mailer-daemon", "postmaster", "system administrator", "mail administrator",
  ])

  /// Said of mail only. What people write of parcels and cards, too, needs a server's words beside it.
  private static let subjects = PhraseSet([
    "undeliver", "delivery failure", "delivery failed", "delivery status notification", "failure notice",
    "returned mail", "mail delivery failed", "mail delivery failure", "returned to sender",
    "returning message to sender",
    "delivery notification", "non-delivery", "nondeliver", "could not be delivered", "not delivered", "mail failure",
    "permanent delivery failure", "delivery report", "mail could not", "message not delivered", "undelivered",
    "error sending your mail", "failed mail", "mail error", "error mail", "user unknown", "address not found",
    "unzustellbar", "nicht zustellbar", "nicht zugestellt", "échec de la remise", "échec de remise",
    "échec de la distribution", "échec d'envoi", "echec de la remise", "non remis", "no entregado",
    "no se puede entregar", "devuelto", "não entregue", "falha na entrega", "mancato recapito", "non recapitabile",
    "onbestelbaar", "niet bezorgd", "не доставлено", "недоставлен", "недоставленное", "не удалось доставить",
    "退信", "退信通知", "无法投递", "系统退信", "投递失败", "郵件無法", "無法投遞", "未送达", "退件", "配信不能", "配信できません",
    "送信できません", "배달", "반송", "iletilemedi", "teslim edilemedi", "niedoręczon", "kunde inte levereras",
    "oleveransbar", "не удается доставить", "не удаётся доставить", "niedostarczon", "kunne ikke leveres",
    "mail delivery status", "mail status report", "delivery problem",
    "unable to deliver", "undelivrable", "non remise", "non délivré", "no se pudo entregar", "nedoručiteln",
    "kézbesíthetetlen", "οχι παράδοση", "投递失败通知", "邮件投递失败", "邮件退信", "エラーメール", "送信エラー",
    "メールを送信できませんでした", "배달 실패", "전송 실패", "전송에 실패", "수신 거부", "mail system error", "email rejected",
    "message rejected", "notification of failure", "无法送达", "未传递", "无法传递", "無法傳遞", "未傳遞",
  ])

  /// Count only beside a daemon's name or a server's words.
  private static let vagueSubjects = PhraseSet([
    "failure", "bounce", "delivery error", "échec de", "メール配信", "fatal error", "message delivery", "status report",
    "mail system", "rejected:", "rechazado", "zwrot", "发送失败", "傳送失敗", "寄送失敗", "delayed", "verzögert", "retardé",
    "retrasado", "延迟", "задержка", "deferred", "delay)", "(delay",
  ])

  private static let delaySubjects = PhraseSet([
    "delivery delay", "delivery is delayed", "message delayed", "mail delayed", "notification (delay",
    "warning: could not send", "delivery incomplete", "still being retried", "投递延迟", "邮件延迟", "warning: message",
    "zustellung verzögert", "remise retardée", "entrega retrasada",
  ])

  private static let allDelaySubjects = PhraseSet([
    "delayed", "delivery delay", "warning: could not send", "delivery incomplete", "delay)", "verzögert", "retardé",
    "retrasado", "still being retried", "投递延迟", "延迟", "задержка", "warning: message", "(delay", "deferred",
  ])

  private static let delayPhrases = PhraseSet([
    "this is a warning message only", "you do not need to resend", "you do not need to resubmit",
    "no action is required on your part", "has not yet been delivered", "have not yet been delivered",
    "will continue to try", "will continue trying", "还会继续尝试", "继续尝试投递", "noch nicht zugestellt",
  ])

  private static let phrases = PhraseSet([
    "could not be delivered", "couldn't be delivered", "was not delivered", "wasn't delivered", "not be delivered",
    "unable to deliver",
    "undeliverable", "undelivered", "delivery failed", "failed permanently", "permanent error", "permanent fatal error",
    "delivery to the following",
    "unable to deliver", "wasn't able to deliver", "weren't able to deliver", "was not able to deliver",
    "trouble delivering",
    "error was encountered", "error occurred while", "an error has occurred", "error delivering your mail",
    "error delivering", "returned to you",
    "was rejected", "has been rejected", "message was not", "could not send", "delivery has failed", "did not reach",
    "is undeliverable",
    "were unable to deliver", "failed to deliver", "address not found", "user unknown", "no such user", "mailbox full",
    "mailbox is full", "mailbox unavailable", "over quota", "quota exceeded", "unknown user", "recipient rejected",
    "recipient address rejected", "does not exist", "host unknown", "the following addresses", "the following address",
    "your message cannot",
    "cannot be delivered", "can not be delivered", "delivery status", "delivery report", "konnte nicht zugestellt",
    "nicht zugestellt",
    "n'a pas pu être", "no se pudo entregar", "no se ha podido", "não pôde ser entregue", "non è stato possibile",
    "non può essere",
    "не может быть доставлено", "не было доставлено", "не доставлено", "无法投递", "无法送达", "未能送达", "无法发送到", "被退回", "退信",
    "投递失败",
    "送信できません", "配信できません", "配送できません", "届けることができません", "送信に失敗", "送達できません", "전송되지", "전달할 수 없", "配信に失敗",
    "unable to be delivered", "not able to be delivered", "could not deliver", "can't be delivered", "cannot deliver",
    "had trouble delivering", "delivery errors", "delivery problems", "fatal errors", "failure reasons",
    "non-deliverable",
    "not listed in", "no valid recipients", "is disabled", "no mailbox here", "unroutable", "retry timeout exceeded",
    "message size exceeds", "too large", "domain name not found", "domain not found", "was not found", "access denied",
    "delivery attempt", "has exceeded", "over quota", "rejected your message", "group you tried to contact",
    "no longer valid", "invalid address", "error_code", "fehlgeschlagen", "unbekannt", "n'existe pas", "n'a pu être",
    "non recapitabile", "casella piena", "no existe", "não existe", "postvak", "skrzynka", "не существует",
    "不存在", "已满", "拒收", "拒绝", "无法到达", "投递不成功", "宛先が", "存在しません", "受信できません", "보낼 수 없",
    "传送失败", "無法傳送", "delayed", "not yet been delivered", "temporary", "will be retried",
  ])
}
