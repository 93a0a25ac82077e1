/// Gathers what is wrong while files are read; used by one load on one task.
final class Complaints {
  private(set) var problems: [ConfigurationProblem] = []
  func add(_ problem: ConfigurationProblem) { problems.append(problem) }
  var hasErrors: Bool { problems.contains { $0.severity == .error } }
  var errorCount: Int { problems.count { $0.severity == .error } }
}

/// A file being read: its path below the configuration's directory, and where complaints about it go.
struct SourceFile {
  let path: String
  let complaints: Complaints

  func complain(
    _ fact: ConfigurationProblem.Fact, at mark: Mark? = nil, severity: ConfigurationProblem.Severity = .error
  ) {
    complaints.add(ConfigurationProblem(fact, file: path, at: mark, severity: severity))
  }
}

/// A value and where it was written.
struct Located<Value> {
  var value: Value
  var mark: Mark
}

extension Located: Sendable where Value: Sendable {}
