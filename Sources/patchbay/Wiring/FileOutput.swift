import Foundation

func processEnvironment() -> [String: String] { ProcessInfo.processInfo.environment }

/// Bytes to a descriptor as they are. A reader that went away (`| head`) ends the writing and is no error.
enum FileOutput {
  static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}
