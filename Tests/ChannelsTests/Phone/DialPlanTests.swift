import Channels
import Conversations
import Testing

@Suite("An exchange's dial plan")
struct DialPlanTests {
  @Test("decides before the numbering plans of the world")
  func prefixes() {
    // 0 for an outside line, then what the public network wants.
    let outside = DialPlan(countryCode: "49", nationalPrefix: "00", internationalPrefix: "000")
    #expect(PhoneNumbers.normalize("0 0221 4710334", plan: outside) == "+492214710334")
    #expect(PhoneNumbers.normalize("0 00 1 202 883 1111", plan: outside) == "+12028831111")
    #expect(PhoneNumbers.normalize("0221", plan: outside) == "0221")
    // 221 is Senegal's country code too.
    #expect(PhoneNumbers.normalize("00221 4710334", plan: DialPlan(countryCode: "49")) == "+2214710334")
    let nine = DialPlan(countryCode: "44", nationalPrefix: "90", internationalPrefix: "900")
    #expect(PhoneNumbers.normalize("9 020 7183 8750", plan: nine) == "+442071838750")
    #expect(PhoneNumbers.normalize("9 00 86 138 0013 8000", plan: nine) == "+8613800138000")
    let none = DialPlan(countryCode: "33", nationalPrefix: "")
    #expect(PhoneNumbers.normalize("142685300", plan: none) == "+33142685300")
  }

  @Test("with an area code completes the numbers of its area, and no others")
  func area() {
    for area in ["21", "021"] {
      let shanghai = DialPlan(countryCode: "86", areaCode: area)
      #expect(PhoneNumbers.normalize("6234 5678", plan: shanghai) == "+862162345678")
      #expect(PhoneNumbers.normalize("13800138000", plan: shanghai) == "+8613800138000")
      #expect(PhoneNumbers.normalize("010 8888 8888", plan: shanghai) == "+861088888888")
      #expect(PhoneNumbers.normalize("8001", plan: shanghai) == "8001")
      #expect(PhoneNumbers.normalize("95588", plan: shanghai) == "95588")
    }
    #expect(PhoneNumbers.normalize("4710334", plan: DialPlan(countryCode: "49", areaCode: "221")) == "+492214710334")
    #expect(PhoneNumbers.normalize("4710334", plan: DialPlan(countryCode: "49")) == "+4710334")
  }

  @Test("names a country that exists", arguments: ["86", "+86", "1", "852", ""])
  func countries(code: String) throws {
    _ = try PhoneDesk.adapter(Placetel.self, [JSON.Member("shared_secret", "s")], country: code)
  }

  @Test(
    "with a country that nobody knows is a problem of the settings",
    arguments: ["999", "CN", "0", "086", "8 6", "00", "12345"])
  func unknownCountries(code: String) {
    #expect(throws: SettingProblem("default_country_code", "must be the code of a country, without +, e.g. 86")) {
      try PhoneDesk.adapter(Placetel.self, [JSON.Member("shared_secret", "s")], country: code)
    }
  }

  private func log(_ country: String) throws -> PhoneLog { try PhoneDesk.adapter(PhoneLog.self, [], country: country) }

  @Test(
    "an agent is told what cannot be a number",
    arguments: [
      ("+86 123", "too short"), ("+86 138 0013 8000 0000", "too long"), ("+999 123 4567", "no country has this code"),
      ("138001380001234567", "too long"), ("+1 555 1234", "too short"),
    ])
  func problems(typed: String, reason: String) throws {
    #expect(try log("86").problem(in: ["from": .string(typed)]) == "\(typed) is not a telephone number: \(reason)")
    #expect(
      try log("86").problem(in: ["from": "anonymous", "to": .string(typed)])
        == "\(typed) is not a telephone number: \(reason)")
  }

  @Test("an agent's number without its area is told so")
  func localProblem() throws {
    #expect(
      try log("1").problem(in: ["from": "555-1234"]) == "555-1234 is not a telephone number: its area code is missing")
  }

  @Test(
    "what may be a number, an extension, a service or a name is none of the desk's business",
    arguments: [
      "+8613800138000", "13800138000", "100", "012", "95588", "10108888", "anonymous", "-", "Reception",
      "sip:ana@example.org", "",
      "+442071838750", "400-820-8820",
    ])
  func noProblem(typed: String) throws {
    #expect(try log("86").problem(in: ["from": .string(typed)]) == nil)
    #expect(try log("86").problem(in: [:]) == nil)
  }

  @Test(
    "a call is kept whatever its number, and joins nobody by one that cannot be",
    arguments: [("+86 123", "+86123"), ("1234567", "+1234567")])
  func kept(raw: String, number: String) throws {
    let body = #"{"from":"\#(raw)","direction":"inbound","id":"1","text":"?"}"#
    let event = try #require(try PhoneDesk.reading(log("49"), PhoneDesk.delivery(body, door: .agent)).events.first)
    #expect(event.contact == ContactCard(id: number) && event.call?.from == number)
  }

  @Test("beginnings of numbers mean those of the country too where no prefix is dialled")
  func beginnings() throws {
    let rejects = { (pattern: JSON, caller: String, country: String) -> Bool in
      let adapter = try PhoneDesk.adapter(
        ZammadCTI.self, [JSON.Member("token", "t"), JSON.Member("block_caller_ids", [pattern])], country: country)
      let body = #"{"event":"newCall","from":"\#(caller)","to":"864005550199","direction":"in","callId":"1"}"#
      let delivery = PhoneDesk.delivery(body, path: "/t", type: "application/json")
      return try PhoneDesk.reading(adapter, delivery).events.first?.call?.disposition == .blocked
    }
    #expect(try rejects("138*", "13800138000", "86") && rejects("138*", "+86 138 0013 8000", "86"))
    #expect(try rejects("+86138*", "13800138000", "86") && rejects("*", "13800138000", "86"))
    #expect(try rejects("010*", "01088888888", "86") && !rejects("10*", "01088888888", "86"))
    #expect(try !rejects("221*", "02214710334", "49") && rejects("0221*", "02214710334", "49"))
    #expect(try rejects("anonymous*", "anonymous", "86") && !rejects("anonymous*", "13800138000", "86"))
  }

  @Test("numbers typed into the form are read for its country, without one only those with +")
  func form() throws {
    let claimed = { (phone: String, country: JSON?) -> String? in
      let settings: JSON = country.map { ["default_country_code": $0] } ?? [:]
      let (values, problems) = SettingValues.check(settings, against: WebForm.settings)
      #expect(problems.isEmpty)
      let body = "text=hi&email=a%40b.cd&phone=\(FormFields.encode(phone))"
      let delivery = PhoneDesk.delivery(body, type: "application/x-www-form-urlencoded")
      return try PhoneDesk.reading(WebForm(values), delivery).events.first?.contact.phone
    }
    #expect(try claimed("138 0013 8000", "86") == "+8613800138000")
    #expect(try claimed("13800138000", nil) == nil)
    for country in [nil, "86", "49"] as [JSON?] {
      #expect(try claimed("+86 138 0013 8000", country) == "+8613800138000")
      #expect(try claimed("0086 138 0013 8000", country) == "+8613800138000")
      #expect(
        try claimed("+86 123", country) == nil && claimed("call me", country) == nil && claimed("-", country) == nil)
    }
    #expect(try claimed("020 7183 8750", "44") == "+442071838750" && claimed("12028831111", "44") == nil)
  }
}
