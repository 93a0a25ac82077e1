import Routing
import Testing

@Suite("The language of short texts")
struct LanguageGuessTests {
  static let texts: [(String, String)] = [
    ("我的支付失败了，请帮我查一下", "zh"), ("退款", "zh"), ("你好 hello", "zh"), ("請問我的帳戶為什麼被凍結了", "zh-Hant"), ("謝謝", "zh-Hant"),
    ("Hello, I cannot log in to my account", "en"), ("hi", "en"), ("refund please", "en"),
    ("App crash 闪退 after update iOS 17", "en"),
    ("Hello, my name is 王小明, I cannot log into my account please help", "en"),
    ("请帮我 reset password for my PayEasy account", "zh"), ("payment failed 但是扣款了", "zh"), ("我的card被declined了why", "zh"),
    ("账号 abc@example.com 登录不上 app version 3.2.1 iPhone 15 Pro Max wifi network error", "zh"),
    ("The app shows 余额不足 when I try to pay, what should I do?", "en"),
    ("アカウントにログインできません", "ja"), ("退款してください", "ja"), ("계정에 로그인할 수 없습니다", "ko"), ("Мой платёж не прошёл", "ru"),
    ("Мій платіж не пройшов", "uk"), ("Ich kann mich nicht anmelden, bitte helfen Sie mir", "de"),
    ("Mon paiement a échoué, merci de m'aider", "fr"), ("No puedo entrar en mi cuenta, por favor", "es"),
    ("Não consigo entrar na minha conta", "pt"), ("Non riesco ad accedere al mio conto", "it"),
    ("مرحبا لا أستطيع الدخول", "ar"), ("ขอเงินคืน", "th"), ("Tôi không thể đăng nhập", "vi"), ("12345 👍", "und"),
    ("", "und"),
  ]

  @Test("is found, mixed texts included", arguments: texts)
  func guess(text: String, language: String) { #expect(LanguageGuess(text).language == language) }

  @Test("a text that says nothing is not clear")
  func unclear() {
    #expect(!LanguageGuess("123 456").isClear)
    #expect(!LanguageGuess("Xyzzy").isClear)
    #expect(LanguageGuess("充值没到账").isClear)
  }
}
