import Routing
import Setup
import Testing

@Suite("Days of a queue") struct QueueDaysTests {
  private static let head = """
    desk:
      title: {zh: 客服, en: Service}
      languages: [zh, en]
      time_zone: Asia/Shanghai
      variables: {zh: {company: 公司}, en: {company: Company}}
    triage: triage
    queues:
      payments: {hours: hotline

    """

  private func payments(_ keys: String) throws -> QueueDefinition {
    var desk = SmallDesk()
    desk.files["channels/routing/queues.yaml"] =
      String(Self.head.dropLast()) + "\(keys)}\n  triage: {}\n"
    return try #require(desk.load().table.queue("payments"))
  }

  @Test("how long a conversation can be reopened and a silence may last is each queue's own")
  func days() throws {
    let standard = try payments("")
    #expect((standard.reopenDays, standard.topicDays) == (14, 7))
    let own = try payments(", reopen_days: 30, topic_days: 0")
    #expect((own.reopenDays, own.topicDays) == (30, 0))
    for wrong in ["reopen_days: -1", "reopen_days: 4000", "topic_days: soon", "reopen_day: 3"] {
      #expect(throws: (any Error).self, "\(wrong)") { try payments(", \(wrong)") }
    }
  }
}
