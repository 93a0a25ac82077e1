import Channels
import Mustache

/// One file `templates/<name>.<language>.txt`: lines `Key: value` up to the first empty one, then the text.
struct TemplateFile {
  let file: SourceFile
  /// The desk's own variables.
  let deskVariables: [String]

  struct Result {
    var purpose: TemplatePurpose
    var page: TemplateBook.Page
    var used: Set<String>
    var categories: [Located<String>] = []
  }

  func read(_ bytes: [UInt8]) -> Result? {
    guard let text = readText(bytes, of: file) else { return nil }
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
    let headers = headers(lines.prefix { !$0.isEmpty })
    let body = lines.dropFirst(headers.count + 1).joined(separator: "\n")
    let keys = Keys(headers, file)
    var tags = TemplateTags(
      file: file, purpose: keys.purpose, known: keys.purpose.variables.map(\.name) + deskVariables)
    if body.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
      file.complain(
        .badTag(words: "the template has no text", hint: "write it below the empty line that ends the keys"),
        at: Mark(line: headers.count + 1, column: 1))
    }
    var subject: MustacheTemplate?
    if let line = keys.subject {
      let isSound = tags.check(line.value, firstLine: line.mark.line, firstColumn: line.mark.column)
      subject = isSound ? template(line.value, at: line.mark) : nil
    }
    let first = Mark(line: headers.count + 2, column: 1)
    guard tags.check(body, firstLine: first.line), let text = template(body, at: first) else { return nil }
    let page = TemplateBook.Page(title: keys.title ?? "", subject: subject, text: text, options: keys.options)
    return Result(purpose: keys.purpose, page: page, used: tags.used, categories: keys.categories)
  }

  /// The HTML form: no keys, its variables escaped.
  func readHTML(_ bytes: [UInt8], purpose: TemplatePurpose) -> MustacheTemplate? {
    guard let text = readText(bytes, of: file) else { return nil }
    var tags = TemplateTags(file: file, purpose: purpose, known: purpose.variables.map(\.name) + deskVariables)
    guard tags.check(text, firstLine: 1) else { return nil }
    return template(text, at: Mark(line: 1, column: 1), isHTML: true)
  }

  private func template(_ text: String, at mark: Mark, isHTML: Bool = false) -> MustacheTemplate? {
    do {
      // The library escapes for HTML unless told otherwise; a line of its own leaves nothing behind.
      return try MustacheTemplate(string: isHTML ? text : "{{% CONTENT_TYPE:TEXT}}\n" + text)
    } catch {
      return nothing(
        file.complain(.badTag(words: "not a template: \(error)", hint: "see templates/README.md"), at: mark))
    }
  }

  // MARK: Keys

  private struct Header {
    var key: String
    var value: Located<String>
    var mark: Mark
  }

  private func headers(_ lines: ArraySlice<Substring>) -> [Header] {
    lines.enumerated().map { index, line in
      let mark = Mark(line: index + 1, column: 1)
      guard let colon = line.firstIndex(of: ":") else {
        file.complain(
          .badTag(
            words: "`\(clipped(String(line)))` is no `Key: value` line",
            hint: "keys come first, then an empty line, then the text"), at: mark)
        return Header(key: "", value: Located(value: "", mark: mark), mark: mark)
      }
      let rest = line[line.index(after: colon)...]
      let value = rest.drop { $0 == " " }
      let column = line.unicodeScalars.distance(from: line.startIndex, to: value.startIndex) + 1
      return Header(
        key: String(line[..<colon]), value: Located(value: String(value), mark: Mark(line: index + 1, column: column)),
        mark: mark)
    }
  }

  private struct Keys {
    var purpose = TemplatePurpose.reply
    var title: String?
    var subject: Located<String>?
    var categories: [Located<String>] = []
    /// Quick replies.
    var options: [String] = []

    init(_ headers: [Header], _ file: SourceFile) {
      let known = ["Purpose", "Title", "Subject", "Category", "Options"]
      var options: Located<String>?
      var lines: [String: Int] = [:]
      for header in headers where !header.key.isEmpty {
        if let first = lines.updateValue(header.mark.line, forKey: header.key) {
          file.complain(.duplicateKey(header.key, firstLine: first), at: header.mark)
        }
        switch header.key {
        case "Purpose": purpose = file.choice(header.value, TemplatePurpose.self, at: "Purpose")?.value ?? .reply
        case "Title": title = header.value.value
        case "Subject": subject = header.value
        case "Options": options = header.value
        case "Category":
          categories = header.value.value.split(separator: ",").map { name in
            Located(
              value: name.trimmingPrefix(" ").split(separator: " ").joined(separator: " "), mark: header.value.mark)
          }
        default:
          let nearest = nearestWord(to: header.key, among: known)
          file.complain(.unknownKey(clipped(header.key), nearest: nearest, known: known), at: header.mark)
        }
      }
      if title?.isEmpty != false {
        file.complain(
          .missingKey("Title", help: "what agents read in the list of templates"), at: Mark(line: 1, column: 1))
      }
      if purpose == .selfService, categories.isEmpty {
        file.complain(
          .missingKey("Category", help: "the topics it answers, divided by commas"), at: Mark(line: 1, column: 1))
      } else if purpose != .selfService, let first = categories.first {
        file.complain(
          .badValue(path: "Category", read: clipped(first.value), wanted: "only the purpose `self_service` has one"),
          at: first.mark)
      }
      if let options { read(options, file) }
    }

    /// `Yes | No`
    private mutating func read(_ line: Located<String>, _ file: SourceFile) {
      let labels = line.value.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
      guard purpose == .reply else {
        return file.complain(
          .badValue(path: "Options", read: clipped(line.value), wanted: "only the purpose `reply` has quick replies"),
          at: line.mark)
      }
      // The text is not looked at here: that there is one is checked with it.
      if let problem = QuickReplies.listed.problem(labels, with: "-") {
        return file.complain(
          .said(path: "Options", words: "cannot be shown: \(problem)", hint: "as in: Yes | No"), at: line.mark)
      }
      options = labels
    }
  }
}
