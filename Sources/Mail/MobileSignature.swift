/// `Sent from my iPhone` and what other devices and apps put under a mail.
enum MobileSignature {
  static func matches(_ line: TextLine) -> Bool {
    var words = line.words.withoutRules
    guard !words.isEmpty, words.utf8.count <= 160 else { return false }
    words = words.filter { $0 != "(" && $0 != ")" && $0 != "[" && $0 != "]" }
    if whole.begins(words) { return isShort(words) }
    if ends.ends(words) { return words.split(separator: " ").count <= 10 }
    return pairs.contains { words.hasPrefix($0.0) && words.hasSuffix($0.1) }
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

  private static let whole = PhraseSet(
    """
    sent from my |sent from a |sent from mobile|sent from outlook|sent from mail|sent from yahoo|sent from windows|
    sent from gmail|sent from proton|sent from the |sent from samsung|sent from aol|sent from wechat|sent from qq|
    sent from foxmail|
    sent from iphone|sent from ipad|sent from android|sent from hotmail|sent from spark|sent from surface|
    sent from myphone|
    sent via |sent with |sent by |sent using |sent on the go|from my iphone|from my ipad|from my android|
    from my samsung|
    get outlook for|download outlook|obtenir outlook|obtener outlook|ottieni outlook|outlook für |
    holen sie sich outlook|获取 outlook|下载 outlook|télécharger outlook|descargar outlook|scarica outlook|baixar outlook|
    baixe o outlook|obter o outlook|obtenha o outlook|hent outlook|hämta outlook|download outlook|outlook voor |
    pobierz outlook|stáhnout outlook|získat outlook|скачать outlook|получить outlook|outlook für |laden sie outlook|
    outlook para |outlook pour |outlook per |outlook til |lataa outlook|hanki outlook|取得 outlook|下載 outlook|
    sent from outlook|från min |fra min |mit freundlichen grüßen von mein|enviado con |inviato con |envoyé avec |
    sendt med |skickat med |lähetetty |sendt frå |надіслано зі |отправлено с |gesendet aus |sänt från |
    从 windows 版邮件发送|windows 10 版邮件|windows 版のメール|
    envoyé depuis |envoyé de mon |envoyé à partir |envoyé par |enviado desde |enviado de mi|enviado do |
    enviado a partir |enviado pelo |enviado via |
    inviato da |inviato dal |inviata da |verzonden vanaf |verzonden met |verstuurd vanaf |verzonden via |
    gesendet von |gesendet mit |gesendet über |
    skickat från |skickades från |sendt fra |sendt via |lähetetty |wysłano z |wysłane z |отправлено с |
    отправлено из |отправлено через |
    відправлено з |надіслано з |odesláno z |odoslané z |poslano z |trimis de pe |εστάλη από |στάλθηκε από |
    发自我的|發自我的|發自|發送自|发自手机|发自 |发自新浪|发自网易|发自qq|发自foxmail|发自移动|发自iphone|发自ipad|发自安卓|发自华为|发自小米|发送自我的|来自我的|从我的|由我的|從我的|寄自我的|傳送自|使用手机|
    发送自|来自网易|来自 |
    iphoneから送信|ipadから送信|私のiphoneから|androidから送信|나의 iphone에서|내 iphone에서|내 갤럭시|
    """)

  private static let ends = PhraseSet(
    """
    から送信| 传送| 傳送| 发送的|에서 보냄| gesendet| gesendet.|'dan gönderildi|'ımdan gönderildi|'umdan gönderildi| from mobile|
    gönderildi
    """)

  private static let pairs: [(String, String)] = [
    ("von meinem ", "gesendet"), ("diese nachricht wurde von mein", "gesendet."),
    ("diese nachricht wurde von mein", "gesendet"),
    ("從", "傳送"), ("从", "发送"),
  ]
}
