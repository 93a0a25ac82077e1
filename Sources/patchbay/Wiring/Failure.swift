import Foundation

/// An end of the process that is not success: what to say on stderr and the exit code of DESIGN §8.
struct Failure: Error {
  let code: Int32
  let message: String

  init(_ code: Int32, _ message: String) { (self.code, self.message) = (code, message) }

  static func error(_ message: String) -> Failure { Failure(1, message) }
  static func usage(_ message: String) -> Failure { Failure(2, message) }
  static func notFound(_ message: String) -> Failure { Failure(3, message) }
  static func denied(_ message: String) -> Failure { Failure(5, message) }
  static func temporary(_ message: String) -> Failure { Failure(75, message) }
  static func configuration(_ message: String) -> Failure { Failure(78, message) }

  func print() { say("patchbay: \(message)") }
}

/// Talk goes to stderr, data to stdout.
func say(_ text: String) { FileOutput.write(Array((text + "\n").utf8), to: STDERR_FILENO) }

/// The whole of standard input, or of a file; `-` is standard input.
func readInput(_ path: String) throws -> [UInt8] {
  if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
  guard let data = FileManager.default.contents(atPath: path) else { throw Failure.notFound("cannot read \(path)") }
  return Array(data)
}
