/// How much a decoded sample looks like a language: about 1 for real text, below 0.5 for the wrong charset.
enum CharsetWeights {
  enum Script { case chinese, japanese, korean }

  static func eastAsian(_ decoded: Charset.Decoded, script: Script) -> Double {
    var (sum, count) = (0.0, 0)
    for scalar in decoded.text.unicodeScalars where scalar.value >= 0x80 {
      count += 1
      sum += weight(scalar, script)
    }
    return count == 0 ? 0 : sum / Double(count)
  }

  private static func weight(_ scalar: Unicode.Scalar, _ script: Script) -> Double {
    switch scalar.value {
    case 0x3041...0x30FF: script == .japanese ? 1.3 : -0.3
    case 0xAC00...0xD7A3: script == .korean ? (hangul.contains(scalar) ? 1.2 : 0.5) : -0.5
    case 0x4E00...0x9FFF: han(scalar, script)
    case 0x3000...0x3020, 0xFF01...0xFF5E, 0x2018...0x201D, 0x2026: 0.8
    case 0xFF61...0xFF9F: -0.3  // half-width katakana: what any byte becomes in Shift_JIS
    case 0xFFFD: -3
    case 0xE000...0xF8FF: -1.5
    default: -0.3
    }
  }

  private static func han(_ scalar: Unicode.Scalar, _ script: Script) -> Double {
    if frequent.contains(scalar) { return 1.3 }
    return script == .korean ? 0.2 : 0.55
  }

  /// Russian is written in small letters with a capital here and there; the wrong charset turns that round.
  static func cyrillic(_ decoded: Charset.Decoded) -> Double {
    var (sum, count) = (0.0, 0)
    for scalar in decoded.text.unicodeScalars where scalar.value >= 0x80 {
      count += 1
      switch scalar.value {
      case 0x430...0x44F, 0x451: sum += 1
      case 0x410...0x42F: sum += 0.3
      case 0x2116, 0xAB, 0xBB, 0x2014, 0x2013, 0xA0: sum += 0.5
      default: sum -= 1
      }
    }
    return count < 4 ? 0 : sum / Double(count) * runs(decoded.text)
  }

  /// Cyrillic comes in words; single letters between Latin ones are accents of another charset.
  private static func runs(_ text: String) -> Double {
    var (inRuns, total, run) = (0, 0, 0)
    for scalar in text.unicodeScalars {
      if (0x400...0x4FF).contains(scalar.value) {
        run += 1
      } else {
        total += run
        inRuns += run >= 3 ? run : 0
        run = 0
      }
    }
    (total, inRuns) = (total + run, inRuns + (run >= 3 ? run : 0))
    return total == 0 ? 0 : Double(inRuns) / Double(total)
  }

  /// The most used syllables of Korean: three of four in any text. The wrong charset gives the others.
  private static let hangul = Set(
    """
    이다는을에의가하고한지사로있기를자도서은나대그시해리어으아인보니라일과수정들전주원게여만상장소부구경제유조성안국동공방비위학생미물적요면내와했신오우모용중화선관세당반거무행발계회업년월말씀드립감합습까께데로녕
    없때문확못안받였던던건점같진난연영운결처재실달단분번변본속순식심약역열외음의임잘저절접존종좋즉직질차참처체초최추축출취치카코크타터토통트파판패편평포표품프피필합항해현형호환황후희히렸겠됩되된될두드떤떻
    라란람랑래량러럼레려력련령례료루류률르른름릴림마막많매먼메며명몇몰무묵바박밖배백버법벌별병복봉북불붙브빌빠사산살상새색석설섬섯스승싶써씨알앞야양억언얼엇었에엔였예온올왔왜원월육율은음응
    """.unicodeScalars.filter { $0.value > 0x2000 })

  /// The most used characters of Chinese (both writings) and Japanese.
  private static let frequent = Set(
    """
    的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些
    与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立
    马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快
    条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯
    专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏退款账户付费订单充值提现登录密码验证银行卡客服您谢
    個這來時國為說們會過還後學對發裡麼沒無開經頭長現將與進實點種聲話兒問機給幾業間電門東關並內軍產萬體處總場師書員華報馬張難數東車應親請愛讓認論術結連遠資隊帶條變聯權領傳紅週達辦運強轉眾輕語極黃臉錢黨設雙歷單廣議際則導網專誰
    讀飛觀爭組視濟離雖壞賬戶費訂單錄碼驗證銀謝貴您退款帳號
    事社本国会社様下記件名送信返信致願申上度用際確認連絡先電話番号株式氏御担当商品注文発送届受取方法問合回答
    """.unicodeScalars.filter { $0.value > 0x2000 })
}
