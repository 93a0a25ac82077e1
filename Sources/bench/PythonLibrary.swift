import Foundation

/// Python's own mail package over the same mails, in a process of its own: parses each and decodes every part of it.
/// https://docs.python.org/3/library/email.html
enum PythonLibrary {
  /// What it tells: `mails/s`, µs of CPU each, how many it could not read. `nil` where there is no `python3`.
  static func read(_ mails: [[UInt8]]) throws -> (perSecond: Double, processor: Double, unreadable: Int)? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("patchbay-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The bench repeats its mails; one file each is enough.
    let distinct = Array(Set(mails))
    for (number, mail) in distinct.enumerated() {
      try Data(mail).write(to: folder.appendingPathComponent("\(number).eml"))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, folder.path, "\(max(1, mails.count / max(1, distinct.count)))"]
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let figures = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard process.terminationStatus == 0, figures.count == 3 else { return nil }
    return (figures[0], figures[1], Int(figures[2]))
  }

  private static let script = """
    import email, email.policy, glob, sys, time
    mails = [open(path, 'rb').read() for path in glob.glob(sys.argv[1] + '/*.eml')] * int(sys.argv[2])
    failed, begin, cpu = 0, time.perf_counter(), time.process_time()
    for raw in mails:
        try:
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            str(mail['subject']), str(mail['from']), str(mail['to'])
            for part in mail.walk():
                if not part.is_multipart(): part.get_content()
        except Exception:
            failed += 1
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(len(mails) / seconds, cpu * 1e6 / len(mails), failed)
    """
}
