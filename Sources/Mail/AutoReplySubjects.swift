/// How robots begin the subjects of their replies, in lower case.
enum AutoReplySubjects {
  /// Nobody but a robot says so.
  static let phrases = PhraseSet(
    """
    automatic reply|auto reply|auto-reply|autoreply|auto response|auto-response|autoresponse|automatic response|
    automated reply|automated response|out of office autoreply|out of office reply|out-of-office reply|out of office|out of the office|out-of-office|vacation reply|vacation notice|
    automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsassistent|auto-antwort|
    réponse automatique|reponse automatique|absence du bureau|absent du bureau|absent(e) du bureau|message d'absence|
    respuesta automática de fuera de la oficina|respuesta automática|respuesta automatica|fuera de la oficina|fuera de oficina|resposta automática|resposta automatica|
    ausência temporária|fora do escritório|risposta automatica|fuori sede|fuori ufficio|
    automatisch antwoord op|automatisch antwoord|automatische beantwoording|afwezigheidsbericht|autosvar|automatiskt svar|
    automatisk svar|automaattinen vastaus|
    odpowiedź automatyczna|autoodpowiedź|automatyczna odpowiedź|automatická odpověď|automatická odpoveď|
    automatikus válasz|răspuns automat|автоответ|автоматический ответ|автоответчик|автоматична відповідь|
    вне офиса|otomatik yanıt|otomatik cevap|ofis dışında|αυτόματη απάντηση|رد تلقائي|رد تلقائى|
    תשובה אוטומטית|מענה אוטומטי|自动回复|自動回覆|自动答复|自動回复|自动回覆|假期自动回复|外出自动回复|自動返信|自動応答|
    自動応答メッセージ|不在通知|不在のお知らせ|부재중 자동 응답|부재중 자동|자동 회신|자동회신|자동 응답|자동응답|trả lời tự động|tự động trả lời|
    ตอบกลับอัตโนมัติ|balasan otomatis|automatski odgovor|automatinis atsakymas|automaatvastus|automātiska atbilde
    """)

  /// Notes begins with `AUTO: ` and says one of these.
  static let away = PhraseSet(
    """
    out of the office|is out of office|außer haus|nicht im büro|absent|ausente|fuera de|afwezig|niet op kantoor|returning|rückkehr|
    fuori ufficio|fuori sede|不在|외출|
    """)

  /// People begin so, too: a header must say the rest.
  static let ambiguous = PhraseSet(
    """
    auto:|ooo|away from|on vacation|i am out of|i'm out of|i am away|abwesend|abwesenheit|absence|ausencia|assente|
    afwezig|niet aanwezig|frånvaro|fravær|ikke til stede|poissa|poissaolo|nieobecność|házon kívül|нет на месте|تلقائي|
    不在办公室|부재중|부재 중
    """)
}
