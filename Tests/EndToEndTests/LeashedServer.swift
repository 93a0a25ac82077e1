import Foundation

/// A server's program that runs as long as this object's leash is held: it ends with `stop`, and with the test process,
/// however that ends.
///
/// A shell stands between. It reads a pipe that only this process holds open, and keeps the descriptor by which
/// Foundation sees a child's end, which servers close. Signals are let through to both: threads of tests block them, and
/// children inherit that.
final class LeashedServer: Sendable {
  private let process = Process()
  private let leash: FileHandle

  /// `out`: takes what the program prints.
  init(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil, out: FileHandle = .nullDevice
  ) throws {
    let pipe = Pipe()
    leash = pipe.fileHandleForWriting
    // A child that inherited our end would keep the server alive.
    _ = fcntl(leash.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let script = """
      "$@" </dev/null &
      server=$!
      read -r leash
      kill -TERM $server 2>/dev/null
      wait $server
      """
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, "sh", program] + arguments
    if let environment { process.environment = environment }
    process.standardInput = pipe
    (process.standardOutput, process.standardError) = (out, FileHandle.nullDevice)
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  /// Ends the server and waits for its end.
  func stop() {
    try? leash.close()
    process.waitUntilExit()
  }
}
