import Conversations
import Routing

/// Reads the classifier that `categories.yaml` names, and says when it does not fit the categories or its examples.
struct ModelFile {
  let file: SourceFile
  let name: Located<String>
  let categories: [String]

  private static let remedy =
    "`patchbay train` makes it from channels/routing/\(ExampleTexts.folder)/, the keywords and the words of rules"

  func read(_ bytes: [UInt8]?, trainedFrom texts: [(label: String, text: String)]?) -> TextModel? {
    guard let bytes else {
      return complain("there is no file channels/routing/\(clipped(name.value))", hint: Self.remedy)
    }
    let model: TextModel
    do { model = try TextModel(fileBytes: bytes) } catch {
      return complain("channels/routing/\(clipped(name.value)): \(error)", hint: Self.remedy)
    }
    let strange = model.labels.filter { !categories.contains($0) }
    guard strange.isEmpty else {
      let names = strange.prefix(5).map { "`\(clipped($0))`" }.joined(separator: ", ")
      return complain("the model knows \(names), which is no category here", hint: Self.remedy)
    }
    let unknown = categories.filter { !model.labels.contains($0) }
    if !unknown.isEmpty {
      warn("the model has never seen \(unknown.joined(separator: ", ")): only rules lead there")
    } else if let texts, model.source != ClassifierTraining.fingerprint(texts) {
      warn("examples, keywords or any_words of rules have changed since the model was trained")
    }
    return model
  }

  private func complain(_ words: String, hint: String) -> TextModel? {
    nothing(file.complain(.said(path: "model", words: words, hint: hint), at: name.mark))
  }

  private func warn(_ words: String) {
    file.complaints.add(
      ConfigurationProblem(
        .said(path: "model", words: words, hint: "run `patchbay train` again"), file: file.path, at: name.mark,
        severity: .warning))
  }
}
