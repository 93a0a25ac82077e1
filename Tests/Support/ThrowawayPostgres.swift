import CPostgres
package import Conversations
import Foundation
import Synchronization

/// A PostgreSQL cluster for one test process: made on first use in a temporary folder, reached through a Unix socket,
/// without fsync. It ends with the process, however that ends: a shell reads a pipe that only this process holds open.
package final class ThrowawayPostgres: Sendable {
  private struct Trouble: Error { let words: String }

  private let folder: String
  /// Its end of life is the server's.
  private let leash: FileHandle
  private let made = Mutex(0)

  /// The cluster of this process, or why there is none.
  private static let shared: Result<ThrowawayPostgres, any Error> = Result { try ThrowawayPostgres() }

  /// Whether tests may run on PostgreSQL. Without it they are skipped, and say so; with `CI` set they fail instead.
  package static var isAvailable: Bool {
    switch shared {
    case .success: return true
    case .failure(let error):
      FileHandle.standardError.write(Data("SKIPPED: no PostgreSQL for the tests: \(error)\n".utf8))
      return ProcessInfo.processInfo.environment["CI"] != nil
    }
  }

  /// The URL of a new empty database.
  package static func makeDatabase() throws -> Secret { try shared.get().makeDatabase() }

  private init() throws {
    let programs = try Self.programs()
    folder = try Self.makeFolder()
    // initdb refuses root.
    let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
    let script = """
      cd "$2" && "$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C -N >"$2/log" 2>&1 || exit 1
      "$1/postgres" -D "$2/data" -k "$2" -h '' -F -c full_page_writes=off -c max_connections=1000 >>"$2/log" 2>&1 &
      server=$!
      read -r leash
      kill -QUIT $server; wait $server; cd /; rm -rf "$2"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = user + ["sh", "-c", script, "sh", programs, folder]
    let pipe = Pipe()
    leash = pipe.fileHandleForWriting
    // A child that inherited our end would keep the server alive.
    _ = fcntl(leash.fileDescriptor, F_SETFD, FD_CLOEXEC)
    process.standardInput = pipe
    try process.run()
    try waitUntilReady(process)
  }

  private func url(_ database: String) -> String { "postgresql:///\(database)?host=\(folder)&user=postgres" }

  private func waitUntilReady(_ process: Process) throws {
    for _ in 0..<1500 {
      if PQping(url("postgres")) == PQPING_OK { return }
      guard process.isRunning else { break }
      usleep(20_000)
    }
    let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "no log"
    throw Trouble(words: "the cluster did not start: \(log.suffix(500))")
  }

  private func makeDatabase() throws -> Secret {
    let name = made.withLock { count in
      count += 1
      return "test\(count)"
    }
    let connection = PQconnectdb(url("postgres"))
    defer { PQfinish(connection) }
    let result = PQexec(connection, "CREATE DATABASE \(name)")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else {
      throw Trouble(words: connection.map { String(cString: PQerrorMessage($0)) } ?? "no connection")
    }
    return Secret(url(name))
  }

  private static func programs() throws -> String {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let folders = versions.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" }
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let found = (folders + path).first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    guard let found else { throw Trouble(words: "initdb is neither under /usr/lib/postgresql nor in PATH") }
    return found
  }

  private static func makeFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "patchbay-pg-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if geteuid() == 0 {
      guard let user = getpwnam("postgres") else {
        throw Trouble(words: "there is no user postgres, and initdb refuses root")
      }
      _ = chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
    }
    return folder
  }
}
