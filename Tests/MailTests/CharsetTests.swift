import Mail
import Testing

@Suite("Charsets mean what browsers take them for")
struct CharsetTests {
  @Test(
    "a label stands for its superset",
    arguments: [
      ("gb2312", [0x88, 0xBB], "埢"), ("gb2312", [0xB5, 0xC7, 0xC2, 0xBC], "登录"), ("x-gbk", [0xA2, 0xE3], "€"),
      ("big5", [0xA6, 0x72, 0xF9, 0xD6], "字碁"), ("ks_c_5601-1987", [0x94, 0xEE], "뷁"), ("euc-kr", [0xB9, 0xAE], "문"),
      ("shift_jis", [0x87, 0x40], "①"), ("iso-8859-1", [0x80], "€"), ("us-ascii", [0x93, 0x61, 0x94], "“a”"),
      ("iso-8859-9", [0xFE], "ş"), ("tis-620", [0xA1], "ก"), ("windows-1255", [0xE4], "ה"), ("koi8-u", [0xAD], "ґ"),
      ("utf-8", [0xE2, 0x82, 0xAC], "€"), ("iso-8859-8-i", [0xF9], "ש"), ("cp65001", [0xC3, 0xA9], "é"),
    ] as [(String, [UInt8], String)])
  func labels(_ label: String, _ bytes: [UInt8], _ text: String) throws {
    let mail = try MailMessage(
      parsing: letter(
        ["Content-Type: text/plain; charset=\"\(label)\"", "Content-Transfer-Encoding: 8bit"], body: bytes))
    #expect(mail.text == text)
    #expect(!mail.marks.contains(.undecodable))
  }

  @Test("ISO-2022-JP is read with its vendors' characters")
  func iso2022jp() throws {
    let body: [UInt8] = [0x1B, 0x24, 0x42, 0x2D, 0x21, 0x34, 0x41, 0x1B, 0x28, 0x42] + Array("!".utf8)
    let mail = try MailMessage(parsing: letter(["Content-Type: text/plain; charset=iso-2022-jp"], body: body))
    #expect(mail.text == "①漢!")
  }

  @Test("HZ is read as GB 18030")
  func hz() throws {
    let mail = try read(["Content-Type: text/plain; charset=hz-gb-2312"], body: "a~{VPND~}b~~")
    #expect(mail.text == "a中文b~")
  }

  @Test("undecodable bytes become U+FFFD and are marked")
  func undecodable() throws {
    let mail = try MailMessage(parsing: letter(["Content-Type: text/plain; charset=gb2312"], body: [0x61, 0xFF, 0x62]))
    #expect(mail.text == "a\u{FFFD}b")
    #expect(mail.marks.contains(.undecodable))
  }

  @Test(
    "a label that the bytes contradict gives way to what they are",
    arguments: [
      ("gb2312", Array("我的卡丢了".utf8), "我的卡丢了"), ("big5", Array("退款 please".utf8), "退款 please"),
      ("iso-8859-1", Array("登录失败".utf8), "登录失败"), ("us-ascii", Array("grüß".utf8), "grüß"),
      ("utf-8", [0x67, 0x72, 0xFC, 0xDF], "grüß"),
      (
        "utf-8",
        [0xC4, 0xFA, 0xBA, 0xC3, 0xA3, 0xAC, 0xCE, 0xD2, 0xB5, 0xC4, 0xB6, 0xA9, 0xB5, 0xA5, 0xC3, 0xBB, 0xD3, 0xD0],
        "您好，我的订单没有"
      ),
      ("gb2312", [0xD2, 0xBB], "一"), ("windows-1252", [0xC3, 0xBC], "Ã¼"),
      ("x-mac-ce", [0x8B, 0xE4, 0x8C], "čšĆ"),
    ] as [(String, [UInt8], String)])
  func wrongLabels(_ label: String, _ bytes: [UInt8], _ text: String) throws {
    let mail = try MailMessage(
      parsing: letter(["Content-Type: text/plain; charset=\(label)", "Content-Transfer-Encoding: 8bit"], body: bytes))
    #expect(mail.text == text)
    #expect(!mail.marks.contains(.undecodable))
  }

  @Test("a broken character in text of its charset costs no more than itself")
  func oneFlaw() throws {
    let bytes = Array("我的卡丢了，请帮我退款，谢谢客服".utf8) + [0xFF] + Array("再见，等您的回复".utf8)
    let mail = try MailMessage(parsing: letter(["Content-Type: text/plain; charset=utf-8"], body: bytes))
    #expect(mail.text == "我的卡丢了，请帮我退款，谢谢客服\u{FFFD}再见，等您的回复")
  }

  @Test("an unknown label is answered by looking at the bytes")
  func unknownLabel() throws {
    let mail = try MailMessage(
      parsing: letter(["Content-Type: text/plain; charset=x-nonsense-9"], body: Array("grüß".utf8)))
    #expect(mail.text == "grüß")
  }

  @Test(
    "unstated Chinese, Japanese, Korean and Russian are recognised",
    arguments: [
      (
        [
          0xC4, 0xFA, 0xBA, 0xC3, 0xA3, 0xAC, 0xCE, 0xD2, 0xB5, 0xC4, 0xB6, 0xA9, 0xB5, 0xA5, 0xC3, 0xBB, 0xD3, 0xD0,
          0xB5, 0xBD,
        ], "您好，我的订单没有到"
      ),
      (
        [0xB1, 0x7A, 0xA6, 0x6E, 0xA1, 0x41, 0xA7, 0xDA, 0xAA, 0xBA, 0xAD, 0x71, 0xB3, 0xE6, 0xA8, 0x53, 0xA6, 0xB3],
        "您好，我的訂單沒有"
      ),
      ([0x82, 0xB1, 0x82, 0xF1, 0x82, 0xC9, 0x82, 0xBF, 0x82, 0xCD], "こんにちは"),
      ([0xBE, 0xC8, 0xB3, 0xE7, 0xC7, 0xCF, 0xBC, 0xBC, 0xBF, 0xE4], "안녕하세요"),
      ([0xEF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2], "привет"),
    ] as [([UInt8], String)])
  func unstated(_ bytes: [UInt8], _ text: String) throws {
    #expect(try MailMessage(parsing: letter(["Content-Type: text/plain"], body: bytes)).text == text)
    let subject = Array("From: a@b.example\r\nSubject: ".utf8) + bytes + Array("\r\n\r\nx".utf8)
    #expect(try MailMessage(parsing: subject).subject == text)
  }
}
