import Foundation

/// Held while a router works on the store of a data directory: of two, neither would know what the other does. It ends with
/// the process, however that ends.
final class ServeLock {
  private let descriptor: Int32

  /// - Throws: 75, when another router holds it or the file cannot be made.
  init(directory: String) throws {
    let path = directory + "/serve.lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure.temporary("cannot open \(path): \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure.temporary("another `patchbay serve` is at work on \(directory)")
    }
  }

  deinit { close(descriptor) }
}
