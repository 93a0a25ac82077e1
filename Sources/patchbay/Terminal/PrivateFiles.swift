import Foundation

/// Small files that belong to one user: written whole or not at all, readable by nobody else.
enum PrivateFiles {
  struct Failure: Error {
    let path: String
    /// The system's words.
    let reason: String
  }

  /// The XDG base directory `variable` (or `fallback` below the home directory), and in it `patchbay`.
  static func folder(_ variable: String, fallback: String, environment: [String: String]) -> String {
    // A relative path there is invalid and to be ignored: XDG Base Directory Specification, "Environment variables".
    if let set = environment[variable], set.hasPrefix("/") { return set + "/patchbay" }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    return "\(home)/\(fallback)/patchbay"
  }

  static func config(_ environment: [String: String]) -> String {
    folder("XDG_CONFIG_HOME", fallback: ".config", environment: environment)
  }

  static func state(_ environment: [String: String]) -> String {
    folder("XDG_STATE_HOME", fallback: ".local/state", environment: environment)
  }

  /// `nil` when there is no such file.
  static func read(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

  /// Writes beside the file and moves the new one over it; mode 0600 from the first byte, folder 0700.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw Failure(path: folder, reason: error.localizedDescription) }
    let fresh = "\(path).\(getpid())"
    unlink(fresh)
    let descriptor = open(fresh, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(fresh) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    } catch {
      unlink(fresh)
      throw Failure(path: path, reason: error.localizedDescription)
    }
    guard rename(fresh, path) == 0 else {
      defer { unlink(fresh) }
      throw failure(path)
    }
  }

  static func remove(_ path: String) -> Bool { unlink(path) == 0 }

  /// Runs `body` while no other process is inside with the same `path`; without a lock if there can be none.
  static func locked<T>(_ path: String, _ body: () throws -> T) rethrows -> T {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return try body() }
    defer { close(descriptor) }
    _ = flock(descriptor, LOCK_EX)
    return try body()
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: String(cString: strerror(errno)))
  }
}
