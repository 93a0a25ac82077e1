import ArgumentParser
import Foundation
import Routing

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model that tells categories apart, from labelled texts.",
    discussion: """
      The table has the columns `label` and `text` (RFC 4180: texts in quotes may hold commas and line breaks).
      Equal texts and an equal seed give an equal file.

      Example: patchbay train examples.csv --model desk.model
      """)

  @Argument(help: ArgumentHelp("Labelled texts; `-` = standard input.", valueName: "data.csv")) var data: String
  @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var model: String
  @Option(help: "Chance used in training.") var seed: UInt64 = 1

  func run() throws {
    let examples = try LabelledTexts.read(data)
    let trained: TextModel
    do { trained = try ClassifierTraining(seed: seed).train(examples) } catch {
      throw Failure.usage("\(data): \(error)")
    }
    let bytes = trained.fileBytes
    do { try Data(bytes).write(to: URL(fileURLWithPath: model), options: .atomic) } catch {
      throw Failure.error("cannot write \(model): \(error.localizedDescription)")
    }
    say(
      "\(examples.count) texts, \(trained.labels.count) labels, \(trained.featureCount) features, \(bytes.count) bytes; suggested --min-confidence \((trained.suggestedThreshold * 100).rounded() / 100)"
    )
  }
}

/// What the three commands of the classifier share.
enum LabelledTexts {
  static func read(_ path: String) throws -> [(label: String, text: String)] {
    let bytes = try readInput(path)
    do {
      let table = try LabelledCSV(bytes)
      return Array(zip(try table.column("label"), try table.column("text"))).map { (label: $0.0, text: $0.1) }
    } catch { throw Failure.usage("\(path): \(error)") }
  }

  static func model(_ path: String) throws -> TextModel {
    let bytes = try readInput(path)
    do { return try TextModel(fileBytes: bytes) } catch { throw Failure.configuration("\(path): \(error)") }
  }

  /// 0…1, or the model's own.
  static func threshold(_ given: Double?, _ model: TextModel) throws -> Double {
    guard let given else { return model.suggestedThreshold }
    guard (0...1).contains(given) else { throw Failure.usage("--min-confidence lies between 0 and 1") }
    return given
  }
}
