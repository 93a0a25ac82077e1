package import Conversations
import Mustache

/// All templates, checked when they were loaded: each in every language of the desk, using only the variables of its purpose.
package struct TemplateBook: TemplateRendering {
  /// One template in one language.
  struct Page: Sendable {
    var title: String
    var subject: MustacheTemplate?
    var text: MustacheTemplate
    var html: MustacheTemplate?
    /// Quick replies.
    var options: [String] = []
  }
  struct Entry: Sendable {
    var purpose: TemplatePurpose
    /// What a `self_service` one answers.
    var categories: [String] = []
    /// Language → page.
    var pages: [String: Page]
  }

  private let entries: [String: Entry]
  private let defaultLanguage: String
  /// Language → the desk's own variables.
  private let deskVariables: [String: [String: String]]

  init(entries: [String: Entry], defaultLanguage: String, deskVariables: [String: [String: String]]) {
    (self.entries, self.defaultLanguage, self.deskVariables) = (entries, defaultLanguage, deskVariables)
  }

  package var names: [String] { entries.keys.sorted() }

  package var summaries: [TemplateSummary] {
    entries.map { name, entry in
      TemplateSummary(
        name: name, purpose: entry.purpose.rawValue, categories: entry.categories,
        titles: entry.pages.mapValues(\.title))
    }.sorted { $0.name < $1.name }
  }

  package func purpose(of name: String) -> TemplatePurpose? { entries[name]?.purpose }

  package func rendered(_ name: String, language: String, variables: [String: String]) throws(TemplateProblem)
    -> RenderedTemplate
  {
    guard let entry = entries[name], let (language, page) = entry.page(for: language, otherwise: defaultLanguage) else {
      throw .unknown(name: name, nearest: nearestWord(to: name, among: names))
    }
    // A section around an empty text must vanish; the library keeps it for any text at all.
    let given = (deskVariables[language] ?? [:]).merging(variables) { _, given in given }.filter { !$0.value.isEmpty }
    var rendered = RenderedTemplate(
      subject: page.subject.map { oneLine($0.render(given)) }, text: trimmedEnd(page.text.render(given)),
      html: page.html?.render(given), language: language)
    rendered.options = page.options
    return rendered
  }

  /// The same, as a pair: subject where there is one, and plain text.
  package func render(_ name: String, _ language: String, variables: [String: String]) throws(TemplateProblem)
    -> (subject: String?, text: String)
  {
    let rendered = try rendered(name, language: language, variables: variables)
    return (rendered.subject, rendered.text)
  }
}

extension TemplateBook.Entry {
  /// The page in `wanted`, in its language without region or script (RFC 4647 §3.4 lookup), or in `fallback`.
  fileprivate func page(for wanted: String, otherwise fallback: String) -> (String, TemplateBook.Page)? {
    var range = wanted.split(separator: "-", omittingEmptySubsequences: false)
    while !range.isEmpty {
      let language = range.joined(separator: "-")
      if let page = pages[language] { return (language, page) }
      range.removeLast()
    }
    return pages[fallback].map { (fallback, $0) } ?? pages.min { $0.key < $1.key }
  }
}

/// A subject is a header: what a customer put into a variable must not begin another (RFC 5322 §2.2).
private func oneLine(_ text: String) -> String {
  let words = text.unicodeScalars.split {
    $0.value < 0x20 || $0.value == 0x7F || $0.properties.isWhitespace && $0 != " "
  }
  return words.map { String($0) }.joined(separator: " ")
}

private func trimmedEnd(_ text: String) -> String {
  var scalars = text.unicodeScalars
  while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
  return String(scalars)
}
