/// `Sent from my iPhone` and what other devices and apps put under a mail.
enum MobileSignature {
  static func matches(_ line: TextLine) -> Bool {
    var words = line.words.withoutRules
    guard !words.isEmpty, words.utf8.count <= 160 else { return false }
    words = words.filter { $0 != "(" && $0 != ")" && $0 != "[" && $0 != "]" }
    // "Sent via PayPal", "来自 建设银行的转账": what was sent is money.
    if money.isIn(words) { return false }
    if whole.begins(words) { return isShort(words) || networks.isIn(words) && devices.isIn(words) }
    if carriers.begins(words) { return networks.isIn(words) && devices.isIn(words) }
    if open.begins(words) { return devices.isIn(words) && isShort(words) }
    if ends.ends(words) { return words.split(separator: " ").count <= 10 }
    return pairs.contains { words.hasPrefix($0.0) && words.hasSuffix($0.1) }
  }

  /// NetEase's apps write a signature as a table of bars: `| |`, name, `|`, address, `|`, `签名由 … 定制`. The index of its
  /// last line, if one begins at `start`.
  static func tableEnd(in lines: [TextLine], from start: Int) -> Int? {
    guard isBars(lines[start]) else { return nil }
    var last: Int?
    var bars = 0
    var hasContact = false
    for index in start..<min(start + tableLinesMax, lines.count) {
      let line = lines[index]
      if line.words.hasPrefix("签名由") {
        last = index
        break
      }
      if isBars(line) {
        bars += 1
        last = hasContact && bars > 1 ? index : last
      } else if last != nil, !line.isBlank {
        break
      }
      guard line.raw.utf8.count <= 200, !line.isQuoted else { break }
      hasContact = hasContact || line.words.contains("@") || line.words.contains("邮箱")
    }
    return hasContact || last.map { lines[$0].words.hasPrefix("签名由") } == true ? last : nil
  }

  private static let tableLinesMax = 16

  private static func isBars(_ line: TextLine) -> Bool {
    !line.words.isEmpty && line.words.utf8.allSatisfy { $0 == UInt8(ascii: "|") || $0 == 0x20 }
  }

  /// "Sent from my desk, which is …" is a sentence; a device has a few words, an apology may follow.
  private static func isShort(_ words: String) -> Bool {
    let withoutLink = words.prefix { $0 != "<" }
    let head = withoutLink.split(whereSeparator: { $0 == "," || $0 == "." || $0 == "(" }).first ?? ""
    let rest = withoutLink.dropFirst(head.count)
    let isApology =
      rest.contains("excuse") || rest.contains("typo") || rest.contains("brevity") || rest.count <= 6
      || rest.contains("http") || head.contains("http")
    return head.split(separator: " ").count <= 9 && isApology
  }

  /// What telephone companies add to it.
  private static let networks = PhraseSet([
    " network", " smartphone", " mail app", "an at&t ", "verizon", " 4g", " 5g", "secure mobile device",
  ])
  private static let carriers = PhraseSet(["sent on the ", "sent via the "])

  /// They say it all.
  private static let whole = PhraseSet(
    """
    sent from my |sent from a mobile|sent from mobile|sent from outlook|sent from mail|sent from yahoo|
    sent from windows|sent from gmail|sent from proton|sent from samsung|sent from aol|sent from wechat|sent from qq|
    sent from foxmail|
    sent from iphone|sent from ipad|sent from android|sent from hotmail|sent from spark|sent from surface|
    sent from myphone|sent on the go|from my iphone|from my ipad|from my android|from my samsung|
    get outlook for|download outlook|obtenir outlook|obtener outlook|ottieni outlook|outlook für |
    holen sie sich outlook|获取 outlook|下载 outlook|télécharger outlook|descargar outlook|scarica outlook|baixar outlook|
    baixe o outlook|obter o outlook|obtenha o outlook|hent outlook|hämta outlook|download outlook|outlook voor |
    pobierz outlook|stáhnout outlook|získat outlook|скачать outlook|получить outlook|outlook für |laden sie outlook|
    outlook para |outlook pour |outlook per |outlook til |lataa outlook|hanki outlook|取得 outlook|下載 outlook|
    från min |fra min |mit freundlichen grüßen von mein|sendt frå |
    从 windows 版邮件发送|windows 10 版邮件|windows 版のメール|
    envoyé de mon |enviado desde mi |enviado do meu|enviado de mi|inviato da iphone|inviato da ipad|inviato dal mio|
    gesendet von meinem|gesendet von mein |verzonden vanaf mijn|verstuurd vanaf mijn|skickat från min|sendt fra min|
    发自我的|發自我的|发自手机|发自新浪|发自网易|发自qq|发自foxmail|发自移动|发自iphone|发自ipad|发自安卓|发自华为|发自小米|发送自我的|来自我的|从我的|由我的|從我的|寄自我的|使用手机|
    来自网易|来自qq邮箱|由网易|发自139|寄件自我的|获取适用于|取得適用於|outlook for android を|outlook for ios を|skaffa outlook|få outlook|
    get bluemail|sent from zoho|sent with tutanota|sent from nine|sent from mymail|odesláno z|odoslané z|küldve az |изпратено от моя|
    отправлено из mail|enviat des del meu|أُرسلت من|נשלח מה|ส่งจาก |đã gửi từ |gửi từ |dikirim dari |gesendet mit der web.de|
    iphoneから送信|ipadから送信|私のiphoneから|androidから送信|나의 iphone에서|내 iphone에서|내 갤럭시|
    """)

  /// People go on in many ways from here: a device or a mail program must be named.
  private static let open = PhraseSet(
    """
    sent from a |sent from the |sent via |sent with |sent by |sent using |
    enviado con |inviato con |envoyé avec |sendt med |skickat med |lähetetty |надіслано зі |отправлено с |gesendet aus |
    sänt från |envoyé depuis |envoyé à partir |envoyé par |enviado desde |enviado de |enviado do |enviado a partir |
    enviado pelo |enviado via |inviato da |inviato dal |inviata da |verzonden vanaf |verzonden met |verstuurd vanaf |
    verzonden via |gesendet von |gesendet mit |gesendet über |skickat från |skickades från |sendt fra |sendt via |
    wysłano z |wysłane z |отправлено из |отправлено через |відправлено з |надіслано з |odesláno z |odoslané z |
    poslano z |trimis de pe |εστάλη από |στάλθηκε από |
    發自|發送自|发自 |傳送自|发送自|来自 |
    """)

  private static let devices = PhraseSet(
    """
    iphone|ipad|ipod|ios|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|nokia|lenovo|motorola|pixel|
    oneplus|blackberry|windows|surface|macbook|mobil|phone|handy|tablet|téléphone|telefon|teléfono|telefono|celular|
    móvil|movil|cellulare|puhelim|kännyk|телефон|мобильн|мобільн|смартфон|dispositivo|device|appareil|gerät|
    mail|outlook|yahoo|spark|superhuman|proton|tutanota|thunderbird|polymail|mixmax|newton|shift|em client|missive|
    boomerang|hey.com|front|zoho|aol|gmx|web.de|orange|libero|почт|mailspring|postbox|wechat|微信|airmail|unibox|
    typeapp|nine|k-9|k9|
    手机|手機|邮箱|郵箱|邮件|信箱|客户端|华为|華為|小米|苹果|蘋果|三星|荣耀|魅族|一加|安卓|鸿蒙|网易|新浪|qq|foxmail|app|平板|
    """)

  private static let money = PhraseSet(
    """
    paypal|swift|sepa|wise|revolut|western union|moneygram|venmo|zelle|stripe|skrill|klarna|bank|wallet|account|card|
    transfer|payment|konto|karte|überweisung|compte|virement|cuenta|tarjeta|transferencia|bonifico|carta di|
    银行|銀行|转账|轉賬|账户|賬戶|帐户|钱包|錢包|支付|付款|汇款|匯款|招商|银联|信用卡|счет|счёт|карт|перевод|банк|
    """)

  private static let ends = PhraseSet(
    """
    から送信| 传送| 傳送| 发送的|에서 보냄| gesendet| gesendet.|'dan gönderildi|'ımdan gönderildi|'umdan gönderildi| from mobile|
    gönderildi
    """)

  private static let pairs: [(String, String)] = [
    ("von meinem ", "gesendet"), ("diese nachricht wurde von mein", "gesendet."),
    ("diese nachricht wurde von mein", "gesendet"),
    ("從", "傳送"), ("从", "发送"), ("ios용 outlook", "다운로드"), ("android용 outlook", "다운로드"),
    ("android için outlook", "edinin"),
    ("ios için outlook", "edinin"), ("von meinem ", "kürze."), ("enviado desde mi ", "brevedad."),
  ]
}
