import Channels
import Conversations
import Testing

@Suite("FreeSWITCH's call records")
struct FreeSwitchTests {
  private let adapter: FreeSwitch

  init() throws {
    adapter = try PhoneDesk.adapter(
      FreeSwitch.self,
      [
        JSON.Member("basic_user", "switch"), JSON.Member("basic_password", "secret"),
        JSON.Member("cdr_timezone", "Asia/Shanghai"),
      ])
  }

  private func delivery(_ body: String, type: String = "application/json", query: String = "") -> RawDelivery {
    let credentials = Signatures.write(Array("switch:secret".utf8), as: .base64)
    return PhoneDesk.delivery(body, query: query, type: type, headers: [("Authorization", "Basic \(credentials)")])
  }

  private func variables(
    _ own: [String: String] = [:], from: String = "03012345678", to: String = "02214710334"
  ) -> [(key: String, value: String)] {
    [
      "uuid": "6a6f-1", "direction": "inbound", "caller_id_name": "Ana%20Lim", "caller_id_number": from,
      "destination_number": to, "start_epoch": "1787216400", "answer_epoch": "1787216408", "end_epoch": "1787216528",
      "billsec": "120", "hangup_cause": "NORMAL_CLEARING",
    ].merging(own) { _, new in new }.sorted { $0.key < $1.key }
  }

  private func json(_ variables: [(key: String, value: String)]) -> String {
    let members = variables.map { JSON.Member($0.key, .string($0.value)) }
    return JSON.object([JSON.Member("variables", .object(members))]).description
  }

  private func xml(_ variables: [(key: String, value: String)]) -> String {
    let inner = variables.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined()
    return "<?xml version=\"1.0\"?>\n<cdr core-uuid='c'><variables>\(inner)</variables></cdr>\n"
  }

  @Test("JSON and XML, plain, urlencoded and in base64, say the same")
  func encodings() throws {
    let (json, xml) = (json(variables()), xml(variables()))
    let base64 = "application/x-www-form-base64-encoded"
    let form = "application/x-www-form-urlencoded"
    let bodies = [json, xml].flatMap { record in
      [
        (record, "text/xml"), ("cdr=\(record)", "application/x-www-form-plaintext"),
        ("cdr=\(FormFields.encode(record))", form),
        ("cdr=" + Signatures.write(Array(record.utf8), as: .base64), base64),
      ]
    }
    for (body, type) in bodies {
      let event = try #require(try PhoneDesk.reading(adapter, delivery(body, type: type)).events.first)
      #expect(event.externalID == "6a6f-1" && event.contact.name == "Ana Lim")
      #expect(event.threadKey == "phone:+492214710334:+493012345678")
      #expect(event.sentAt?.rfc3339 == "2026-08-20T09:02:08Z")
      #expect(event.call?.startedAt?.rfc3339 == "2026-08-20T09:00:00Z" && event.call?.durationSeconds == 120)
    }
  }

  @Test(
    "a call that nobody answered ended by its cause",
    arguments: [
      ("USER_BUSY", CallRecord.Disposition.busy), ("ORIGINATOR_CANCEL", .canceled), ("CALL_REJECTED", .noAnswer),
      ("NORMAL_CLEARING", .noAnswer), ("NO_ROUTE_DESTINATION", .failed),
    ])
  func causes(cause: String, expected: CallRecord.Disposition) throws {
    let body = json(variables(["hangup_cause": cause, "answer_epoch": "0", "billsec": "0"]))
    #expect(try PhoneDesk.reading(adapter, delivery(body)).events.first?.call?.disposition == expected)
  }

  @Test("our own number tells the direction of a call, a leg to a telephone inside is no call of its own")
  func directions() throws {
    let dialled = json(variables(from: "02214710334", to: "03012345678"))
    #expect(try PhoneDesk.reading(adapter, delivery(dialled)).events.first?.direction == .outboundEcho)
    let shown = json(variables(["direction": "outbound"], from: "02219999999", to: "03012345678"))
    #expect(try PhoneDesk.reading(adapter, delivery(shown)).events.first?.direction == .outboundEcho)
    let inner = json(variables(["direction": "outbound"], to: "100"))
    #expect(try PhoneDesk.reading(adapter, delivery(inner)).events.isEmpty)
  }

  @Test("numbers may stand in the caller profile only, and the uuid in the query")
  func profile() throws {
    let body = #"""
      {"variables":{"billsec":"0"},"callflow":[{"caller_profile":{"caller_id_number":"03012345678",
      "destination_number":"02214710334"}}]}
      """#
    let event = try PhoneDesk.reading(adapter, delivery(body, query: "uuid=a_6a6f-2")).events.first
    #expect(event?.externalID == "6a6f-2" && event?.contact.id == "+493012345678")
    #expect(PhoneDesk.refusal(adapter, delivery(body)) == 400)
  }

  @Test("CSV lines of the default and of the asterisk template, their times in the exchange's zone")
  func csv() throws {
    let standard =
      #""Ana","03012345678","02214710334","default","2026-08-20 17:00:00","","2026-08-20 17:00:20","20","0","USER_BUSY","u1","", """#
    let asterisk =
      #""","03012345678","02214710334","default","c","a","b","bridge","x","2026-08-20 17:00:00","2026-08-20 17:00:05","#
      + #""2026-08-20 17:00:20","20","15","NORMAL_CLEARING","","u2","""#
    let reading = try PhoneDesk.reading(
      adapter, delivery("uuid,direction\n\(standard)\n\(asterisk)\n", type: "text/csv"))
    #expect(reading.events.map(\.externalID) == ["u1", "u2"])
    #expect(reading.events.map(\.call?.disposition) == [.busy, .completed])
    #expect(reading.events.map { $0.sentAt?.rfc3339 } == ["2026-08-20T09:00:20Z", "2026-08-20T09:00:20Z"])
    #expect(reading.ignored.count == 1)
  }

  @Test("another password, broken encodings and documents with declarations are turned away")
  func refusals() {
    let wrong = Signatures.write(Array("switch:guess".utf8), as: .base64)
    let stranger = PhoneDesk.delivery(json(variables()), headers: [("Authorization", "Basic \(wrong)")])
    #expect(PhoneDesk.refusal(adapter, stranger) == 401)
    #expect(PhoneDesk.refusal(adapter, delivery("cdr=***", type: "application/x-www-form-base64-encoded")) == 400)
    let declared = xml(variables()).replacing("<cdr", with: "<!DOCTYPE cdr [<!ENTITY e \"x\">]><cdr")
    for body in [declared, "cdr=", "<cdr>", "<other/>", "{}", "[]", "{\"variables\":7}"] {
      #expect(PhoneDesk.refusal(adapter, delivery(body, type: "text/plain")) == 400)
    }
  }
}
