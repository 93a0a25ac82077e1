/// Words that say what the number or text beside them is.
enum RedactionWords {
  enum Role: Sendable, Hashable {
    /// A card is spoken of.
    case card
    /// The next number is something else: an order, a parcel, a phone.
    case harmless
    /// The next number is a telephone's.
    case phone
    /// Money comes from the next number, or goes to it.
    case payment
    /// A digit as it is said.
    case spoken(UInt8)
    /// `double four`.
    case twice, thrice
    /// Said between digits.
    case filler
    /// Says which digits come next: `first four`, `前八位`.
    case position
    case cvv
    case code
    /// Six digits behind it are a code.
    case sixDigits
    /// `code` alone: only with a telling form.
    case plainCode
    case password
    /// `pass`: only with a colon, and a digit in what follows.
    case pass
    case identity
  }

  struct Hit: Sendable {
    var role: Role
    var start: Int
    var end: Int

    /// Whether it may stand beside a secret.
    var tells: Bool {
      switch role {
      case .card, .cvv, .code, .sixDigits, .plainCode, .password, .pass, .identity: true
      case .harmless, .phone, .payment, .spoken, .twice, .thrice, .filler, .position: false
      }
    }
  }

  /// What people also say beside a card (`refund request 4111…`) is a name only with `number`, `no` or `id`.
  private static let lists: [(Role, String)] = [
    (
      .card,
      """
      card|cards|visa|mastercard|master card|amex|american express|maestro|discover|unionpay|union pay|jcb|diners|credit|\
      debit|cvv|cvc|expiry|expires|exp|valid thru|pan|karte|kreditkarte|carte|tarjeta|cartao|cartão|карта|卡|银联|銀聯|\
      信用|借记|储蓄|有效期|安全码|カード|카드
      """
    ),
    (
      .harmless,
      """
      customer number|customer no|customer id|client number|client no|client id|session number|session no|\
      session id|device number|device no|device id|request number|request no|request id|contract number|\
      contract no|contract id|policy number|policy no|policy id|bill number|bill no|bill id|booking number|\
      booking no|booking id|confirmation number|confirmation no|confirmation id|reservation number|\
      reservation no|reservation id|meter number|meter no|meter id|package number|package no|package id|\
      receipt number|receipt no|receipt id|po number|po no|po id|\
      order|orders|orderid|transaction|txn|txid|trade no|tradeno|out_trade_no|trade_no|order_no|order_id|orderno|payment id|\
      reference|ref|invoice|tracking|waybill|parcel|shipment|awb|ups|fedex|dhl|usps|ems|ticket|case|serial|s/n|imei|\
      imeisv|iccid|imsi|sn|timestamp|uid|user id|userid|psid|member|account id|trace|batch|\
      rma|barcode|ean|gtin|isbn|sku|message id|\
      coupon|voucher|tax id|rrn|arn|arn no|订单|訂單|单号|單號|运单|運單|快递|快遞|物流|流水|交易号|交易號|商户号|凭证|发票|發票|\
      时间戳|编号|編號|追踪|包裹|顺丰|順豐|圆通|圓通|中通|韵达|申通|参考号|受理号|业务号|合同号|会员号|客户号|工单|工單|票号|序列号|\
      设备号|条码|条形码|條碼|缴费号|户号|税号|批次号|预约号|取件码|保单号|用户id|付款码|qq|微信|单子|單子|下单|\
      sf|yt|yto|zto|sto|jd|jt
      """
    ),
    (
      .phone,
      """
      phone|tel|mobile|cell|fax|whatsapp|call|sms|电话|電話|手机|手機|座机|传真|回电|来电|致电|拨打
      """
    ),
    (
      .cvv,
      """
      cvv|cvv2|cvc|cvc2|cvn|cvn2|cid|csc|on the back|security code|card code|card verification|安全码|安全碼|后三位|後三位|背面三位|\
      末三位|三位数|三位數|sicherheitscode|prüfziffer|c v v|c v c|c.v.v|c.v.v.|c.v.c|c.v.c.|card verification value|card verification number|\
      后面三位|後面三位|后面3位|後面3位|后3位|後3位|背面三位数|背面的三位|背后三位|背面三个数字|背面的三个数字|后面三个数字|后面的三个数字|背面3个数字|\
      背面的3个数字|三个数字|三個數字|后三码|後三碼|末三碼|末三码|\
      背面三码|背面三碼|three digits on the back|3 digits on the back|three numbers on the back|3 numbers on the back|\
      digit code on the back|code on the back|number on the back|numbers on the back|digits on the back
      """
    ),
    (
      .code,
      """
      verification code|verify code|verification pin|security code|one-time code|one time code|one-time password|\
      one time password|one-time passcode|otp|passcode|auth code|authentication code|authenticator code|login code|sms code|\
      2fa code|confirmation code|pin|pin code|验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态密码|動態密碼|动态口令|\
      短信码|短信密码|识别码|认证码|確認碼|确认码|pin码|pin碼|认证代码|登录码|認證碼|安全验证码|\
      验证号码|短信验证|验证数字|bestätigungscode|verifizierungscode|code de vérification|code de verification|\
      código de verificación|codigo de verificacion|código de verificação|認証コード|確認コード|인증번호|인증코드|код подтверждения
      """
    ),
    // Of three digits it is a card's.
    (.cvv, "校验码|校驗碼"),
    (
      .sixDigits,
      """
      2fa|mfa|totp|tan|mtan|sms tan|push tan|pushtan|six digits|six digit|six digit number|six numbers|6 digits|6 digit|6 digit number|\
      6-digit number|six-digit number|六位数|六位數|六位数字|六位數字|6位数|6位數|6位数字|6位數字|六个数字|6个数字
      """
    ),
    (.plainCode, "code"),
    (
      .password,
      """
      password|passwd|passwort|passphrase|pwd|pw|pass word|login pass|mot de passe|contraseña|密码|密碼|口令|passw0rd|\
      pasword|passwrod|passord|pasw0rd|passwors|pswd|psw|pass phrase|passwords|kennwort|senha|пароль|パスワード|비밀번호
      """
    ),
    (.pass, "pass"),
    (
      .payment,
      """
      refund to|refunded to|refund it to|refund|paid with|pay with|paying with|paid by|paid from|charge on|charged on|charged to|\
      debited from|transfer to|transferred to|withdraw to|退到|退回|退回到|退款到|退至|转账到|转到|转入|汇到|提现到|提到|充到|扣|从|绑|绑定|绑的|\
      用|使用|付款|刷
      """
    ),
    (.spoken(0), "zero|oh|o|nought|nil"), (.spoken(1), "one"), (.spoken(2), "two"), (.spoken(3), "three"),
    (.spoken(4), "four"), (.spoken(5), "five"), (.spoken(6), "six"), (.spoken(7), "seven"), (.spoken(8), "eight"),
    (.spoken(9), "nine"), (.twice, "double"), (.thrice, "triple|treble"),
    (
      .filler,
      """
      then|and|and then|dash|hyphen|space|dot|comma|uh|um|uhm|erm|er|hmm|well|wait|no|sorry|no sorry|i mean|然后|空格|横杠|\
      横线|杠|接着|再|就是|那个|呃|嗯|额|短横|减号|逗号|还有|再来|\
      再来是|再是|然后是|接着是|不对|等一下|等等|哦不
      """
    ),
    (
      .position,
      """
      first|second|third|fourth|fifth|1st|2nd|3rd|4th|last|next|middle|final|remaining|the first|the second|the third|the fourth|the last|\
      the next|the middle|the final|the rest|and the last|and the next|then the last|第|前|前面|后|後|后面|後面|中间|中間|\
      最后|最後|开头|開頭|结尾|結尾|末|末尾|尾部|接下来|前半|后半|後半|上半|下半
      """
    ),
    (.identity, "身份证|身份證|证件号|證件號|id card|id number|national id|居民证"),
  ]

  private static let table: (automaton: WordAutomaton, roles: [[Role]]) = {
    var (patterns, roles, places) = ([[UInt8]](), [[Role]](), [String: Int]())
    for (role, list) in lists {
      for word in list.split(separator: "|").map(String.init) {
        if let place = places[word] {
          roles[place].append(role)
        } else {
          places[word] = patterns.count
          patterns.append(Array(word.utf8))
          roles.append([role])
        }
      }
    }
    return (WordAutomaton(patterns), roles)
  }()

  /// In order of their ends. Latin words count only as whole words; `lower` has no ASCII capitals.
  static func find(in lower: [UInt8]) -> [Hit] {
    var hits: [Hit] = []
    table.automaton.scan(lower) { hit in
      let startsWord = hit.start == 0 || !isPartOfWord(lower[hit.start], after: lower[hit.start - 1])
      let endsWord = hit.end == lower.count || !isPartOfWord(lower[hit.end], after: lower[hit.end - 1])
      guard startsWord, endsWord else { return }
      // `pw` in a row of letters and digits is none.
      let isStuck = hit.start > 0 && RedactionScan.isAlphanumeric(lower[hit.start - 1])
      for role in table.roles[hit.pattern]
      where !(role == .password && isStuck && RedactionScan.isLetter(lower[hit.start])) {
        hits.append(Hit(role: role, start: hit.start, end: hit.end))
      }
    }
    return hits
  }

  /// Letters only: in `cvv123` and `card4111` the word ends at the digit.
  private static func isPartOfWord(_ byte: UInt8, after other: UInt8) -> Bool {
    RedactionScan.isLetter(byte) && RedactionScan.isLetter(other)
  }
}

/// In order of their ends.
extension [RedactionWords.Hit] {
  /// The place of the first one that ends after `index`.
  func firstPlace(endingAfter index: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].end <= index { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether a word that may stand beside a secret ends right there.
  func hasTelling(endingAt index: Int) -> Bool {
    self[firstPlace(endingAfter: index - 1)...].prefix(8).contains { $0.end == index && $0.tells }
  }

  func hasTelling(startingAt index: Int) -> Bool {
    self[firstPlace(endingAfter: index)...].prefix(8).contains { $0.start == index && $0.tells }
  }

  /// Whether a word of that role ends within `distance` bytes of `index`.
  func has(_ role: RedactionWords.Role, within distance: Int, of index: Int) -> Bool {
    self[firstPlace(endingAfter: index - distance - 1)...].prefix(32).contains {
      $0.role == role && abs($0.end - index) <= distance
    }
  }
}
