import Channels
import Conversations

/// Telephone adapters for the conformance suite: one line in `telephone` for each.
extension Specimen {
  static let telephone: [Specimen] = [zammad, asterisk, placetel, sipgate]

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
}
