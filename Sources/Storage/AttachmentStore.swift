import Glibc

/// Attachments as files named by their content: `ab/cdef…`, SHA-256 in hexadecimal, given by the caller.
///
/// Putting one twice is harmless; no name from outside ever becomes a path. All work is done on one thread of its own.
package final class AttachmentStore: Sendable {
  /// SHA-256 of the content: 64 lower-case hexadecimal digits.
  package struct Name: Sendable, Hashable, CustomStringConvertible {
    package let hex: String

    package init?(sha256 hex: String) {
      let isHex = hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      guard isHex, hex.utf8.count == 64 else { return nil }
      self.hex = hex
    }

    package var description: String { hex }
    var folder: String { String(hex.prefix(2)) }
    var file: String { String(hex.dropFirst(2)) }
  }

  private let files: AttachmentFiles
  private let queue = WorkQueue<@Sendable () -> Void>()

  /// The directory is made when the first attachment arrives.
  package init(directory: String) throws {
    files = AttachmentFiles(directory: directory)
    let queue = queue
    let hasStarted = DriverThread.start {
      while let work = queue.take(upTo: 1).first { work() }
    }
    guard hasStarted else { throw StoreError(.unavailable, "the system gives no thread") }
  }

  deinit { queue.close() }

  /// Keeps `bytes`; when it returns they are durable.
  package func put(_ name: Name, _ bytes: [UInt8]) async throws {
    try await work { files throws(StoreError) in try files.put(name, bytes) }
  }

  /// The bytes, or `nil` when there is no such attachment.
  package func get(_ name: Name) async throws -> [UInt8]? {
    try await work { files throws(StoreError) in try files.get(name) }
  }

  /// Removes it, if it is there.
  package func remove(_ name: Name) async throws {
    try await work { files throws(StoreError) in try files.remove(name) }
  }

  private func work<T: Sendable>(
    _ body: @escaping @Sendable (AttachmentFiles) throws(StoreError) -> T
  ) async throws -> T {
    return try await withCheckedThrowingContinuation { continuation in
      let isQueued = queue.put { [files] in
        let result = Result { () throws(StoreError) in try body(files) }
        continuation.resume(with: result)
      }
      if !isQueued { continuation.resume(throwing: StoreError(.unavailable, "the attachments are closed")) }
    }
  }
}

/// The files themselves; blocking.
struct AttachmentFiles: Sendable {
  let directory: String
  /// Name of unfinished files, one store's own: routers in two containers have the same process id and may share the
  /// folder. What a crash leaves of them nobody reads.
  private let unfinished = ".unfinished-\(getpid())-\(UInt64.random(in: .min ... .max))"

  init(directory: String) { self.directory = directory }

  func put(_ name: AttachmentStore.Name, _ bytes: [UInt8]) throws(StoreError) {
    let folder = directory + "/" + name.folder
    let path = folder + "/" + name.file
    var known = stat()
    if stat(path, &known) == 0, Int(known.st_size) == bytes.count { return try synchronize(folder) }
    try makeDirectory(folder)
    let temporary = folder + "/" + unfinished
    do throws(StoreError) {
      try write(bytes, to: temporary)
      guard rename(temporary, path) == 0 else { throw StoreError.file("cannot rename", temporary) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronize(folder)
    try synchronize(directory)
  }

  func get(_ name: AttachmentStore.Name) throws(StoreError) -> [UInt8]? {
    let path = directory + "/" + name.folder + "/" + name.file
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw StoreError.file("cannot open", path)
    }
    defer { _ = Glibc.close(file) }
    var known = stat()
    guard fstat(file, &known) == 0 else { throw StoreError.file("cannot read", path) }
    var bytes = [UInt8](repeating: 0, count: Int(known.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw StoreError.file("cannot read", path) }
      done += count
    }
    return bytes
  }

  func remove(_ name: AttachmentStore.Name) throws(StoreError) {
    let path = directory + "/" + name.folder + "/" + name.file
    guard unlink(path) == 0 || errno == ENOENT else { throw StoreError.file("cannot remove", path) }
  }

  private func write(_ bytes: [UInt8], to path: String) throws(StoreError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreError.file("cannot make", path) }
    defer { _ = Glibc.close(file) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw StoreError.file("cannot write", path) }
      done += count
    }
    guard fsync(file) == 0 else { throw StoreError.file("cannot write", path) }
  }

  /// Makes a rename durable.
  func synchronize(_ folder: String) throws(StoreError) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw StoreError.file("cannot open", folder) }
    defer { _ = Glibc.close(file) }
    guard fsync(file) == 0 else { throw StoreError.file("cannot write", folder) }
  }
}
