import Foundation

func processEnvironment() -> [String: String] { ProcessInfo.processInfo.environment }

/// Bytes to standard output as they are.
enum FileOutput {
  static func write(_ bytes: [UInt8]) { FileHandle.standardOutput.write(Data(bytes)) }
}
