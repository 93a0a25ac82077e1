/// `-----Original Message-----` and its sisters.
enum OriginalMark {
  static func matches(_ line: TextLine) -> Bool {
    guard line.words.utf8.count <= 200, let first = line.words.utf8.first else { return false }
    if replyMarks.isIn(line.words) || line.words.withoutBrackets.hasPrefix("original message processed by ") {
      return true
    }
    if (0x61...0x7A).contains(first) { return alone.contains(line.words) }
    let words = line.words.utf8.contains(UInt8(ascii: "&")) ? line.words.replacing("&nbsp;", with: " ") : line.words
    let bare = words.withoutRules
    guard bare.utf8.count < line.words.utf8.count else { return alone.contains(bare) }
    return titles.contains(bare)
      || (bare.utf8.contains(0xE2) && titles.contains(bare.replacing("’", with: "'")))
  }

  /// Said without rules around it, too.
  private static let alone: Set<String> = [
    "original message", "-----original message-----", "原始邮件", "原始郵件", "回复的原邮件", "元のメッセージ", "원본 메시지",
    "ursprüngliche nachricht", "message d'origine", "mensaje original", "messaggio originale", "mensagem original",
    "исходное сообщение", "originalnachricht",
  ]

  /// What help desks put over the mail they send: customers answer above it.
  private static let replyMarks = PhraseSet([
    "reply above this line", "type your reply above", "write your reply above", "write above this line",
    "reply above the line", "reply between these lines", "enter your reply above", "above this line to add a comment",
    "répondez au-dessus de cette ligne", "répondre au-dessus de cette ligne", "votre réponse au-dessus",
    "oberhalb dieser linie", "über dieser zeile", "oberhalb dieser zeile", "por encima de esta línea",
    "encima de esta línea", "acima desta linha", "sopra questa riga", "sopra questa linea", "boven deze regel",
    "boven deze lijn", "ovenfor denne linje", "ovanför den här raden", "yläpuolelle", "powyżej tej linii",
    "выше этой линии", "выше этой строки", "在此行上方回复", "请在此行以上", "请在这行上面", "この行より上", "この線より上",
    "이 줄 위에",
  ])

  private static let titles: Set<String> = [
    "original", "original message", "reply message", "原文", "원본 이메일", "원본이메일", "원문 메시지", "originele bericht",
    "ursprüngliche e-mail", "e-mail original", "correo original", "email originale", "wiadomość pierwotna",
    "replied message", "antwort nachricht", "antwort-nachricht", "réponse", "回复邮件", "original message:",
    "original email", "original mail", "original appointment",
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
    "原始邮件", "原邮件", "邮件原文", "原邮件内容", "郵件原文", "回复的原邮件", "原始信息", "原信息", "转发邮件信息", "回复的邮件", "原始郵件", "原始信件", "原信件", "原郵件",
    "原始訊息", "元のメッセージ", "元のメール", "original message / 元のメッセージ", "오리지널 메시지", "원본 메시지", "원본 메일",
    "원본메시지", "원본메일", "original message 原始邮件", "ursprüngliche mail",
    "původní e-mail", "邮件原件", "izvorna poruka", "izvirno sporočilo", "оригинално съобщение", "オリジナル メッセージ",
    "オリジナルメッセージ", "원래 메시지", "algne kiri", "sākotnējais ziņojums", "originalus pranešimas", "pôvodný e-mail",
  ]
}

/// A forwarded mail is what the customer wants to show: nothing from there on is cut.
enum ForwardMark {
  static func matches(_ line: TextLine) -> Bool {
    guard line.words.utf8.count <= 200 else { return false }
    if alone.begins(line.words) { return line.words.utf8.count <= 80 }
    if let first = line.words.utf8.first, (0x61...0x7A).contains(first) { return false }
    let bare = line.words.withoutRules
    return bare.utf8.count + 4 <= line.words.utf8.count && titles.begins(bare)
  }

  /// Apple Mail's lines, without rules around them.
  private static let alone = PhraseSet([
    "begin forwarded message", "start forwarded message", "début du message transféré", "début du message réexpédié",
    "anfang der weitergeleiteten", "beginn der weitergeleiteten", "inicio del mensaje reenviado",
    "inizio messaggio inoltrato", "início da mensagem encaminhada", "início da mensagem reencaminhada",
    "begin doorgestuurd bericht", "vidarebefordrat brev", "videresendt besked", "videresendt melding",
    "start på videresendt", "välitetty viesti", "początek przekazanej", "początek przekazywanej",
    "начало переадресованного", "начало пересылаемого", "下面是被转发的邮件", "开始转发的", "以下是轉寄的", "開始轉寄",
    "転送されたメッセージ", "전달된 메시지", "iletilen mesajın", "přeposlaná zpráva:",
  ])

  /// Whether text that a mail program put into a quote's element begins with the mark of a forwarded mail.
  static func begins(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).prefix(3).contains { matches(TextLine($0)) }
  }

  private static let titles = PhraseSet([
    "forwarded message", "forwarded by", "forwarded mail", "message transféré", "message réexpédié",
    "weitergeleitete nachricht", "mensaje reenviado", "mensagem encaminhada", "messaggio inoltrato",
    "doorgestuurd bericht", "videresendt", "vidarebefordrat", "välitetty viesti", "wiadomość przekazana",
    "пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "转发邮件", "转发的邮件", "轉寄郵件",
    "轉寄的郵件", "已转发邮件", "転送メッセージ", "전달된 메시지", "iletilmiş mesaj", "iletilen mesaj", "přeposlaná zpráva",
  ])
}

extension String {
  /// Without square brackets and rules at both ends.
  fileprivate var withoutBrackets: Substring { Substring(utf8.drop { String.opening.contains($0) }) }
  private static let opening = Array("[<(*-= ".utf8)
}
