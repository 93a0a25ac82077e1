/// The headers of a quoted mail as clients write them into the text: `From: … Sent: … To: … Subject: …`, in many
/// languages.
enum HeaderBlock {
  private static let window = 9

  /// A sender's line, and at least two other headers soon after it; one is enough after a rule, or directly below an
  /// address.
  static func begins(in lines: [TextLine], at index: Int) -> Bool {
    guard let first = lines[index].label, openers.contains(first) || others.contains(first) else { return false }
    var seen: Set<String> = [first]
    var hasOpener = openers.contains(first)
    for line in lines[(index + 1)...].prefix(window) {
      guard let label = line.label else { continue }
      if openers.contains(label) { hasOpener = true }
      if openers.contains(label) || others.contains(label) { seen.insert(label) }
    }
    let isAfterBlank = index > 0 && lines[index - 1].isBlank
    let isAddressed = lines[index].words.hasSuffix(">") || lines[index].words.hasSuffix("]")
    if openers.contains(first), lines[index].words.contains("@") {
      if hasInnerLabel(lines[index]) { return true }
      // Alone, if no form goes on below it (`From: …`, `Phone: …`).
      let next = lines[(index + 1)...].prefix(3).first { !$0.isBlank }?.label
      if isAfterBlank, isAddressed, next.map({ openers.contains($0) || others.contains($0) }) ?? true { return true }
    }
    if isDatedPair(lines, index) || isRun(lines[index...].prefix(4)) { return true }
    let afterRule = lines[max(0, index - 4)..<index].last { !$0.isBlank }?.isRuler == true
    let isPair =
      openers.contains(first) && lines[index].words.contains("@") && index + 1 < lines.count
      && lines[index + 1].label.map(others.contains) == true
    // Transfers have a sender, a receiver and a day, too; a mail has more, or an address in its headers.
    let isMail =
      afterRule || seen.contains { !openers.contains($0) && !ofTransfers.contains($0) }
      || lines[index...].prefix(window + 1).contains { $0.label != nil && $0.words.contains("@") }
    return hasOpener && ((seen.count >= 3 && isMail) || (seen.count == 2 && (afterRule || isPair)))
  }

  /// Several headers in one line, as HTML without line ends gives: `From: bo@x.example Date: Thu, 24 Mar 2016`.
  private static func hasInnerLabel(_ line: TextLine) -> Bool {
    innerLabels.isIn(line.words)
  }

  private static let innerLabels = PhraseSet([
    " date: ", " sent: ", " to: ", " subject: ", " gesendet: ", " an: ", " envoyé : ", " enviado: ", " para: ", " 收件人:",
    " 发送时间:",
  ])

  /// `Date: …2012…` and right below it an address.
  private static func isDatedPair(_ lines: [TextLine], _ index: Int) -> Bool {
    guard let first = lines[index].label, dates.contains(first), index + 1 < lines.count,
      let second = lines[index + 1].label, others.contains(second) || openers.contains(second)
    else { return false }
    return lines[index + 1].words.contains("@") && lines[index].words.utf8.contains { (0x30...0x39).contains($0) }
  }

  /// Date, addressee and subject in lines of their own, without a sender; forms have no address, nor a day of the week.
  private static func isRun(_ lines: ArraySlice<TextLine>) -> Bool {
    let run = lines.prefix { $0.label.map(others.contains) == true }
    let labels = run.compactMap(\.label)
    guard run.contains(where: { $0.words.contains("@") || mailDays.isIn($0.words) }) else { return false }
    return Set(labels).count >= 3 && labels.contains(where: dates.contains)
      && labels.contains(where: subjects.contains)
  }

  private static let ofTransfers: Set<String> = [
    "to", "date", "an", "datum", "à", "a", "para", "fecha", "data", "aan", "till", "til", "dato", "do", "кому", "дата",
    "日期", "时间", "收件人", "收件者", "至", "到",
  ]

  /// How mail programs begin a date (RFC 5322 §3.3).
  private static let mailDays = PhraseSet([": mon, ", ": tue, ", ": wed, ", ": thu, ", ": fri, ", ": sat, ", ": sun, "])

  private static let dates: Set<String> = [
    "date", "sent", "datum", "gesendet", "envoyé", "envoyé le", "fecha", "enviado", "enviado el", "data", "inviato",
    "verzonden", "skickat", "sendt", "дата", "отправлено", "发送时间", "日期", "发件时间", "寄件日期", "送信日時", "日時", "보낸 날짜", "tarih",
  ]
  private static let subjects: Set<String> = [
    "subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "ämne", "emne", "тема", "主题", "主旨",
    "主題", "标题", "aihe", "tárgy", "predmet", "subiect", "θέμα", "件名", "제목", "konu", "temat", "předmět",
  ]

  private static let openers: Set<String> = words(
    """
    from|de|da|von|van|från|fra|od|от|від|发件人|寄件者|寄件人|發件人|差出人|送信者|보낸 사람|보낸사람|발신|gönderen|kimden|lähettäjä|
    nadawca|από|feladó|expéditeur|mittente|remitente|remetente|absender|afzender|avsändare|afsender|avsender|message du|
    من|المرسل|מאת|de la|dari|daripada|từ|จาก|kimdən|від кого|отправитель|от кого|odesílatel|odesilatel|发自|发 件 人|šalje|
    pošiljatelj|nuo|no|saatja|lähettäjä|frá|فرستنده|από τον|发件方|从|從|发信人|發信人|보내는 사람|寄件人員|absender|remitent|igorlea|
    messaggio da|expediteur
    """)

  private static let others: Set<String> = words(
    """
    sent|date|to|cc|subject|reply-to|reply to|importance|sent on|
    envoyé|envoyé le|envoyée|à|a|copie à|copie|objet|sujet|répondre à|
    gesendet|datum|an|betreff|kopie|gesendet am|antwort an|verzonden|aan|onderwerp|verstuurd|
    inviato|data|oggetto|risposta|rispondi a|per conoscenza|
    enviado|enviado el|enviado em|enviada em|enviada|fecha|para|asunto|assunto|
    skickat|till|ämne|kopia|datum för|sendt|til|emne|kopi|dato|lähetetty|vastaanottaja|aihe|päiväys|kopio|
    wysłano|do|temat|dw|wysłane|отправлено|дата|кому|тема|копия|отправлен|надіслано|копія|
    发送时间|发送日期|收件人|抄送|主题|日期|时间|發送時間|寄件日期|傳送時間|收件者|副本|主旨|主題|寄件時間|至|到|
    送信日時|宛先|件名|日付|日時|送信日|보낸 날짜|받는 사람|받는사람|보낸날짜|참조|제목|날짜|일시|수신|
    gönderildi|tarih|kime|konu|bilgi|gönderme tarihi|odesláno|komu|předmět|odoslané|predmet|
    elküldve|dátum|címzett|tárgy|küldve|στάλθηκε|προς|θέμα|ημερομηνία|trimis|către|subiect|
    收 件 人|主 题|日 期|抄 送|gửi|ngày|đến|chủ đề|đã gửi|תאריך|אל|נושא|נשלח|التاريخ|إلى|الموضوع|تاريخ الإرسال|dikirim|tanggal|kepada|subjek|
    ส่ง|วันที่|ถึง|เรื่อง|
    发件时间|發件時間|寄信时间|收信人|主 题|标题|題目|beantwoorden - aan|antwoord aan|destinataire|destinataires|expédié|
    изпратено|до|относно|копие|poslano|poslato|prima|primatelj|kome|za|predmet|naslov|zadeva|išsiųsta|kam|nosūtīts|tēma|
    saadetud|adressaat|saaja|teema|enviat|per a|assumpte|tema|efni|til|sent:|dihantar|perihal|organization|attachments|
    bcc|blindkopie|cci|cco|ccn|bilaga|anlagen|pièces jointes|vedhæftet|vedhæftede filer|organisation|priority|wichtigkeit|
    priorität|reply-to name|message-id|newsgroups|mailed-by
    """)

  private static func words(_ list: String) -> Set<String> {
    Set(list.split { $0 == "|" || $0 == "\n" }.map { String($0).trimmed }.filter { !$0.isEmpty })
  }
}
