import Glibc

/// A file that another program writes to, opened for one look at it.
final class GrowingFile: Sendable {
  private let descriptor: Int32
  let inode: Int64
  let size: Int64

  /// `nil` when there is no such regular file, or it may not be read.
  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var known = stat()
    guard fstat(descriptor, &known) == 0, known.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      return nil
    }
    (self.descriptor, inode, size) = (descriptor, Int64(known.st_ino), Int64(known.st_size))
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `position` on; fewer at the end of the file.
  func read(from position: Int64, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(position) + off_t(done))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      done += got
    }
    bytes.removeLast(count - done)
    return bytes
  }

  /// Where the file of this inode lies now, beside `path`: log rotation renames it (`Master.csv.1`).
  static func rotated(inode: Int64, from path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let (folder, name) = (String(path[..<slash]), String(path[path.index(after: slash)...]))
    guard let directory = opendir(folder.isEmpty ? "/" : folder) else { return nil }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      guard Int64(entry.pointee.d_ino) == inode else { continue }
      let found = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if found != name { return "\(folder)/\(found)" }
    }
    return nil
  }
}
