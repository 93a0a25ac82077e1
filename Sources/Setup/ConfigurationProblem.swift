/// One thing that is wrong in a file of the configuration: where, what was read, what was meant.
package struct ConfigurationProblem: Error, Sendable, Hashable {
  package enum Severity: String, Sendable {
    /// Patchbay refuses to start.
    case error
    /// Worth a look; everything works.
    case warning
  }
  package var severity: Severity
  /// The path below the configuration's directory, e.g. `channels/routing/queues.yaml`.
  package var file: String
  /// Counted from 1; `nil` when the whole file is meant.
  package var line: Int?
  /// Counted from 1, in Unicode scalars.
  package var column: Int?
  package var fact: Fact

  package init(_ fact: Fact, file: String, at mark: Mark? = nil, severity: Severity = .error) {
    (self.fact, self.file, self.line, self.column) = (fact, file, mark?.line, mark?.column)
    self.severity = severity
  }

  /// What was found, apart from how it is told. Texts in it come from the files and never from a secret.
  package enum Fact: Sendable, Hashable {
    case missingFile
    case emptyFile
    case tooLarge(bytesMax: Int)
    case notUTF8(byteOffset: Int)
    case tab
    case tooDeep
    case syntax(words: String)
    case anchor
    case tag(String)
    case duplicateKey(String, firstLine: Int)
    case unknownKey(String, nearest: String?, known: [String])
    case missingKey(String, help: String)
    /// `path` is the dotted way to the value; `read` is what stood there.
    case wrongType(path: String, read: String, wanted: String)
    /// A value of the right type that cannot be; `wanted` says what can.
    case badValue(path: String, read: String, wanted: String)
    /// A name that nothing bears; `kind` is `queue`, `category`, `calendar`, `template`, `channel`…
    case unknownName(kind: String, read: String, nearest: String?, known: [String])
    case doubledName(kind: String, name: String, firstPlace: String)
    case secretInTheOpen(path: String)
    case secretMissing(path: String, source: String, why: String)
    case secretTooOpen(path: String, source: String, mode: String)
    case missingTwin(template: String, language: String, path: String)
    case unknownVariable(name: String, purpose: String, nearest: String?, known: [String])
    case badTag(words: String, hint: String)
    /// What a room below says about a value or a rule.
    case said(path: String, words: String, hint: String?)
  }
}

/// Everything that is wrong, at once, in the order of files and lines.
package struct ConfigurationProblems: Error, Sendable, Hashable, CustomStringConvertible {
  package var problems: [ConfigurationProblem]
  package init(_ problems: [ConfigurationProblem]) {
    self.problems = problems.sorted(by: ConfigurationProblem.inReadingOrder)
  }
  package var errors: [ConfigurationProblem] { problems.filter { $0.severity == .error } }
  package var warnings: [ConfigurationProblem] { problems.filter { $0.severity == .warning } }
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension ConfigurationProblem {
  static func inReadingOrder(_ left: Self, _ right: Self) -> Bool {
    (left.file, left.line ?? 0, left.column ?? 0, left.words) < (
      right.file, right.line ?? 0, right.column ?? 0, right.words
    )
  }
}

/// A place in a file: line and column, from 1.
package struct Mark: Sendable, Hashable, Comparable {
  package var line: Int
  package var column: Int
  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
  package static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
