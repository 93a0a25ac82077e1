import Channels
import Conversations
import Desk
import Foundation
import Logging
import Outbound
import Routing
import Setup
import Storage

/// Puts a desk together from files, environment and a store.
enum DeskWiring {
  /// The configuration in `directory`, or every problem it has, exit code 78.
  static func configuration(_ directory: String, _ secrets: SecretUse) throws -> Configuration {
    do {
      return try Configuration.load(directory: directory, environment: processEnvironment(), secrets: secrets)
    } catch {
      throw Failure.configuration("\(error)")
    }
  }

  /// Reads the same directory again for a reload. Variables are those the process was started with.
  static func reader(_ directory: String, _ secrets: SecretUse) -> ConfigurationReader {
    { () throws(ConfigurationRefusal) in
      let configuration: Configuration
      do throws(ConfigurationProblems) {
        configuration = try Configuration.load(
          directory: directory, environment: processEnvironment(), secrets: secrets)
      } catch {
        throw ConfigurationRefusal(error.errors.map(explained))
      }
      for warning in configuration.warnings { say("\(warning)") }
      return deskConfiguration(configuration)
    }
  }

  private static func explained(_ problem: ConfigurationProblem) -> String {
    guard case .secretMissing(_, let source, _) = problem.fact, source.hasPrefix("env:") else {
      return problem.description
    }
    return "\(problem)\n    a running router keeps the variables it was started with: a new one needs a restart"
  }

  static func deskConfiguration(_ configuration: Configuration) -> DeskConfiguration {
    DeskConfiguration(
      version: configuration.version, settings: configuration.settings, connections: configuration.connections,
      table: configuration.table,
      templates: configuration.templates, reports: configuration.reports.filter(\.isEnabled),
      filesJSON: configuration.filesJSON,
      model: configuration.model.map { ($0.version, $0.content) })
  }

  static func desk(
    _ configuration: Configuration, store: Store, dataDirectory: String, log: Logger,
    reader: ConfigurationReader? = nil, entry: ConfigurationEntry? = nil,
    now: @escaping @Sendable () -> Instant = wallClock
  ) async throws -> Desk {
    let desk = Desk(
      store: store, attachments: try AttachmentStore(directory: store.location.attachmentsDirectory),
      reportFolder: ReportFolder(base: dataDirectory),
      configuration: deskConfiguration(configuration), courier: Courier(options: CourierOptions()),
      keys: DeskKeys(secret: try secret(dataDirectory: dataDirectory), retired: try retiredSecrets()),
      node: Int.random(in: 0..<1024), log: log, reader: reader, now: now)
    try await desk.rememberConfiguration(as: entry)
    return desk
  }

  /// The desk's one secret: PATCHBAY_SECRET (needed where several processes share a store), else `secret.key` in the data
  /// directory, made at the first start and readable by its owner only.
  static func secret(dataDirectory: String) throws -> [UInt8] {
    if let text = environment("PATCHBAY_SECRET") {
      guard text.utf8.count >= 32 else {
        throw Failure.configuration("PATCHBAY_SECRET must have at least 32 characters")
      }
      return Array(text.utf8)
    }
    let path = dataDirectory + "/secret.key"
    if let known = FileManager.default.contents(atPath: path) {
      guard known.count >= 32 else {
        throw Failure.configuration("\(path) is too short to be a key: restore it from a backup")
      }
      return Array(known)
    }
    let fresh = randomBytes(32)
    guard FileManager.default.createFile(atPath: path, contents: Data(fresh), attributes: [.posixPermissions: 0o600])
    else {
      throw Failure.temporary("cannot write \(path)")
    }
    return fresh
  }

  /// PATCHBAY_RETIRED_SECRETS, separated by blanks: marks in mails sent with them still find their conversation.
  static func retiredSecrets() throws -> [[UInt8]] {
    let words = environment("PATCHBAY_RETIRED_SECRETS")?.split(separator: " ") ?? []
    guard words.allSatisfy({ $0.utf8.count >= 32 }) else {
      throw Failure.configuration("each of PATCHBAY_RETIRED_SECRETS must have at least 32 characters")
    }
    return words.map { Array($0.utf8) }
  }

  static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Structured lines on stderr: names, numbers and reasons; never customers' words or secrets.
  static func logger(_ level: String?) -> Logger {
    var log = Logger(label: "patchbay") { StreamLogHandler.standardError(label: $0) }
    log.logLevel = (level ?? environment("PATCHBAY_LOG")).flatMap { Logger.Level(rawValue: $0) } ?? .info
    return log
  }
}
