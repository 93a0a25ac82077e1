import ArgumentParser
import Routing

struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what texts are about: one JSON object per text, with the likeliest labels.",
    discussion: """
      Examples:
        echo 'my card was charged twice' | patchbay classify
        patchbay classify --model other.model --min-confidence 0.6 --csv texts.csv
      """)

  @Option(help: ArgumentHelp("A model made by `patchbay train`; default: the desk's own.", valueName: "file"))
  var model: String?
  @OptionGroup var files: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "Less sure answers have \"label\":null; default: what the desk, or else the model, suggests.", valueName: "0…1"))
  var minConfidence: Double?
  @Option(
    help: ArgumentHelp(
      "A table with the column `text`; otherwise each line of standard input is a text.", valueName: "file"))
  var csv: String?

  /// Written to standard output in pieces of about this many bytes.
  private static let pieceBytes = 1 << 18

  func run() throws {
    let (trained, usual) = try LabelledTexts.model(model, orOf: files)
    var lines = AnswerLines(trained, threshold: try LabelledTexts.threshold(minConfidence, usual))
    if let csv { try answer(table: csv, &lines) } else { answerStandardInput(&lines) }
    FileOutput.write(lines.bytes)
  }

  private func answer(table path: String, _ lines: inout AnswerLines) throws {
    let bytes = try readInput(path)
    let texts: [String]
    do { texts = try LabelledCSV(bytes).column("text") } catch { throw Failure.usage("\(path): \(error)") }
    for text in texts {
      lines.add(text)
      if lines.bytes.count > Self.pieceBytes { flush(&lines) }
    }
  }

  /// A line at a time, answered at once: usable through a pipe that stays open.
  private func answerStandardInput(_ lines: inout AnswerLines) {
    while let line = readLine(strippingNewline: true) {
      lines.add(line)
      flush(&lines)
    }
  }

  private func flush(_ lines: inout AnswerLines) {
    FileOutput.write(lines.bytes)
    lines.bytes.removeAll(keepingCapacity: true)
  }
}
