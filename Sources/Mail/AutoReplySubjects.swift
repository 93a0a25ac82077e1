/// How robots begin the subjects of their replies, in lower case.
enum AutoReplySubjects {
  static let phrases = PhraseSet(
    """
    automatic reply|auto reply|auto-reply|autoreply|auto:|auto response|auto-response|autoresponse|automatic response|
    automated reply|automated response|autoreply:|out of office|out of the office|out-of-office|ooo|vacation reply|
    vacation notice|away from|on vacation|i am out of|i'm out of|i am away|
    automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsassistent|abwesend|abwesenheit|
    auto-antwort|
    réponse automatique|reponse automatique|absence du bureau|absent du bureau|message d'absence|absence|
    respuesta automática|respuesta automatica|fuera de la oficina|ausencia|resposta automática|resposta automatica|
    ausência temporária|fora do escritório|risposta automatica|fuori sede|fuori ufficio|assente|
    automatisch antwoord|automatische beantwoording|afwezigheidsbericht|afwezig|niet aanwezig|autosvar|automatiskt svar|
    automatisk svar|frånvaro|fravær|ikke til stede|automaattinen vastaus|poissa|poissaolo|
    odpowiedź automatyczna|autoodpowiedź|automatyczna odpowiedź|nieobecność|automatická odpověď|automatická odpoveď|
    automatikus válasz|házon kívül|răspuns automat|автоответ|автоматический ответ|автоответчик|автоматична відповідь|
    нет на месте|вне офиса|otomatik yanıt|otomatik cevap|ofis dışında|αυτόματη απάντηση|تلقائي|رد تلقائي|رد تلقائى|
    תשובה אוטומטית|מענה אוטומטי|自动回复|自動回覆|自动答复|自動回复|自动回覆|假期自动回复|外出自动回复|不在办公室|自動返信|自動応答|
    自動応答メッセージ|不在通知|不在のお知らせ|자동 회신|자동회신|자동 응답|자동응답|부재중|부재 중|trả lời tự động|tự động trả lời|
    ตอบกลับอัตโนมัติ|balasan otomatis|automatski odgovor|automatinis atsakymas|automaatvastus|automātiska atbilde
    """)
}
