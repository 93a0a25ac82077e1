import Channels
import Conversations
import Testing

@Suite("Telephone numbers of the world")
struct PhoneNumberTests {
  @Test(
    "national numbers are read as their country dials them",
    arguments: [
      ("86", "010-8888 8888", "+861088888888"), ("86", "(0755) 8888-8888", "+8675588888888"),
      ("86", "13800138000", "+8613800138000"), ("86", "130 1234 5678", "+8613012345678"),
      ("86", "013800138000", "+8613800138000"), ("86", "400-820-8820", "+864008208820"),
      ("852", "2345 6789", "+85223456789"), ("853", "6612 3456", "+85366123456"),
      ("886", "0912-345-678", "+886912345678"),
      ("886", "(02) 2345-6789", "+886223456789"), ("65", "6123 4567", "+6561234567"),
      ("81", "03-1234-5678", "+81312345678"),
      ("81", "090-1234-5678", "+819012345678"), ("82", "02-312-3456", "+8223123456"),
      ("1", "(202) 883-1111", "+12028831111"), ("1", "1 202 883 1111", "+12028831111"),
      ("44", "020 7183 8750", "+442071838750"), ("44", "07400 123456", "+447400123456"),
      ("49", "030/12345-678", "+493012345678"), ("49", "0171 5550123", "+491715550123"),
      ("33", "01 42 68 53 00", "+33142685300"),
      ("34", "912 345 678", "+34912345678"), ("41", "044 668 18 00", "+41446681800"),
      ("43", "01 234567890", "+431234567890"),
      ("39", "06 1234 5678", "+390612345678"), ("39", "0342 123456", "+390342123456"),
      ("39", "347 123 4567", "+393471234567"),
      ("54", "011 15 2345-6789", "+5491123456789"), ("55", "(011) 96123-4567", "+5511961234567"),
      ("55", "0 15 11 96123-4567", "+5511961234567"), ("52", "55 1234 5678", "+525512345678"),
      ("7", "495 123-45-67", "+74951234567"),
      ("91", "098765 43210", "+919876543210"), ("61", "02 9374 4000", "+61293744000"),
      ("63", "0917 123 4567", "+639171234567"),
      ("66", "081 234 5678", "+66812345678"), ("84", "0912 345 678", "+84912345678"),
      ("971", "050 123 4567", "+971501234567"),
    ])
  func national(country: String, raw: String, expected: String) {
    // Russians dial 8 before a national number; here it came without.
    let plan = country == "7" ? DialPlan(countryCode: "7", nationalPrefix: "") : DialPlan(countryCode: country)
    #expect(PhoneNumbers.normalize(raw, plan: plan) == expected)
    #expect(PhoneNumbers.identity(expected) == expected)
  }

  @Test(
    "foreign numbers are foreign wherever they ring, by + or by the prefix dialled there",
    arguments: [
      ("86", "0085223456789", "+85223456789"), ("86", "85223456789", "+85223456789"),
      ("86", "001 202 883 1111", "+12028831111"),
      ("49", "33142685300", "+33142685300"), ("49", "12028831111", "+12028831111"),
      ("49", "00390612345678", "+390612345678"),
      ("852", "001 86 138 0013 8000", "+8613800138000"), ("81", "010 86 138 0013 8000", "+8613800138000"),
      ("1", "011 86 138 0013 8000", "+8613800138000"), ("61", "0011 86 138 0013 8000", "+8613800138000"),
      ("", "+86 (0)10 8888 8888", "+861088888888"), ("", "+49 (0)221 4710334", "+492214710334"),
      ("", "8613800138000", "+8613800138000"), ("86", "+8613800138000", "+8613800138000"),
      ("86", "8613800138000", "+8613800138000"), ("86", "1795113800138000", "+8613800138000"),
    ])
  func foreign(country: String, raw: String, expected: String) {
    #expect(PhoneNumbers.normalize(raw, plan: DialPlan(countryCode: country)) == expected)
  }

  @Test(
    "however it is written, a number is its digits",
    arguments: [
      "+8613800138000", "tel:+86-138-0013-8000", "TEL:13800138000;phone-context=+86", "＋８６ １３８ ００１３ ８０００",
      "+٨٦١٣٨٠٠١٣٨٠٠٠",
      "\u{202A}+86 138\u{00A0}0013\u{2011}8000\u{202C}", "+86.138.0013.8000", "[+86] 138/0013/8000",
      "+86 138 0013 8000 ext. 12",
      "+86 138 0013 8000 x12", "+8613800138000;ext=12", "+86 138 0013 8000转12", "+86 138 0013 8000 分机：１２",
      "(+86) 138 0013 8000",
    ])
  func writing(raw: String) {
    #expect(PhoneNumbers.normalize(raw, plan: DialPlan(countryCode: "49")) == "+8613800138000")
  }

  @Test("a Chinese extension behind a dash goes only where the number would be too long with it")
  func dashes() {
    let (china, germany) = (DialPlan(countryCode: "86"), DialPlan(countryCode: "49"))
    #expect(PhoneNumbers.normalize("021-62345678-801", plan: china) == "+862162345678")
    #expect(PhoneNumbers.normalize("+86-21-62345678-801", plan: germany) == "+862162345678")
    #expect(PhoneNumbers.normalize("030-1234-567", plan: germany) == "+49301234567")
  }

  @Test(
    "extensions, short codes and names stay as they are written",
    arguments: [
      "0", "8", "100", "8001", "110", "10086", "12306", "95588", "96110", "*21#", "100x5", "12345#", "Desk 2", "ana",
      "sip:ana@example.org", "tel:ana", "call 13800138000", "13800138000 or so", "+86138x0013", "1-800-FLOWERS", "🙂",
      "😀8613800138000",
    ])
  func others(raw: String) {
    #expect(PhoneNumbers.normalize(raw, plan: DialPlan(countryCode: "86")) == raw)
    #expect(PhoneNumbers.identity(raw) == nil)
  }

  @Test(
    "withheld numbers are anonymous, in words and where nothing but marks is left",
    arguments: [
      "anonymous", "Anonymous", "ANONYM", "unknown", "Unavailable", "restricted", "Private", "<unknown>",
      "tel:anonymous", "-", "--",
      "+", "+++++", "( )", "　", "",
    ])
  func withheld(raw: String) {
    #expect(PhoneNumbers.normalize(raw, plan: DialPlan(countryCode: "86")) == PhoneNumbers.anonymous)
  }

  @Test("service numbers that are called stay what they are")
  func services() {
    let china = DialPlan(countryCode: "86")
    for (raw, expected) in [
      ("95588", "95588"), ("4005550199", "+864005550199"), ("+864005550199", "+864005550199"),
      ("800-820-8820", "+868008208820"),
      ("95013123456", "+8695013123456"), ("864005550199", "+864005550199"),
    ] {
      #expect(PhoneNumbers.normalize(raw, plan: china) == expected)
    }
  }

  @Test(
    "what no country can have is no identity, whatever it is called",
    arguments: [
      "+1234567", "+86123", "+8695588", "+62345678", "+2214710334", "+999123456789", "+0123456789", "8613800138000",
      "+", "",
      "+266696687", "+4912345678901234567", "+86 138 0013 8000",
    ])
  func noIdentity(number: String) {
    #expect(PhoneNumbers.identity(number) == nil)
    #expect(PhoneNumbers.identity(nil) == nil)
  }

  @Test("one line has one identity, whatever a provider writes; a range that is not in use yet has one too")
  func identities() {
    #expect(PhoneNumbers.identity("+5215512345678") == "+525512345678")
    #expect(PhoneNumbers.identity("+4902214710334") == "+492214710334")
    #expect(PhoneNumbers.identity("+15550783881") == "+15550783881")
    #expect(PhoneNumbers.identity("+4930600000000") == "+4930600000000")
  }

  @Test("hostile text is no number and ends nothing")
  func hostile() {
    let plan = DialPlan(countryCode: "86")
    let texts = [
      String(repeating: "1", count: 300), String(repeating: "+", count: 300),
      "+" + String(repeating: "9", count: 100_000),
      String(repeating: "0", count: 300), "138\u{0}00138000", "+86\u{0}13800138000",
      String(decoding: [0xFF, 0xFE, 0x31, 0x32], as: UTF8.self),
      "٣" + String(repeating: "🙂", count: 300), String(repeating: "x", count: 300),
      "1234567x" + String(repeating: "1", count: 300),
      "1234567" + String(repeating: "-", count: 300) + "1", "tel:", "tel:;phone-context=+", "tel:+;phone-context=+86",
      ";ext=1",
      "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎" + String(repeating: "\u{301}", count: 300), "½1234567", "+86²13800138000",
    ]
    for text in texts {
      let number = PhoneNumbers.normalize(text, plan: plan)
      #expect(PhoneNumbers.identity(number) == nil, "\(text.prefix(20))")
      #expect(PhoneNumbers.normalize(text, plan: plan) == number)
    }
  }

  @Test("digits of any length and beginning give the same number twice, and E.164 when read again")
  func stability() {
    for seed in 0..<3000 {
      let digits = String((seed &* 2_654_435_761) % 1_000_000_007) + String(seed &* 7919)
      let raw = ["", "0", "00", "+"][seed % 4] + digits.prefix(seed % 17)
      let plan = DialPlan(countryCode: ["86", "49", "1", "39", ""][seed % 5])
      let number = PhoneNumbers.normalize(raw, plan: plan)
      #expect(PhoneNumbers.normalize(raw, plan: plan) == number)
      guard let identity = PhoneNumbers.identity(number) else { continue }
      #expect(PhoneNumbers.identity(identity) == identity, "\(raw)")
      #expect(PhoneNumbers.normalize(identity, plan: plan) == identity, "\(raw)")
    }
  }

  @Test("many threads read at once")
  func threads() async {
    let numbers = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<200).map { PhoneNumbers.normalize("1380013\(8000 + $0)", plan: DialPlan(countryCode: "86")) }
        }
      }
      return await group.reduce(into: Set<[String]>()) { $0.insert($1) }
    }
    #expect(numbers == [(0..<200).map { "+861380013\(8000 + $0)" }])
  }
}
