import Conversations

extension Configuration {
  /// Reads `channels/` and `templates/` below `directory`. Throws everything that is wrong at once; what is only odd is in
  /// `warnings`. Secrets come from `environment` and from files.
  package static func load(
    directory: String, environment: [String: String], secrets: SecretUse, disk: Disk = .machine
  ) throws(ConfigurationProblems) -> Configuration {
    let loader = ConfigurationLoader(directory: directory, disk: disk, environment: environment, secrets: secrets)
    let outcome = loader.load()
    guard let configuration = outcome.configuration else { throw ConfigurationProblems(outcome.problems) }
    return configuration
  }

  /// The configuration of `files`, as kept in the history; secret files are looked for below `directory`.
  package static func load(
    files: [ConfigurationFile], directory: String, environment: [String: String], secrets: SecretUse,
    disk: Disk = .machine
  ) throws(ConfigurationProblems) -> Configuration {
    let held = Dictionary(files.map { ("\(directory)/\($0.path)", Array($0.text.utf8)) }) { first, _ in first }
    return try load(
      directory: directory, environment: environment, secrets: secrets, disk: .memory(held, below: disk))
  }
}
