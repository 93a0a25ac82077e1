import Conversations
import Mustache

/// The names of all templates with their purposes, for those who name one.
struct TemplateNames {
  var purposes: [String: TemplatePurpose]

  /// The name if there is such a template and it is for one of `wanted`.
  func check(_ name: Located<String>?, for wanted: [TemplatePurpose], in file: SourceFile) -> String? {
    guard let name, let known = NameSet("template", purposes.keys.sorted()).check(name, in: file) else { return nil }
    guard let purpose = purposes[known], !wanted.contains(purpose) else { return known }
    let words = wanted.map { "`\($0.rawValue)`" }.joined(separator: " or ")
    return nothing(
      file.complain(
        .badValue(
          path: "template", read: known, wanted: "its purpose is `\(purpose.rawValue)`; here it must be \(words)"),
        at: name.mark))
  }
}

/// Reads the folder `templates/`.
struct TemplateFolder {
  let complaints: Complaints
  let languages: [String]
  let deskVariables: [String]
  let categories: NameSet

  private struct Name {
    var template: String
    var language: String
    var isHTML: Bool
  }

  /// `files`: path → bytes, of the whole folder.
  func read(_ files: [(path: String, bytes: [UInt8])]) -> [String: TemplateBook.Entry] {
    var results: [String: [String: TemplateFile.Result]] = [:]
    var (seen, html) = ([String: Set<String>](), [(Name, String, [UInt8])]())
    for (path, bytes) in files {
      let file = SourceFile(path: path, complaints: complaints)
      guard let name = name(of: file) else { continue }
      if name.isHTML {
        html.append((name, path, bytes))
      } else {
        seen[name.template, default: []].insert(name.language)
        let result = TemplateFile(file: file, deskVariables: deskVariables).read(bytes)
        _ = categories.check(result?.categories ?? [], in: file)
        results[name.template, default: [:]][name.language] = result
      }
    }
    for (name, path, bytes) in html { add(name, SourceFile(path: path, complaints: complaints), bytes, &results) }
    complainOfTwins(seen, results)
    return results.compactMapValues { pages in
      guard let purpose = pages[languages.first ?? ""]?.purpose ?? pages.values.first?.purpose else { return nil }
      let categories = Set(pages.values.flatMap(\.categories).map(\.value)).sorted()
      return TemplateBook.Entry(purpose: purpose, categories: categories, pages: pages.mapValues(\.page))
    }
  }

  /// From `templates/after_hours.zh.txt`; `nil` for what is no template.
  private func name(of file: SourceFile) -> Name? {
    let base = file.path.split(separator: "/").last.map(String.init) ?? ""
    if base.hasSuffix(".md") || base.hasPrefix(".") { return nil }
    let parts = base.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, isName(parts[0]), ["txt", "html"].contains(parts[2]) else {
      return nothing(
        file.complain(
          .badTag(
            words: "not the name of a template",
            hint: "write name.language.txt or name.language.html, such as after_hours.zh.txt")))
    }
    guard languages.contains(parts[1]) || languages.isEmpty else {
      let nearest = nearestWord(to: parts[1], among: languages)
      return nothing(
        file.complain(.unknownName(kind: "language of the desk", read: parts[1], nearest: nearest, known: languages)))
    }
    return Name(template: parts[0], language: parts[1], isHTML: parts[2] == "html")
  }

  private func add(
    _ name: Name, _ file: SourceFile, _ bytes: [UInt8], _ results: inout [String: [String: TemplateFile.Result]]
  ) {
    guard let result = results[name.template]?[name.language] else {
      file.complain(
        .missingTwin(
          template: name.template, language: name.language, path: "templates/\(name.template).\(name.language).txt"))
      return
    }
    results[name.template]?[name.language]?.page.html =
      TemplateFile(file: file, deskVariables: deskVariables).readHTML(bytes, purpose: result.purpose)
  }

  /// Twins exist in every language, serve the same purpose and say the same things.
  private func complainOfTwins(_ seen: [String: Set<String>], _ results: [String: [String: TemplateFile.Result]]) {
    for (name, present) in seen {
      guard let first = languages.first(where: present.contains) else { continue }
      let file = SourceFile(path: "templates/\(name).\(first).txt", complaints: complaints)
      for language in languages where !present.contains(language) {
        file.complain(.missingTwin(template: name, language: language, path: "templates/\(name).\(language).txt"))
      }
      guard let page = results[name]?[first] else { continue }
      for language in languages.dropFirst() {
        guard language != first, let twin = results[name]?[language] else { continue }
        let twinFile = SourceFile(path: "templates/\(name).\(language).txt", complaints: complaints)
        if twin.purpose != page.purpose {
          twinFile.complain(
            .badValue(path: "Purpose", read: twin.purpose.rawValue, wanted: "its twin says `\(page.purpose.rawValue)`"))
        }
        if Set(twin.categories.map(\.value)) != Set(page.categories.map(\.value)) {
          let topics = page.categories.map(\.value).joined(separator: ", ")
          twinFile.complain(
            .badValue(
              path: "Category", read: twin.categories.map(\.value).joined(separator: ", "),
              wanted: "its twin says `\(topics)`"))
        }
        let apart = page.used.symmetricDifference(twin.used).subtracting(deskVariables).sorted()
        if !apart.isEmpty {
          twinFile.complain(
            .badTag(
              words: "uses other variables than its twin in `\(first)`: \(apart.joined(separator: ", "))",
              hint: "is something missing in one of them?"),
            severity: .warning)
        }
      }
    }
  }
}
