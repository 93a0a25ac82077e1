import Channels
import Conversations
import Testing

@Suite("Messaging windows") struct MessagingWindowTests {
  private static let last = Instant(seconds: 1_794_794_400)
  private static let hour: Int64 = 3600

  @Test(
    "each stage holds to its last second and no longer",
    arguments: [
      (MessagingWindow.meta, 24 * hour, MessagingWindow.Permission.anyone, MessagingWindow.Permission.nobody),
      (.metaWithHumanAgent, 24 * hour, .anyone, .humansOnly),
      (.metaWithHumanAgent, 7 * 24 * hour, .humansOnly, .nobody),
      (.whatsApp, 24 * hour, .anyone, .templateOnly), (.twoDays, 48 * hour, .anyone, .nobody),
      (.douyin, 24 * hour, .anyone, .nobody),
    ])
  func boundaries(
    window: MessagingWindow, seconds: Int64, before: MessagingWindow.Permission, after: MessagingWindow.Permission
  ) {
    let end = Self.last.adding(seconds: seconds)
    let permission = { (now: Instant) in window.permission(lastInboundAt: Self.last, now: now) }
    #expect(permission(end.adding(seconds: -1)) == before)
    #expect(permission(end) == before)
    #expect(permission(end.adding(microseconds: 1)) == after)
    #expect(permission(end.adding(seconds: 1)) == after)
  }

  @Test("mail has no window, and whoever has never written has opened none")
  func open() {
    let later = Self.last.adding(seconds: 365 * 86_400)
    #expect(MessagingWindow.unlimited.permission(lastInboundAt: Self.last, now: later) == .anyone)
    #expect(MessagingWindow.unlimited.permission(lastInboundAt: nil, now: later) == .anyone)
    #expect(MessagingWindow.metaWithHumanAgent.permission(lastInboundAt: nil, now: later) == .nobody)
    #expect(MessagingWindow.whatsApp.permission(lastInboundAt: nil, now: later) == .templateOnly)
  }

  @Test("a clock that runs behind opens nothing and closes nothing")
  func behind() {
    #expect(MessagingWindow.meta.permission(lastInboundAt: Self.last, now: Self.last.adding(seconds: -60)) == .anyone)
  }

  @Test("each adapter tells the window of its conversations")
  func adapters() throws {
    let twilio = try #require(Specimen.all.first { $0.kind == TwilioSMS.kind })
    #expect(try Specimen.messenger.adapter().window(ofThread: "messenger:1:2") == .metaWithHumanAgent)
    #expect(try Specimen.facebookComments.adapter().window(ofThread: "facebook_comment:1:2:3") == .unlimited)
    #expect(try Specimen.whatsApp.adapter().window(ofThread: "whatsapp:1:2") == .whatsApp)
    #expect(try Specimen.weibo.adapter().window(ofThread: "weibo:1:2") == .twoDays)
    #expect(try Specimen.douyin.adapter().window(ofThread: "douyin:1:2") == .douyin)
    #expect(try Specimen.telegram.adapter().window(ofThread: "telegram:1:2") == .unlimited)
    #expect(try twilio.adapter().window(ofThread: "whatsapp:+1:+2") == .whatsApp)
    #expect(try twilio.adapter().window(ofThread: "sms:+1:+2") == .unlimited)
  }
}
