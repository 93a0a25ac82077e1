import Conversations

/// Writes what a model answers, one JSON object a line: `{"label":"…","confidence":0.93,"top":[["…",0.93],…]}`.
package struct AnswerLines {
  private var session: TextModelSession
  /// Labels as JSON strings.
  private let quoted: [[UInt8]]
  private let threshold: Double
  /// The lines so far; whoever prints them empties it.
  package var bytes: [UInt8] = []

  package static let topCount = 3

  /// Answers below `threshold` (0…1) have `"label":null`.
  package init(_ model: TextModel, threshold: Double) {
    session = TextModelSession(model)
    quoted = model.labels.map { JSON.string($0).bytes }
    self.threshold = threshold
  }

  package mutating func add(_ text: String) {
    let scores = session.scores(text, most: Self.topCount)
    guard let best = scores.first else { return }
    bytes.append(contentsOf: "{\"label\":".utf8)
    if best.confidence >= threshold { bytes += quoted[best.label] } else { bytes.append(contentsOf: "null".utf8) }
    bytes.append(contentsOf: ",\"confidence\":".utf8)
    add(best.confidence)
    bytes.append(contentsOf: ",\"top\":[".utf8)
    for (place, score) in scores.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "["))
      bytes += quoted[score.label]
      bytes.append(UInt8(ascii: ","))
      add(score.confidence)
      bytes.append(UInt8(ascii: "]"))
    }
    bytes.append(contentsOf: "]}\n".utf8)
  }

  /// Four digits after the point.
  private mutating func add(_ confidence: Double) {
    let units = Int((min(max(confidence, 0), 1) * 10_000).rounded())
    bytes.append(UInt8(48 + units / 10_000))
    bytes.append(UInt8(ascii: "."))
    var divisor = 1000
    while divisor > 0 {
      bytes.append(UInt8(48 + units / divisor % 10))
      divisor /= 10
    }
  }
}
