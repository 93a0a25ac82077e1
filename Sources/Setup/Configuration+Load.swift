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

  /// The files that `load` reads, sorted by path, whether or not they make a configuration; and their version.
  package static func files(directory: String, environment: [String: String], disk: Disk = .machine) -> (
    files: [ConfigurationFile], version: String
  ) {
    let loader = ConfigurationLoader(directory: directory, disk: disk, environment: environment, secrets: .dryRun)
    let files = loader.load().files
    return (files, contentHash(files))
  }

  /// The configuration of `files`, as kept in the history; what is not among them (secrets, and the classifier without
  /// `model`) is looked for below `directory`.
  package static func load(
    files: [ConfigurationFile], model: ConfigurationModel? = nil, directory: String, environment: [String: String],
    secrets: SecretUse, disk: Disk = .machine
  ) throws(ConfigurationProblems) -> Configuration {
    var held = Dictionary(files.map { ("\(directory)/\($0.path)", Array($0.text.utf8)) }) { first, _ in first }
    if let model { held["\(directory)/\(model.path)"] = model.content }
    return try load(
      directory: directory, environment: environment, secrets: secrets, disk: .memory(held, below: disk))
  }
}
