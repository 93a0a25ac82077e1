import Mail
import Testing

@Suite("The visible reply")
struct ReplyTests {
  @Test(
    "introductions of quotes are known in many languages",
    arguments: [
      "On Mon, May 1, 2023 at 10:00 AM Bo <bo@x.example> wrote:",
      "On Mon, May 1, 2023 at 10:00 AM Bo <\nbo@x.example> wrote:",
      "Am 01.05.2023 um 10:00 schrieb Bo <bo@x.example>:", "Bo <bo@x.example> schrieb am Mo., 1. Mai 2023 um 10:00:",
      "Le lun. 1 mai 2023 à 10:00, Bo <bo@x.example> a écrit :", "Le 01/05/2023 à 10:00, Bo a écrit :",
      "El lun, 1 may 2023 a las 10:00, Bo (<bo@x.example>) escribió:",
      "Il giorno lun 1 mag 2023 alle ore 10:00 Bo <bo@x.example> ha scritto:",
      "Em seg., 1 de mai. de 2023 às 10:00, Bo <bo@x.example> escreveu:",
      "Op ma 1 mei 2023 om 10:00 schreef Bo <bo@x.example>:",
      "Den mån 1 maj 2023 kl 10:00 skrev Bo <bo@x.example>:", "man. 1. mai 2023 kl. 10:00 skrev Bo <bo@x.example>:",
      "ma 1. toukok. 2023 klo 10.00 Bo (bo@x.example) kirjoitti:",
      "pon., 1 maj 2023 o 10:00 Bo <bo@x.example> napisał(a):",
      "пн, 1 мая 2023 г. в 10:00, Bo <bo@x.example>:", "1 травня 2023 р. 10:00 Bo <bo@x.example> пише:",
      "po 1. 5. 2023 v 10:00 odesílatel Bo <bo@x.example> napsal:",
      "Bo <bo@x.example>, 1 May 2023 Pzt, 10:00 tarihinde şunu yazdı:", "2023年5月1日(月) 10:00 Bo <bo@x.example>:",
      "2023년 5월 1일 (월) 오전 10:00, Bo <bo@x.example>님이 작성:", "Bo <bo@x.example> 于2023年5月1日周一 10:00写道：",
      "在 2023-05-01 10:00:00，\"Bo\" <bo@x.example> 写道：", "Bo <bo@x.example> 於 2023年5月1日 週一 上午10:00寫道：",
      "在 2023年5月1日，10:00，Bo <bo@x.example> 写道：",
      "Στις Δευ 1 Μαΐ 2023 στις 10:00 π.μ., ο χρήστης Bo <bo@x.example> έγραψε:",
      "Vào Th 2, 1 thg 5, 2023 vào lúc 10:00 Bo <bo@x.example> đã viết:",
      "---- On Mon, 01 May 2023 10:00:00 +0000 Bo <bo@x.example> wrote ----",
      "2023-05-01 10:00 GMT+02:00 Bo <bo@x.example>:", "Bo <bo@x.example> wrote:", "Quoting Bo <bo@x.example>:",
      "W dniu 10.05.2023 o 10:23, Bo pisze:",
      "01.05.2023, 10:00, \"Bo\" <bo@x.example>:",
      "‫בתאריך יום ב׳, 1 במאי 2023 ב-10:00 מאת ‪Bo‬‏ <‪bo@x.example‬‏>:‬",
      "في الاثنين، 1 مايو 2023 في 10:00 ص كتب Bo <bo@x.example>:",
    ])
  func introductions(_ line: String) throws {
    #expect(try reply("new words\n\n\(line)\n\n> old words\n> more") == "new words")
    #expect(try reply("new words\n\n\(line)\n\nold words without marks") == "new words")
  }

  @Test(
    "headers of quoted mail are known in many languages",
    arguments: [
      "From: Bo <bo@x.example>\nSent: Monday, 1 May 2023 10:00\nTo: Anna\nSubject: Re: order",
      "*From:* Bo\n*Sent:* Monday\n*To:* Anna\n*Subject:* order",
      "Von: Bo\nGesendet: Montag, 1. Mai 2023\nAn: Anna\nBetreff: AW",
      "De : Bo\nEnvoyé : lundi 1 mai 2023\nÀ : Anna\nObjet : RE", "De: Bo\nEnviado el: lunes\nPara: Anna\nAsunto: RE",
      "De: Bo\nEnviada em: segunda\nPara: Anna\nAssunto: RES", "Da: Bo\nInviato: lunedì\nA: Anna\nOggetto: R",
      "Van: Bo\nVerzonden: maandag\nAan: Anna\nOnderwerp: RE",
      "Från: Bo\nSkickat: den 1 maj\nTill: Anna\nÄmne: SV", "Fra: Bo\nSendt: 1. maj\nTil: Anna\nEmne: SV",
      "Lähettäjä: Bo\nLähetetty: ma\nVastaanottaja: Anna\nAihe: VS",
      "Od: Bo\nWysłano: pon\nDo: Anna\nTemat: Odp", "От: Bo\nОтправлено: 1 мая\nКому: Anna\nТема: Re",
      "发件人: Bo\n发送时间: 2023年5月1日\n收件人: Anna\n主题: 回复",
      "发件人：Bo\n日期：2023-05-01\n收件人：Anna\n主题：Re", "寄件者: Bo\n傳送時間: 2023年5月1日\n收件者: Anna\n主旨: RE",
      "差出人: Bo\n送信日時: 2023年5月1日\n宛先: Anna\n件名: RE",
      "보낸 사람: Bo\n보낸 날짜: 2023년\n받는 사람: Anna\n제목: RE", "Gönderen: Bo\nGönderildi: Pzt\nKime: Anna\nKonu: YNT",
      "Odesláno: po\nOd: Bo\nKomu: Anna\nPředmět: RE", "Feladó: Bo\nElküldve: hétfő\nCímzett: Anna\nTárgy: RE",
    ])
  func headerBlocks(_ block: String) throws {
    #expect(try reply("new words\n\n________________________________\n\(block)\n\nold words") == "new words")
    #expect(try reply("new words\n\n\(block)\n\nold words") == "new words")
  }

  @Test(
    "lines over an original mail end the reply",
    arguments: [
      "-----Original Message-----", "------------------ Original ------------------",
      "----- Ursprüngliche Nachricht -----", "-------- Message d'origine --------",
      "------------------ 原始邮件 ------------------", "------------------\u{A0}原始邮件\u{A0}------------------",
      "---- 回复的原邮件 ----",
      "-----Mensaje original-----", "-----Messaggio originale-----", "-----Oorspronkelijk bericht-----",
      "---------- 元のメッセージ ----------",
      "-----Исходное сообщение-----", "-----원본 메시지-----", "*-------- Original Message --------*",
      "| ---- Replied Message ---- |",
    ])
  func originalMarks(_ mark: String) throws {
    #expect(try reply("new words\n\n\(mark)\nold words") == "new words")
  }

  @Test(
    "device signatures are not words",
    arguments: [
      "Sent from my iPhone", "Envoyé de mon iPhone", "Von meinem iPhone gesendet", "发自我的iPhone", "從我的 iPhone 傳送",
      "iPhoneから送信", "나의 iPhone에서 보냄",
      "Enviado desde mi iPhone", "Inviato da iPhone", "Отправлено с iPhone",
      "Get Outlook for Android<https://aka.ms/x>", "Sent from Yahoo Mail on Android",
      "Sent via my Samsung Galaxy, please excuse typos", "Wysłane z iPhone'a", "Skickat från min iPhone", "来自我的华为手机",
      "发自新浪邮箱客户端",
    ])
  func devices(_ line: String) throws { #expect(try reply("new words\n\n\(line)\n") == "new words") }

  @Test(
    "prose that looks like a mark stays",
    arguments: [
      "I asked on Monday and he wrote to me.", "Please note: the order from: Berlin arrived.\nThanks",
      "The list:\n-- first\n-- second", "Sent from my desk, is much easier than my phone ever was.",
      "Dates: 2024-01-15 14:30\n15.01.2024 14:30",
      "From: the shop\nI got nothing.", "a -- b", "He wrote:\nsee you", "```\n> code\n# it\n```\nend",
    ])
  func prose(_ text: String) throws { #expect(try reply(text) == text) }

  @Test("a signature after its mark is cut")
  func signature() throws { #expect(try reply("words\n-- \nAnna Berg\nSales") == "words") }

  @Test("answers between quotes show everything")
  func inline() throws {
    let text = "> first question\n\nyes\n\n> second question\n\nno"
    #expect(try reply(text) == text)
  }

  @Test("a reply below the quote is kept without it")
  func below() throws {
    #expect(try reply("On 1 May 2023 at 10:00, Bo <bo@x.example> wrote:\n> old\n> older\n\nnew words") == "new words")
  }

  @Test("where nothing is new, everything is shown")
  func allQuoted() throws { #expect(try reply("> old\n> older") == "> old\n> older") }

  @Test("a forwarded mail stays, because it is what the customer shows")
  func forwarded() throws {
    let text =
      "see below\n\n---------- Forwarded message ---------\nFrom: Bo <bo@x.example>\nDate: Mon, 1 May 2023\nSubject: Order\nTo: Anna\n\nwords"
    #expect(try reply(text) == text)
  }

  @Test("the whole text stays beside the view")
  func whole() throws {
    let mail = try read(body: "new\n\n> old")
    #expect(mail.replyText == "new")
    #expect(mail.text == "new\n\n> old")
  }
}
