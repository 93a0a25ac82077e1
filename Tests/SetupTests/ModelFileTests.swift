import Routing
import Setup
import Testing

@Suite("The classifier's file beside categories.yaml")
struct ModelFileTests {
  static let categories = """
    fallback: other
    model: desk.model
    urgent_confidence: 30%
    categories:
      refund: {queue: payments, min_confidence: 70%, keywords: {zh: [退款], en: [refund]}}
      other: {queue: triage}

    """
  static let examples = """
    label,text
    refund,I want my money back please
    refund,请把钱退给我
    refund,the goods came broken and I want my money back
    other,hello there
    other,谢谢你们
    other,good morning to all of you

    """

  /// A desk with examples, and the model that `patchbay train` would write.
  private func desk(_ categories: String = categories, examples: String = examples, trained: Bool = true) throws
    -> SmallDesk
  {
    var desk = SmallDesk(SmallDesk.categories, categories)
    desk.files["channels/routing/examples/mine.csv"] = examples
    guard trained else { return desk }
    let training = try #require(try DeskTraining.read(directory: SmallDesk.folder, disk: desk.disk))
    #expect(training.modelPath == "\(SmallDesk.folder)/channels/routing/desk.model")
    desk.bytes["channels/routing/desk.model"] = try ClassifierTraining().train(training.texts).fileBytes
    return desk
  }

  @Test("examples and keywords are what it is trained from")
  func texts() throws {
    let training = try #require(try DeskTraining.read(directory: SmallDesk.folder, disk: try desk(trained: false).disk))
    #expect(training.texts.count == 8)
    #expect(training.texts.contains { $0.label == "refund" && $0.text == "退款" })
    #expect(try DeskTraining.read(directory: SmallDesk.folder, disk: SmallDesk().disk) == nil)
  }

  @Test("words of rules teach it where they decide alone, and only there")
  func rules() throws {
    let rules = """
      rules:
        - {name: plain, when: {any_words: [chargeback, 退单]}, then: {category: refund}}
        - {name: asking, when: {any_words: [lawyer], likely: {refund: 10%}}, then: {category: refund}}
        - {name: bounded, when: {any_words: [bank], none_words: [river]}, then: {category: refund}}
        - {name: silent, when: {any_words: [urgent]}, then: {priority: high}}
      categories:
      """
    let desk = try desk(Self.categories.replacing("categories:", with: rules), trained: false)
    let training = try #require(try DeskTraining.read(directory: SmallDesk.folder, disk: desk.disk))
    let texts = training.texts.suffix(2)
    #expect(texts.map(\.text) == ["chargeback", "退单"] && texts.map(\.label) == ["refund", "refund"])
    #expect(training.texts.count == 10)
  }

  @Test("a model is not called a stranger where what names it cannot be read")
  func strangers() throws {
    let stranger = "channels/routing/desk.model: nothing reads this file"
    func told(_ categories: String) throws -> Bool {
      var desk = try desk()
      desk.files[SmallDesk.categories] = categories
      let complaints = desk.complaints
      #expect(!complaints.isEmpty)
      return complaints.contains(stranger)
    }
    #expect(try !told(Self.categories + "\tx: 1\n"))
    #expect(try !told(Self.categories.replacing("desk.model", with: "dekc.model")))
    #expect(try !told(Self.categories.replacing("desk.model", with: "../desk.model")))
    #expect(try told(Self.categories.replacing("model: desk.model\n", with: "")))
  }

  @Test("the router asks it, and the version follows it")
  func used() throws {
    let desk = try desk()
    #expect(desk.check().isClean, "\(desk.complaints)")
    let configuration = try desk.load()
    #expect(configuration.table.classifier != nil)
    #expect(configuration.table.urgentConfidence == 0.3)
    #expect(configuration.table.category("refund")?.minConfidence == 0.7)
    var other = desk
    let texts = try #require(try DeskTraining.read(directory: SmallDesk.folder, disk: desk.disk)).texts
    other.bytes["channels/routing/desk.model"] = try ClassifierTraining(seed: 2).train(texts).fileBytes
    #expect(try other.load().version != configuration.version)
  }

  @Test("one that is missing, damaged or of other categories is a problem with its remedy")
  func problems() throws {
    var missing = try desk()
    missing.bytes["channels/routing/desk.model"] = nil
    #expect(missing.complaints.contains("there is no file channels/routing/desk.model"))
    #expect(missing.complaints.contains("patchbay train"))
    var damaged = try desk()
    damaged.bytes["channels/routing/desk.model"]?[100] ^= 1
    #expect(damaged.complaints.contains("damaged"))
    var strange = try desk()
    strange.bytes["channels/routing/desk.model"] = try ClassifierTraining().train([
      ("refund", "money back"), ("weather", "rain"),
    ]).fileBytes
    #expect(strange.complaints.contains("`weather`, which is no category here"))
    #expect(
      SmallDesk(SmallDesk.categories, Self.categories.replacing("desk.model", with: "../x")).complaints.contains(
        "the name of a file beside this one"))
  }

  @Test("one that is older than its examples is told of, and works")
  func stale() throws {
    var desk = try desk()
    desk.files["channels/routing/examples/mine.csv"]? += "refund,where is my refund\n"
    #expect(desk.check().isClean)
    #expect(
      desk.complaints.contains("examples, keywords or any_words of rules have changed since the model was trained"))
  }

  @Test("a row of no category is told with file and line")
  func rows() throws {
    let desk = try desk(examples: Self.examples + "refnud,money\n", trained: false)
    #expect(desk.complaints.contains("channels/routing/examples/mine.csv:8"))
    #expect(desk.complaints.contains("did you mean `refund`?"))
    #expect(throws: ConfigurationProblems.self) {
      try DeskTraining.read(directory: SmallDesk.folder, disk: desk.disk)
    }
    #expect(try self.desk(examples: "label,text\nrefund,\"x\n", trained: false).complaints.contains("never closed"))
  }
}
