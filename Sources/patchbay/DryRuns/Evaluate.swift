import ArgumentParser
import Conversations
import Routing

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says how well a model does on labelled texts that it was not trained from.",
    discussion: "Example: patchbay evaluate held-out.csv --model desk.model --json")

  @Argument(help: ArgumentHelp("Labelled texts; `-` = standard input.", valueName: "data.csv")) var data: String
  @Option(help: ArgumentHelp("A model made by `patchbay train`; default: the desk's own.", valueName: "file"))
  var model: String?
  @OptionGroup var files: ConfigurationOptions
  @Option(help: ArgumentHelp("The threshold to judge; default: what the model suggests.", valueName: "0…1"))
  var minConfidence: Double?
  @Flag(help: "Print one JSON object.") var json = false

  func run() throws {
    let (trained, usual) = try LabelledTexts.model(model, orOf: files)
    let examples = try LabelledTexts.read(data)
    guard !examples.isEmpty else { throw Failure.usage("\(data): there is no text to judge") }
    let report = ModelReport(trained, on: examples, threshold: try LabelledTexts.threshold(minConfidence, usual))
    if json { print(report.json.description) } else { printWords(report) }
  }

  private func printWords(_ report: ModelReport) {
    print(
      "\(report.texts) texts: \(percent(report.accuracy)) right, macro F1 \(percent(report.macroF1)), calibration error \(percent(report.calibrationError))"
    )
    let sure = report.accuracyAtThreshold.map { "\(percent($0)) of them right" } ?? "none"
    print("at confidence \(percent(report.threshold)): \(percent(report.coverage)) answered, \(sure)")
    for figures in report.perLabel {
      print(
        "\(figures.label): precision \(percent(figures.precision)), recall \(percent(figures.recall)), F1 \(percent(figures.f1)), \(figures.support) texts"
      )
    }
    for pair in report.confusions.prefix(20) { print("\(pair.label) taken for \(pair.answer): \(pair.count)") }
  }

  private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
