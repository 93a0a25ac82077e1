import Channels
import Conversations

/// Telephone adapters for the conformance suite: one line in `telephone` for each.
extension Specimen {
  static let telephone: [Specimen] = [zammad, asterisk, placetel, sipgate, freeSwitch, threeCX]

  private static let zammad = Specimen(
    kind: ZammadCTI.kind, proof: .path, settings: PhoneDesk.settings([JSON.Member("token", "url-token")]),
    deliveries: [
      PhoneDesk.delivery(
        #"{"event":"newCall","from":"493012345678","to":"492214710334","direction":"in","callId":"1","user":"Ana"}"#,
        path: "/url-token", type: "application/json"),
      PhoneDesk.delivery(
        "event=hangup&from=anonymous&to=02214710334&direction=in&call_id=2&cause=normalClearing", path: "/url-token",
        type: "application/x-www-form-urlencoded"),
    ])

  private static let asterisk = Specimen(
    kind: Asterisk.kind, proof: .header("Authorization", coversBody: false),
    settings: PhoneDesk.settings([JSON.Member("bearer_token", "collector")]),
    deliveries: [
      PhoneDesk.delivery(
        #""","03012345678","02214710334","from-trunk","""Ana ""<03012345678>","a","b","Dial","x","#
          + #""2026-08-20 09:00:00",,"2026-08-20 09:00:20",20,0,"NO ANSWER","DOCUMENTATION","1787216400.7","""#,
        headers: [("Authorization", "Bearer collector")])
    ])

  private static let placetel: Specimen = {
    let body = "event=IncomingCall&from=03012345678&to=02214710334&call_id=p1"
    let signature = Signatures.hex(Signatures.hmac(.sha256, secret: Secret("between us"), over: Array(body.utf8)))
    return Specimen(
      kind: Placetel.kind, proof: .header("X-PLACETEL-SIGNATURE", coversBody: true),
      settings: PhoneDesk.settings([JSON.Member("shared_secret", "between us")]),
      deliveries: [
        PhoneDesk.delivery(
          body, type: "application/x-www-form-urlencoded", headers: [("X-PLACETEL-SIGNATURE", signature)])
      ])
  }()

  private static let sipgate = Specimen(
    kind: Sipgate.kind, proof: .header("X-Sipgate-Signature", coversBody: true),
    settings: PhoneDesk.settings([
      JSON.Member("public_key", .string(SipgateTests.key)),
      JSON.Member("public_url", "https://desk.example/hooks/sipgate"),
    ]),
    deliveries: [
      PhoneDesk.delivery(
        SipgateTests.newCall, type: "application/x-www-form-urlencoded",
        headers: [("X-Sipgate-Signature", SipgateTests.newCallSignature)])
    ])

  private static let freeSwitch: Specimen = {
    let header = [("Authorization", "Basic " + Signatures.write(Array("switch:secrets".utf8), as: .base64))]
    return Specimen(
      kind: FreeSwitch.kind, proof: .header("Authorization", coversBody: false),
      settings: PhoneDesk.settings([JSON.Member("basic_user", "switch"), JSON.Member("basic_password", "secrets")]),
      deliveries: [
        PhoneDesk.delivery(
          #"{"variables":{"uuid":"6a6f-1","caller_id_name":"Ana%20Lim","start_epoch":"1787216400","billsec":"0"},"#
            + #""callflow":[{"caller_profile":{"caller_id_number":"03012345678","destination_number":"02214710334"}}]}"#,
          type: "application/json", headers: header),
        PhoneDesk.delivery(
          "cdr=%3Ccdr%20a%3D%22b%22%3E%3Cvariables%3E%3Cuuid%3E6a6f-2%3C%2Fuuid%3E%3Ccaller_id_number%3E03012345678"
            + "%3C%2Fcaller_id_number%3E%3C%2Fvariables%3E%3C%2Fcdr%3E",
          type: "application/x-www-form-urlencoded", headers: header),
      ])
  }()

  private static let threeCX = Specimen(
    kind: ThreeCX.kind, proof: .header("Authorization", coversBody: false),
    settings: PhoneDesk.settings([JSON.Member("bearer_token", "collector")]),
    deliveries: [
      PhoneDesk.delivery(
        "Call 7,00A,00:02:00,2026/08/20 09:00:00,,2026/08/20 09:02:08,NoAnswer,03012345678,02214710334,1,2,,,Ext.1,1\r\n",
        headers: [("Authorization", "Bearer collector")])
    ])
}
