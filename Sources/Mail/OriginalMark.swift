/// `-----Original Message-----` and its sisters.
enum OriginalMark {
  static func matches(_ line: TextLine) -> Bool {
    guard line.words.utf8.count <= 200, let first = line.words.utf8.first else { return false }
    if (0x61...0x7A).contains(first) { return alone.contains(line.words) }
    let bare = line.words.withoutRules
    guard bare.utf8.count < line.words.utf8.count else { return alone.contains(bare) }
    return titles.contains(bare) || titles.contains(bare.replacing("’", with: "'"))
  }

  /// Said without rules around it, too.
  private static let alone: Set<String> = ["original message", "-----original message-----"]

  private static let titles: Set<String> = [
    "original", "original message", "reply message", "原文", "원본 이메일", "원본이메일", "원문 메시지", "originele bericht",
    "ursprüngliche e-mail", "e-mail original", "correo original", "email originale", "wiadomość pierwotna",
    "replied message", "original email", "original mail", "original appointment",
    "message d'origine", "message original", "message initial", "mail original", "courriel original",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "ursprüngliche mitteilung",
    "ursprungsnachricht",
    "mensaje original", "mensaje de origen", "mensagem original", "messaggio originale", "messaggio di origine",
    "oprindelig meddelelse", "oprindelig besked", "original meddelelse", "ursprungligt meddelande",
    "originalmeddelande", "ursprungligt mejl", "opprinnelig melding", "original melding", "opprinnelig e-post",
    "oorspronkelijk bericht", "origineel bericht", "alkuperäinen viesti", "oryginalna wiadomość",
    "wiadomość oryginalna", "původní zpráva", "pôvodná správa", "eredeti üzenet", "mesaj original", "mesajul original",
    "исходное сообщение", "оригинальное сообщение", "исходное письмо", "оригінальне повідомлення",
    "вихідне повідомлення", "orijinal ileti", "orijinal mesaj", "özgün ileti", "αρχικό μήνυμα", "הודעה מקורית",
    "הודעה מקורית", "الرسالة الأصلية", "رسالة أصلية", "thư gốc", "tin nhắn gốc", "ข้อความต้นฉบับ", "pesan asli",
    "原始邮件", "原邮件", "回复的原邮件", "原始信息", "原信息", "转发邮件信息", "回复的邮件", "原始郵件", "原始信件", "原信件", "原郵件",
    "原始訊息", "元のメッセージ", "元のメール", "original message / 元のメッセージ", "오리지널 메시지", "원본 메시지", "원본 메일",
    "원본메시지", "원본메일", "original message 原始邮件",
  ]
}

/// A forwarded mail is what the customer wants to show: nothing from there on is cut.
enum ForwardMark {
  static func matches(_ line: TextLine) -> Bool {
    guard line.words.utf8.count <= 200 else { return false }
    if let first = line.words.utf8.first, (0x61...0x7A).contains(first) {
      return line.words.hasPrefix("begin forwarded message")
    }
    let bare = line.words.withoutRules
    return bare.utf8.count + 4 <= line.words.utf8.count && titles.begins(bare)
  }

  private static let titles = PhraseSet([
    "forwarded message", "forwarded by", "forwarded mail", "message transféré", "message réexpédié",
    "weitergeleitete nachricht", "mensaje reenviado", "mensagem encaminhada", "messaggio inoltrato",
    "doorgestuurd bericht", "videresendt", "vidarebefordrat", "välitetty viesti", "wiadomość przekazana",
    "пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "转发邮件", "转发的邮件", "轉寄郵件",
    "轉寄的郵件", "已转发邮件", "転送メッセージ", "전달된 메시지", "iletilmiş mesaj", "iletilen mesaj", "přeposlaná zpráva",
  ])
}
