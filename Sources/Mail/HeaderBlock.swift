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
    let afterRule = lines[max(0, index - 4)..<index].last { !$0.isBlank }?.isRuler == true
    let isPair =
      openers.contains(first) && lines[index].words.contains("@") && index + 1 < lines.count
      && lines[index + 1].label.map(others.contains) == true
    return hasOpener && (seen.count >= 3 || (seen.count == 2 && (afterRule || isPair)))
  }

  private static let openers: Set<String> = words(
    """
    from|de|da|von|van|från|fra|od|от|від|发件人|寄件者|寄件人|發件人|差出人|送信者|보낸 사람|보낸사람|발신|gönderen|kimden|lähettäjä|
    nadawca|από|feladó|expéditeur|mittente|remitente|remetente|absender|afzender|avsändare|afsender|avsender|message du|
    من|المرسل|מאת|de la|dari|từ|จาก|kimdən|від кого|отправитель|odesílatel|发自|发 件 人
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
    发送时间|发送日期|收件人|抄送|主题|日期|时间|發送時間|寄件日期|傳送時間|收件者|副本|主旨|主題|寄件時間|
    送信日時|宛先|件名|日付|日時|送信日|보낸 날짜|받는 사람|받는사람|보낸날짜|참조|제목|날짜|일시|수신|
    gönderildi|tarih|kime|konu|bilgi|gönderme tarihi|odesláno|komu|předmět|odoslané|predmet|
    elküldve|dátum|címzett|tárgy|küldve|στάλθηκε|προς|θέμα|ημερομηνία|trimis|către|subiect|
    收 件 人|主 题|日 期|抄 送|gửi|ngày|đến|chủ đề|đã gửi|תאריך|אל|נושא|נשלח|التاريخ|إلى|الموضوع|تاريخ الإرسال|dikirim|tanggal|kepada|subjek|
    ส่ง|วันที่|ถึง|เรื่อง
    """)

  private static func words(_ list: String) -> Set<String> {
    Set(list.split { $0 == "|" || $0 == "\n" }.map { String($0).trimmed }.filter { !$0.isEmpty })
  }
}
