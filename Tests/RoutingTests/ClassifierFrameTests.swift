import Conversations
import Routing
import Testing

@Suite("Classifier: what stands around the matter")
struct ClassifierFrameTests {
  private static let shared = Result {
    var training = ClassifierTraining()
    training.isFramed = true
    let thanks = ["thank you very much", "thanks, bye", "have a nice day", "谢谢", "谢谢你们", "祝你们生活愉快"]
    return try training.train(ClassifierTests.examples + thanks.map { (label: "thanks", text: $0) })
  }

  private static func best(_ text: String) throws -> String? {
    let model = try shared.get()
    var session = TextModelSession(model)
    return session.scores(text, most: 1).first.map { model.labels[$0.label] }
  }

  @Test(
    "greetings, thanks and numbers do not hide it",
    arguments: [
      ("my password is refused on my phone", "login"), ("please refund order 12", "refund"),
      ("what are your hours on sunday", "hours"), ("我登录不了", "login"), ("请把钱退给我", "refund"), ("周末营业吗", "hours"),
    ])
  func framed(text: String, label: String) throws {
    for frame in ["{}, thank you very much", "Hello there! {} Kind regards, Kim", "您好，{}，谢谢你们", "{} [card •••• 1 #x]"] {
      #expect(try Self.best(frame.replacing("{}", with: text)) == label, "\(frame)")
    }
  }

  @Test("alone they are what they are")
  func alone() throws {
    #expect(try Self.best("thank you very much") == "thanks")
    #expect(try Self.best("谢谢你们") == "thanks")
  }

  @Test("equal texts and seed give an equal file")
  func deterministic() throws {
    var training = ClassifierTraining()
    training.isFramed = true
    let examples = ClassifierTests.examples
    #expect(try training.train(examples).fileBytes == training.train(examples).fileBytes)
  }

  @Test("a redaction token changes no confidence")
  func tokens() throws {
    var session = TextModelSession(try Self.shared.get())
    let scores = session.scores("Refund to card [card •••• 6478 #ep5rzwdi] please", most: 4)
    #expect(scores == session.scores("Refund to card [card •••• 4949 #49ph49ph] please", most: 4))
  }
}
