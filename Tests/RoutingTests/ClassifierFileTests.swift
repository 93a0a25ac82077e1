import Conversations
import Routing
import Testing

@Suite("Classifier: files and lines")
struct ClassifierFileTests {
  @Test("a file gives the same answers as the model it was made of")
  func roundTrip() throws {
    let model = try ClassifierTests.model()
    let read = try TextModel(fileBytes: model.fileBytes)
    #expect(read.version == model.version)
    #expect(read.labels == model.labels)
    var sessions = (TextModelSession(model), TextModelSession(read))
    for example in ClassifierTests.examples {
      #expect(sessions.0.scores(example.text, most: 3) == sessions.1.scores(example.text, most: 3))
    }
  }

  @Test("a damaged file is refused wherever a byte changed")
  func damaged() throws {
    let bytes = try ClassifierTests.model().fileBytes
    for place in stride(from: 0, to: bytes.count, by: bytes.count / 50) {
      var changed = bytes
      changed[place] ^= 0x20
      #expect(throws: TextModel.FileProblem.self) { try TextModel(fileBytes: changed) }
    }
  }

  @Test("a file cut short, empty, or of another kind is refused")
  func cutShort() throws {
    let bytes = try ClassifierTests.model().fileBytes
    for length in [0, 3, 4, 10, 16, 100, bytes.count - 1] {
      #expect(throws: TextModel.FileProblem.self) { try TextModel(fileBytes: Array(bytes.prefix(length))) }
    }
    #expect(throws: TextModel.FileProblem.notAModel) { try TextModel(fileBytes: Array("label,text".utf8)) }
    var newer = bytes
    newer[4] = 9
    #expect(throws: TextModel.FileProblem.newer(9)) { try TextModel(fileBytes: newer) }
  }

  @Test("an answer is one line of JSON; below the threshold the label is null")
  func lines() throws {
    let model = try ClassifierTests.model()
    for (threshold, isAnswered) in [(0.0, true), (1.01, false)] {
      var lines = AnswerLines(model, threshold: threshold)
      lines.add("my password\nis refused")
      #expect(lines.bytes.filter { $0 == 10 }.count == 1)
      let json = try JSON(parsing: lines.bytes)
      #expect((json["label"]?.string == "login") == isAnswered)
      #expect((json["label"]?.isNull == true) != isAnswered)
      #expect(json["top"]?[0]?[0]?.string == "login")
      #expect(json["confidence"]?.double == json["top"]?[0]?[1]?.double)
    }
  }

  @Test("a report counts right answers, confusions and coverage")
  func report() throws {
    let model = try ClassifierTests.model()
    let wrong = (label: "hours", text: "my password is refused on my phone")
    let report = ModelReport(model, on: ClassifierTests.examples + [wrong], threshold: 0)
    #expect(report.texts == 76)
    #expect(report.coverage == 1)
    #expect(report.accuracyAtThreshold == report.accuracy)
    let confusion = try #require(report.confusions.first)
    #expect(confusion.label == "hours" && confusion.answer == "login" && confusion.count == 1)
    #expect(report.perLabel.first { $0.label == "hours" }?.support == 26)
    #expect(report.perLabel.first { $0.label == "hours" }?.recall == 25.0 / 26)
    #expect((0...1).contains(report.calibrationError))
    let strict = ModelReport(model, on: [wrong], threshold: 1.01)
    #expect(strict.coverage == 0)
    #expect(strict.accuracyAtThreshold == nil)
    #expect(strict.json["accuracy_at_threshold"]?.isNull == true)
  }
}

@Suite("Tables of labelled texts")
struct LabelledCSVTests {
  private func rows(_ text: String) throws -> [[String]] { try LabelledCSV(Array(text.utf8)).rows }

  @Test("quotes, doubled quotes, commas, line breaks, marks and empty lines are read as RFC 4180 says")
  func reads() throws {
    let table = try LabelledCSV(Array("\u{FEFF}Label,text\r\na,\"x, \"\"y\"\"\r\nz\"\r\n\r\nb,\nc,\"\"".utf8))
    #expect(table.header == ["label", "text"])
    #expect(table.rows == [["a", "x, \"y\"\r\nz"], ["b", ""], ["c", ""]])
    #expect(table.lines == [2, 5, 6])
    #expect(try table.column("text").count == 3)
  }

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("", 1), ("label,text\na,b,c\n", 2), ("label,text\na\n", 2), ("label,text\nx,\"y\n\nz", 2),
      ("label,text\na,b\nx,\"y\"z\n", 3),
    ])
  func problems(text: String, line: Int) {
    #expect { try LabelledCSV(Array(text.utf8)) } throws: { ($0 as? LabelledCSV.Problem)?.line == line }
  }

  @Test("bytes that are not UTF-8, and columns that are not there, are named")
  func bytes() throws {
    #expect { try LabelledCSV(Array("label,text\na,".utf8) + [0xFF, 10]) } throws: { "\($0)".contains("UTF-8") }
    #expect { try LabelledCSV(Array("a,b\n1,2".utf8)).column("text") } throws: { "\($0)".contains("a, b") }
  }
}
