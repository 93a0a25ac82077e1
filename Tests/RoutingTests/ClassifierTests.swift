import Conversations
import Routing
import Testing

@Suite("Classifier")
struct ClassifierTests {
  /// A few dozen sentences per label from parts, in both languages.
  static let examples: [(label: String, text: String)] = {
    let parts: [(String, [String], [String])] = [
      (
        "refund", ["I want my money back", "please refund", "send the payment back", "我要退款", "请把钱退给我"],
        ["for order 12", "it never arrived", "it was broken", "货没收到", "东西坏了"]
      ),
      (
        "login", ["I cannot log in", "my password is refused", "the login page fails", "我登录不了", "密码一直不对"],
        ["since monday", "on my phone", "with the right code", "从昨天开始", "手机上也不行"]
      ),
      (
        "hours", ["when do you open", "are you open on sunday", "what are your hours", "你们几点上班", "周末营业吗"],
        ["next week", "in the morning", "on holidays", "国庆节的时候", "晚上呢"]
      ),
    ]
    return parts.flatMap { label, heads, tails in
      heads.flatMap { head in tails.map { (label: label, text: "\(head) \($0)") } }
    }
  }()

  private static let shared = Result { try ClassifierTraining().train(examples) }

  static func model() throws -> TextModel { try shared.get() }

  @Test(
    "unseen words of both languages find their label",
    arguments: [
      ("can I have a refund? the parcel was broken", "refund"), ("快点退款给我", "refund"),
      ("login with my password fails", "login"), ("登录不了怎么办", "login"), ("what hours are you open", "hours"),
      ("你们周末几点上班", "hours"), ("我要退錢，請退款", "refund"),
    ])
  func findsLabels(text: String, label: String) throws {
    let model = try Self.model()
    var session = TextModelSession(model)
    let best = try #require(session.scores(text, most: 1).first)
    #expect(model.labels[best.label] == label)
  }

  @Test("confidences are sorted and make one in sum")
  func sums() throws {
    var session = TextModelSession(try Self.model())
    let scores = session.scores("I cannot log in, give my money back", most: 9)
    #expect(scores.count == 3)
    #expect(abs(scores.reduce(0) { $0 + $1.confidence } - 1) < 1e-4)
    #expect(scores.map(\.confidence) == scores.map(\.confidence).sorted(by: >))
  }

  @Test("a text without a known word is less sure than a clear one")
  func unknown() throws {
    var session = TextModelSession(try Self.model())
    let odd = try #require(session.scores("zxqv ŵŵŵ 龘龘", most: 1).first)
    let clear = try #require(session.scores("my password is refused on my phone", most: 1).first)
    #expect(odd.confidence < 0.6)
    #expect(clear.confidence > odd.confidence + 0.2)
  }

  @Test("equal texts and seed give an equal file, another seed may not change an answer's label")
  func deterministic() throws {
    let (first, second) = (try Self.model(), try ClassifierTraining().train(Self.examples))
    let other = try ClassifierTraining(seed: 9).train(Self.examples)
    #expect(first.fileBytes == second.fileBytes)
    var sessions = (TextModelSession(first), TextModelSession(other))
    for example in Self.examples {
      #expect(
        sessions.0.scores(example.text, most: 1).first?.label == sessions.1.scores(example.text, most: 1).first?.label)
    }
  }

  @Test("many labels: the best of all lanes are found in order")
  func manyLabels() throws {
    let examples = (0..<21).flatMap { label in
      (0..<6).map { (label: "l\(label)", text: "word\(label) topic\(label) extra\($0) \(label * 37)") }
    }
    let model = try ClassifierTraining().train(examples)
    var session = TextModelSession(model)
    for label in 0..<21 {
      let scores = session.scores("word\(label) topic\(label)", most: 21)
      #expect(scores.first.map { model.labels[$0.label] } == "l\(label)")
      #expect(Set(scores.map(\.label)).count == 21)
      #expect(session.scores("word\(label) topic\(label)", most: 4) == Array(scores.prefix(4)))
    }
  }

  @Test("a quick model is smaller and knows the texts it was made of")
  func quick() throws {
    let quick = try ClassifierTraining(isQuick: true).train(Self.examples)
    #expect(quick.fileBytes.count * 3 < (try Self.model()).fileBytes.count * 2)
    var session = TextModelSession(quick)
    for example in Self.examples {
      #expect(session.scores(example.text, most: 1).first.map { quick.labels[$0.label] } == example.label)
    }
    #expect(session.scores("refund", most: 0).isEmpty)
  }

  @Test("nets of several seeds are averaged: another seed moves the confidence of unseen texts but little")
  func averaged() throws {
    let (one, other) = (try Self.model(), try ClassifierTraining(seed: 9).train(Self.examples))
    var sessions = (TextModelSession(one), TextModelSession(other))
    let texts = [
      "the parcel was broken, refund", "login on my phone fails", "open on monday?", "退款没收到", "密码不对", "晚上营业吗",
    ]
    let moved = try texts.map { text in
      let best = try #require(sessions.0.scores(text, most: 1).first)
      let same = try #require(sessions.1.scores(text, most: 3).first { $0.label == best.label })
      return abs(best.confidence - same.confidence)
    }
    #expect(moved.allSatisfy { $0 < 0.15 }, "\(moved)")
    #expect(moved.reduce(0, +) / Double(moved.count) < 0.05, "\(moved)")
  }

  @Test("of what it knows for sure it is sure")
  func certain() throws {
    let model = try Self.model()
    var session = TextModelSession(model)
    let sure = Self.examples.count { (session.scores($0.text, most: 1).first?.confidence ?? 0) > 0.95 }
    #expect(sure * 10 >= Self.examples.count * 9)
  }

  @Test("few texts: a word that was seen once is known")
  func seenOnce() throws {
    let examples = (0..<8).flatMap { row in
      ["refund", "login"].map { (label: $0, text: "\($0) \($0)word\(row)\(row)") }
    }
    let model = try ClassifierTraining().train(examples)
    var session = TextModelSession(model)
    let best = try #require(session.scores("loginword55", most: 1).first)
    #expect(model.labels[best.label] == "login")
    #expect(model.influences("loginword55", on: best.label, most: 50).contains { $0.feature == "loginword55" })
  }

  @Test("the strongest features are words of the text")
  func explains() throws {
    let model = try Self.model()
    let label = try #require(model.labels.firstIndex(of: "login"))
    let english = model.influences("my password is refused", on: label, most: 6)
    #expect(english.contains { $0.amount > 0 && $0.feature.contains("password") })
    #expect(english.allSatisfy { !$0.feature.isEmpty })
    let chinese = model.influences("密码一直不对", on: label, most: 6)
    #expect(chinese.contains { $0.amount > 0 && "密码一直不对".contains($0.feature) })
  }

  @Test("the router takes the model's scores and names the model")
  func classifying() throws {
    let model = try Self.model()
    let found = model.classify(
      RoutingInput(channel: "mail", kind: ChannelKind("email"), subject: "refund", text: "money back please"))
    #expect(found.scores.first?.category == "refund")
    #expect(!found.evidence.isEmpty)
    #expect(model.version.utf8.count == 32)
  }

  @Test("what cannot be learned from is refused with the reason")
  func refusals() {
    #expect(throws: ClassifierTraining.Problem.noTexts) { try ClassifierTraining().train([]) }
    #expect(throws: ClassifierTraining.Problem.oneLabel) { try ClassifierTraining().train([("a", "x"), ("a", "y")]) }
    #expect(throws: ClassifierTraining.Problem.emptyLabel(row: 2)) {
      try ClassifierTraining().train([("a", "x"), ("", "y")])
    }
  }

  @Test(
    "odd texts neither crash nor leave the range of confidence",
    arguments: ["", " ", "\0", "🎉🎉", "a", "ａ１", "\u{FEFF}"])
  func oddTexts(text: String) throws {
    let model = try Self.model()
    var session = TextModelSession(model)
    for score in session.scores(text, most: 3) { #expect((0...1).contains(score.confidence)) }
    for score in session.scores(String(repeating: text + "退款 refund ", count: 20_000), most: 3) {
      #expect((0...1).contains(score.confidence))
    }
    _ = model.influences(text, on: 0, most: 5)
  }
}
