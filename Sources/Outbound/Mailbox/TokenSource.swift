import CCurl
import Conversations
import Glibc

/// Fetches an OAuth 2 access token from where the settings say. Blocks.
enum TokenSource {
  static let secondsMax = 30
  static let sizeMax = 64 << 10

  static func token(file path: String) throws(TransportFailure) -> Secret {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("the token file cannot be read: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    return try checked(read(descriptor, until: deadline()), from: "the token file")
  }

  /// What `command`, run by the shell, prints on its standard output.
  static func token(command: String) throws(TransportFailure) -> Secret {
    guard let ends = closingPipe() else { throw failure("no pipe for the token command") }
    defer { close(ends.reader) }
    let started = spawn(command, output: ends.writer)
    close(ends.writer)
    guard let pid = started else { throw failure("the token command cannot be started") }
    let limit = deadline()
    let output = read(ends.reader, until: limit)
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      guard milliseconds(until: limit) > 0 else {
        kill(-pid, SIGKILL)
        waitpid(pid, &status, 0)
        throw failure("the token command took longer than \(secondsMax) s")
      }
      usleep(5000)
    }
    // wait(2): the low seven bits are the signal, the next byte the exit status.
    guard status == 0 else {
      throw failure("the token command ended with \(status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "a signal")")
    }
    return try checked(output, from: "the token command")
  }

  /// In a process group of its own, so that its children end with it.
  private static func spawn(_ command: String, output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    guard posix_spawnattr_init(&attributes) == 0 else { return nil }
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(command), nil]
    defer { for argument in arguments { free(argument) } }
    var pid = pid_t()
    return posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, environ) == 0 ? pid : nil
  }

  /// Up to the end, `sizeMax` or the deadline.
  private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> [UInt8] {
    var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while bytes.count <= sizeMax {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, milliseconds(until: deadline)) > 0 else { break }
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk.prefix(count)
    }
    return bytes
  }

  private static func checked(_ bytes: [UInt8], from what: String) throws(TransportFailure) -> Secret {
    let token = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    guard !token.isEmpty else { throw failure("\(what) gave nothing") }
    // RFC 6750 §2.1: printable ASCII without blanks; nothing else may reach the server's command line.
    guard bytes.count <= sizeMax, token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw failure("what \(what) gave is no access token")
    }
    return Secret(String(decoding: token, as: UTF8.self))
  }

  private static func deadline() -> ContinuousClock.Instant { ContinuousClock.now + .seconds(secondsMax) }

  private static func failure(_ words: String) -> TransportFailure {
    TransportFailure(kind: .refusedLogin, detail: words)
  }
}

/// Whole milliseconds left, for poll(2).
func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
  let left = deadline - ContinuousClock.now
  let whole = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
  return Int32(clamping: max(0, whole))
}
