import ArgumentParser
import Foundation
import Routing
import Setup

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model that tells categories apart, from labelled texts.",
    discussion: """
      Tables have the columns `label` and `text` (RFC 4180: texts in quotes may hold commas and line breaks).
      Equal texts and an equal seed give an equal file.

      Without a table the desk's own model is made: from channels/routing/examples/, the keywords of its categories and
      the any_words of rules that ask for nothing else, into the file that categories.yaml names.

      Examples:
        patchbay train
        patchbay train examples.csv --model desk.model
      """)

  @Argument(help: ArgumentHelp("Labelled texts; `-` = standard input; none = the desk's.", valueName: "data.csv"))
  var data: [String] = []
  @Option(help: ArgumentHelp("The file to write.", valueName: "file")) var model: String?
  @Option(help: "Chance used in training.") var seed: UInt64 = 1
  @OptionGroup var files: ConfigurationOptions

  func run() throws {
    let (examples, path) = try source()
    let trained: TextModel
    let training = data.isEmpty ? DeskTraining.trainer(seed: seed) : ClassifierTraining(seed: seed)
    do { trained = try training.train(examples) } catch {
      throw Failure.usage("\(data.isEmpty ? files.directory : data.joined(separator: ", ")): \(error)")
    }
    let bytes = trained.fileBytes
    do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw Failure.error("cannot write \(path): \(error.localizedDescription)")
    }
    say(
      "\(path): \(examples.count) texts, \(trained.labels.count) labels, \(trained.featureCount) features, \(bytes.count) bytes; suggested --min-confidence \((trained.suggestedThreshold * 100).rounded() / 100)"
    )
  }

  private func source() throws -> (examples: [(label: String, text: String)], path: String) {
    guard data.isEmpty else {
      guard let model else { throw Failure.usage("--model is missing: the file to write") }
      return (try data.flatMap { try LabelledTexts.read($0) }, model)
    }
    let training = try LabelledTexts.desk(files.directory)
    return (training.texts, model ?? training.modelPath)
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

  /// What the desk's own model is made of.
  static func desk(_ directory: String) throws -> DeskTraining {
    let found: DeskTraining?
    do { found = try DeskTraining.read(directory: directory) } catch { throw Failure.configuration("\(error)") }
    guard let found else {
      throw Failure.configuration("\(directory)/channels/routing/categories.yaml names no `model`")
    }
    return found
  }

  /// The model in a file, or the desk's own with the threshold that its categories ask for.
  static func model(_ path: String?, orOf files: ConfigurationOptions) throws -> (TextModel, threshold: Double) {
    if let path {
      let model = try Self.model(path)
      return (model, model.suggestedThreshold)
    }
    let desk = try Self.desk(files.directory)
    let model = try Self.model(desk.modelPath)
    return (model, desk.minConfidence ?? model.suggestedThreshold)
  }

  private static func model(_ path: String) throws -> TextModel {
    let bytes = try readInput(path)
    do { return try TextModel(fileBytes: bytes) } catch { throw Failure.configuration("\(path): \(error)") }
  }

  /// 0…1, or `usual`.
  static func threshold(_ given: Double?, _ usual: Double) throws -> Double {
    guard let given else { return usual }
    guard (0...1).contains(given) else { throw Failure.usage("--min-confidence lies between 0 and 1") }
    return given
  }
}
