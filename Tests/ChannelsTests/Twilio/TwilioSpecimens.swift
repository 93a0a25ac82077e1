import Channels
import Conversations

/// Twilio's adapters for the conformance suite. The signature covers a form's decoded parameters, not its bytes:
/// another spelling of the same percent-encoding is as genuine.
extension Specimen {
  static let twilio: [Specimen] = [
    Specimen(
      kind: TwilioSMS.kind, proof: .header("X-Twilio-Signature", coversBody: false), settings: TwilioDesk.settings([]),
      deliveries: [
        TwilioDesk.delivery([
          ("MessageSid", "SM1"), ("AccountSid", "AC42"), ("From", "whatsapp:+14155550111"),
          ("To", "whatsapp:+12025550100"), ("Body", "你好 & +"), ("NumMedia", "1"), ("MediaUrl0", "https://a.example/0"),
          ("MediaContentType0", "image/png"), ("Latitude", "1.5"), ("Longitude", "2"), ("ProfileName", "Ana"),
        ]),
        TwilioDesk.delivery(
          [("MessageSid", "SM2"), ("MessageStatus", "failed"), ("ErrorCode", "30003")], path: "/status"),
      ]),
    Specimen(
      kind: TwilioVoice.kind, proof: .header("X-Twilio-Signature", coversBody: false),
      settings: TwilioDesk.settings([]),
      deliveries: [
        TwilioDesk.delivery([
          ("CallSid", "CA1"), ("AccountSid", "AC42"), ("From", "+14155550111"), ("To", "+12025550100"),
          ("CallStatus", "completed"), ("CallDuration", "12"), ("Timestamp", "Thu, 20 Aug 2026 09:05:00 +0000"),
        ]),
        TwilioDesk.delivery([
          ("CallSid", "CA2"), ("RecordingSid", "RE1"), ("RecordingUrl", "https://a.example/RE1"),
          ("RecordingDuration", "5"),
        ]),
      ]),
  ]
}
