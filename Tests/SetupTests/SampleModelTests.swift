import Conversations
import Foundation
import Routing
import Setup
import Testing

/// The sample desk's classifier on messages that it was not trained from.
@Suite("The sample desk's model")
struct SampleModelTests {
  private static let heldOut: [(label: String, text: String)] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/held-out.csv")
    guard let bytes = FileManager.default.contents(atPath: path.path), let table = try? LabelledCSV(Array(bytes)),
      let labels = try? table.column("label"), let texts = try? table.column("text")
    else { return [] }
    return Array(zip(labels, texts)).map { (label: $0.0, text: $0.1) }
  }()

  private static func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) }
  }

  private func table() throws -> RoutingTable {
    try Configuration.load(directory: SampleDeskTests.root, environment: [:], secrets: .checking).table
  }

  @Test("was made from the examples and keywords that stand beside it")
  func source() throws {
    let training = try #require(try DeskTraining.read(directory: SampleDeskTests.root))
    let model = try #require(try table().classifier as? TextModel)
    #expect(model.source == ClassifierTraining.fingerprint(training.texts))
    #if !DEBUG
      // Seconds with the optimiser, minutes without.
      #expect(try DeskTraining.trainer().train(training.texts).version == model.version)
    #endif
  }

  @Test("has 120 examples and more of each category, half of each language")
  func examples() throws {
    let training = try #require(try DeskTraining.read(directory: SampleDeskTests.root))
    let keywords = Set(try table().categories.flatMap(\.keywords))
    for category in try table().categories {
      let own = training.texts.filter { $0.label == category.name && !keywords.contains($0.text) }
      let chinese = own.count { Self.isChinese($0.text) }
      #expect(chinese >= 60 && own.count - chinese >= 60, "\(category.name): \(chinese) of \(own.count)")
    }
  }

  @Test("shares no text with what it is measured on")
  func apart() throws {
    let training = try #require(try DeskTraining.read(directory: SampleDeskTests.root))
    let known = Set(training.texts.map { TextFolding.fold($0.text) })
    #expect(Self.heldOut.count == 220)
    #expect(Self.heldOut.filter { known.contains(TextFolding.fold($0.text)) }.count <= 2)
  }

  @Test("is right on four of five and more, in both languages; those above the threshold nearly always")
  func measured() throws {
    let router = Router(try table())
    let open = try #require(Instant(rfc3339: "2026-03-09T10:00:00+08:00"))
    for isChinese in [true, false] {
      let part = Self.heldOut.filter { Self.isChinese($0.text) == isChinese }
      let decisions = part.map { item in
        router.route(RoutingInput(channel: "x", kind: ChannelKind("email"), text: item.text), now: open)
      }
      let right = zip(part, decisions).filter { $0.0.label == $0.1.category }
      let sure = zip(part, decisions).filter { $0.1.confidence >= router.table.minConfidence }
      #expect(right.count * 100 >= part.count * 80)
      #expect(sure.count * 100 >= part.count * 60)
      #expect(sure.filter { $0.0.label == $0.1.category }.count * 100 >= sure.count * 92)
      for (item, decision) in zip(part, decisions) where item.label == "fraud" {
        #expect(decision.alert && ["security", "triage"].contains(decision.queue), "\(item.text)")
      }
    }
  }

  /// What people write around their matter, by language.
  private static let frames: [(chinese: String, english: String)] = [
    ("{}，谢谢", "{} Thank you."),
    (
      "您好，\n{}\n谢谢！\n张伟 13812345678\n发自我的iPhone",
      "Hello,\n\n{}\n\nKind regards,\nJohn Smith\n+44 7700 900123\nSent from my iPhone"
    ),
    ("{}，我的邮箱是wangwei88@qq.example", "{} My email is j.smith@mail.example"),
    ("{} 订单号20261130884213", "{} Order 20261130884213"),
    ("{}，金额368元", "{} It was 42.50 dollars."),
    ("{} 卡号[card •••• 6478 #ep5rzwdi]", "{} Card [card •••• 6478 #ep5rzwdi]"),
    ("{} 卡号[card •••• 4949 #49ph49ph]", "{} Card [card •••• 4949 #49ph49ph]"),
  ]

  @Test("harmless words and numbers beside a message change little, and hide no fraud", arguments: [true, false])
  func framed(isChinese: Bool) throws {
    let router = Router(try table())
    let open = try #require(Instant(rfc3339: "2026-03-09T10:00:00+08:00"))
    let part = Self.heldOut.filter { Self.isChinese($0.text) == isChinese }
    func decisions(_ frame: String) -> [RoutingDecision] {
      part.map { item in
        let text = frame.replacing("{}", with: item.text)
        return router.route(RoutingInput(channel: "x", kind: ChannelKind("email"), text: text), now: open)
      }
    }
    func right(_ decisions: [RoutingDecision]) -> Int { zip(part, decisions).count { $0.label == $1.category } }
    let bare = right(decisions("{}"))
    for frame in Self.frames.map({ isChinese ? $0.chinese : $0.english }) {
      let framed = decisions(frame)
      #expect(right(framed) * 100 >= (bare * 100) - part.count * 6, "\(frame): \(right(framed)) of \(bare)")
      for (item, decision) in zip(part, framed) where item.label == "fraud" {
        #expect(decision.alert && ["security", "triage"].contains(decision.queue), "\(frame) \(item.text)")
      }
    }
  }
}
