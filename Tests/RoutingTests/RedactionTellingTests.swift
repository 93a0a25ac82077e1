import Conversations
import Routing
import Testing

/// Values from the backs of cards, codes and passwords as customers tell them, and talk about them that tells none.
@Suite("Redaction, ways of telling secrets")
struct RedactionTellingTests {
  static let values: [(String, String)] = [
    ("背面三个数字737", "背面三个数字[cvv]"), ("背面的三个数字是737", "背面的三个数字是[cvv]"), ("校验码是 737", "校验码是 [cvv]"),
    ("cvv is seven three seven", "cvv is [cvv]"), ("cvv <b>737</b>", "cvv <b>[cvv]</b>"),
    ("CVV&nbsp;737", "CVV&nbsp;[cvv]"), ("C V V 7 3 7", "C V V [cvv]"), ("C.V.V. 737", "C.V.V. [cvv]"),
    ("card verification value (CVV) is 737", "card verification value (CVV) is [cvv]"),
    ("my cvv: seven-three-seven", "my cvv: [cvv]"),
    ("the three digits on the back are 737", "the three digits on the back are [cvv]"),
    ("the 3 digit code on the back is 737", "the 3 digit code on the back is [cvv]"),
    ("卡背面那三个数字是737", "卡背面那三个数字是[cvv]"), ("安全码是七三七", "安全码是[cvv]"), ("CVV码是737", "CVV码是[cvv]"),
    ("CVV2码：737", "CVV2码：[cvv]"), ("后三码737", "后三码[cvv]"),
  ]

  @Test("the value from the back of a card", arguments: values)
  func onTheBack(text: String, expected: String) { #expect(RedactorTests.redactor.redact(text).text == expected) }

  static let codes: [(String, String)] = [
    ("他要我报验证码，我说了839201", "他要我报验证码，我说了[code]"), ("验证码我发给他了839201", "验证码我发给他了[code]"),
    ("他要验证码，我就发给他了：4 8 1 9 0 2", "他要验证码，我就发给他了：[code]"), ("驗證碼係839201", "驗證碼係[code]"),
    ("I told him the code, 839201", "I told him the code, [code]"),
    ("I read him the six digits 839201", "I read him the six digits [code]"), ("短信里的六位数 839201", "短信里的六位数 [code]"),
    ("TAN 839201", "TAN [code]"), ("mTAN 839201", "mTAN [code]"), ("2FA: 839201", "2FA: [code]"),
    ("验证码：a8F3k9", "验证码：[code]"), ("the code is eight three nine two zero one", "the code is [code]"),
    ("verification code: eight three nine, two zero one", "verification code: [code]"),
    ("I gave them the code and it was 839201", "I gave them the code and it was [code]"),
    ("我把验证码告诉客服了，是839201", "我把验证码告诉客服了，是[code]"), ("他让我念验证码我就念了839201", "他让我念验证码我就念了[code]"),
    ("the code <b>839201</b>", "the code <b>[code]</b>"), ("他让我把收到的验证码告诉他，我告诉他是839201", "他让我把收到的验证码告诉他，我告诉他是[code]"),
    ("验证码我已经给客服了839201", "验证码我已经给客服了[code]"), ("骗子问我要验证码我给了839201", "骗子问我要验证码我给了[code]"),
    ("短信验证码839201被骗走了", "短信验证码[code]被骗走了"), ("我收到的六位数字是839201", "我收到的六位数字是[code]"),
    ("I gave him my OTP, it was 839201", "I gave him my OTP, it was [code]"),
    ("He asked for the OTP and I said 839201", "He asked for the OTP and I said [code]"),
    ("he asked for the code. I said 839201", "he asked for the code. I said [code]"), ("验证码。839201", "验证码。[code]"),
    ("the code they texted me: 8 3 9 2 0 1", "the code they texted me: [code]"),
    ("my code is 839-201", "my code is [code]"),
    ("one-time code eight three nine two zero one", "one-time code [code]"), ("code: 839201", "code: [code]"),
    ("the 6-digit code is 839201", "the 6-digit code is [code]"), ("验证码是：８３９２０１", "验证码是：[code]"),
    ("认证码839201", "认证码[code]"), ("Dein Code: 839201", "Dein Code: [code]"),
    ("Bestätigungscode 839201", "Bestätigungscode [code]"), ("認証コード：839201", "認証コード：[code]"),
    ("인증번호 839201", "인증번호 [code]"), ("您的动态码为a8F3k9", "您的动态码为[code]"), ("没收到。验证码。839201", "没收到。验证码。[code]"),
  ]

  @Test("one-time codes, told or handed over", arguments: codes)
  func handedOver(text: String, expected: String) { #expect(RedactorTests.redactor.redact(text).text == expected) }

  static let passwords: [(String, String)] = [
    ("I changed my password to tulip99", "I changed my password to [password]"),
    ("password is now tulip99", "password is now [password]"),
    ("I set the password as tulip99", "I set the password as [password]"),
    ("my password should be tulip99", "my password should be [password]"), ("密码我改成了tulip99", "密码我改成了[password]"),
    ("密码应该是tulip99", "密码应该是[password]"), ("密碼係tulip99", "密碼係[password]"), ("密码（tulip99）不对", "密码（[password]）不对"),
    ("密码Ｑｑ１２３４５６", "密码[password]"), ("密码是Ｑｑ１２３４５６，登不上", "密码是[password]，登不上"), ("pass: Qq123456", "pass: [password]"),
    ("user: li pass: tulip99", "user: li pass: [password]"),
    (#"{"password":"tulip99","oauth2_file":"t"}"#, #"{"password":"[password]","oauth2_file":"t"}"#),
    ("pasword: tulip99", "pasword: [password]"),
    ("the password, tulip99, does not work", "the password, [password], does not work"),
    ("my password is tulip99 and tulip100", "my password is [password] and [password]"),
    ("密码是tulip99或者tulip100", "密码是[password]或者[password]"),
    ("I reset my password to 19891210", "I reset my password to [password]"), ("密码我记得是tulip99", "密码我记得是[password]"),
    ("新密码设置成了tulip99", "新密码设置成了[password]"), ("my password was tulip99 before", "my password was [password] before"),
    ("my password used to be tulip99", "my password used to be [password]"), ("pw tulip99", "pw [password]"),
    ("I use tulip99 as my password", "I use [password] as my password"),
    ("I typed tulip99 as password", "I typed [password] as password"), ("用户名li 密码tulip99", "用户名li 密码[password]"),
    ("账号：li，密码：tulip99", "账号：li，密码：[password]"), ("密码我设的是tulip99", "密码我设的是[password]"),
    ("密码是不是tulip99", "密码是不是[password]"), ("密码为tulip99", "密码为[password]"), ("我的密码tulip99登不上去", "我的密码[password]登不上去"),
    ("密码一直都是tulip99", "密码一直都是[password]"), ("密码我写的tulip99", "密码我写的[password]"),
    ("Pass = Qq123456", "Pass = [password]"), ("passwort lautet geheim1", "passwort lautet [password]"),
    ("PW: tulip99", "PW: [password]"),
    ("my old password tulip99 no longer works", "my old password [password] no longer works"),
    ("the new password (tulip99) is rejected", "the new password ([password]) is rejected"),
    ("the password \"tulip99\" is rejected", "the password \"[password]\" is rejected"),
    ("password of my account is tulip99", "password of my account is [password]"),
    ("password for my account is tulip99", "password for my account is [password]"),
    ("密码输了tulip99还是不行", "密码输了[password]还是不行"),
    ("I tried the passwords tulip99 and tulip100", "I tried the passwords [password] and [password]"),
  ]

  @Test("passwords, after a verb or beside their word", arguments: passwords)
  func passwordsTold(text: String, expected: String) { #expect(RedactorTests.redactor.redact(text).text == expected) }

  static let harmless = [
    "第二排后面三位乘客", "后面三位都没到", "前面有三个数字看不清", "三个数字都不对，订单有500个", "pickup code 4821", "pick-up code: 482199",
    "收不到验证码，订单839201", "验证码收不到，我说了5000遍", "I did not get the code, order 839201", "confirmation code X7K2PQ",
    "promo code: SAVE20", "I used the code SAVE20", "tan shoes 40000", "订单号后六位数839201",
    "the last six digits 839201 of my order", "the code is one of two", "验证码：收不到", "验证码发给我了吗2026",
    "password: forgot it", "password: I forgot", "I changed my password to something else",
    "I changed my password to get in", "password is now working", "my password should be fine",
    "the password, order 123456, and more", "忘记密码，13800138000是我的手机", "密码（6-12位）", "密码应该是对的", "密码我改了", "密码改成了新的",
    "boarding pass: A12345", "did it pass: yes", "pass 12345678", "password reset and order 12345",
    "password is required as of 2026-03-01", "密码错误5次", "my password is wrong and order 20981 is late",
    "my pass expires 2026", "Did the payment pass? order 12345678", "验证码发到13800138000了", "验证码发到了我的手机13800138000",
    "验证码一直发不到839201这个尾号", "2fa is broken since 2026-03-01", "I can't pass the captcha",
    "password to the portal does not work", "password as described in order 20260301", "密码是对的，订单号20260301",
    "密码，订单20981", "我的密码和订单号839201", "password and email joe1999@x.com", "tan 12345", "six digits required", "六位数密码",
    "the cvv is three digits", "on the back it says 500 ml", "the label on the back 2500", "三个数字都不对", "校验码错误",
    "code 404", "error code: 500123", "the code is in email 2", "code is P0420", "验证码5分钟后过期", "验证码:收不到，等了30分钟",
    "code of conduct 2026", "order 20981 for my password", "I used 3 tries for my password",
    "the password for my account is supposed to work", "the password for order 20981 is lost",
    "password on 2026-03-01 changed", "my password 2026-03-01 10:00", "没收到验证码。订单839201", "code. 2026 was a bad year",
    "password: see attached", "password is the same as before", "password is set by admin",
    "password is 8 characters long", "password must be at least 8 characters", "my password should be reset",
    "password, please help", "the password, 3 times wrong", "密码是什么格式的", "密码应该怎么改", "密码输了3次都不对", "密码输了10次", "密码输错了",
    "密码是不是错了", "密码填了没用", "密码用了20年", "密码我也不知道", "密码还是一样", "密码，手机号13800138000", "密码和账号都忘了，订单20260301123456",
    "wifi password at the hotel was wrong", "password for the wifi is in room 1204", "wrong password 5 times",
    "password reset link expired", "password changed on 12/03/2026", "I changed my password to the new one",
    "I changed my password today and order 20981 vanished", "password and username joe", "passwords do not match",
    "pass: ok", "pass: true", "code review 2026", "the code, which I got in 2025",
    "I got the code and entered it 5 times", "I got the code at 10:30", "I got the code on 20260301",
    "the code came 3 minutes late", "code came on 2026-03-01", "the code is 3 days old", "验证码 60秒后重发", "验证码发了3次都没收到",
    "验证码我给了他100次", "验证码收到了，订单号839201", "验证码输入了5次", "验证码填了没反应，我的订单是839201", "验证码是发到邮箱的吗", "验证码的有效期是5分钟", "验证码有效期10分钟",
    "six digits or more", "I need a 6 digit number", "六位数的密码", "六位数以内", "工资六位数", "2FA does not work with 1password",
    "背面有三个数字看不清", "背面三个数字模糊", "the number on the back is scratched", "on the back 500",
    "code on the back of the box 2500", "the sticker says code on the back 123", "三位数密码锁", "后三位都一样",
    "校验码 12345678901", "身份证前六位是什么", "<td>4821</td><td>code</td>",
  ]

  @Test("talk about codes and passwords stays", arguments: harmless)
  func keeps(text: String) { #expect(RedactorTests.redactor.redact(text).text == text) }

  static let floods = [
    "1. ", "1. 4111\n", "第一组", "4\u{0301}", "4\u{3164}", "…4", "D E 8 9 ", "验证码我说了", "code, ", "I told him the code ",
    "密码我", "password and tulip99 ", "password to ", "pass: ", "前六位1", "cvv is seven ", "**4111** ", "验证码a1", "密码（",
    "62220200000000000001", "第一个四位", "double ",
  ]

  @Test("time is linear in the text, whatever the text", arguments: floods)
  func linear(piece: String) { RedactorTests().linear(piece: piece) }
}
