import ArgumentParser
import Channels
import Conversations
import Foundation
import Terminal

struct AttachmentCommand: AgentCommand {
  static let configuration = agentCommand(
    "attachment", .attachment, examples: "attachment 4711", "attachment 4711 --output screenshot.png")
  @Argument(help: help(.attachmentArgument)) var attachment: String
  @Option(name: .shortAndLong, help: help(.outputFile)) var output: String?
  @OptionGroup var common: CommonOptions

  func work(_ desk: AgentDesk) async throws {
    let id = try desk.id(attachment)
    let (bytes, name) = try await desk.client().attachment(id)
    if output == "-" { return FileHandle.standardOutput.write(Data(bytes)) }
    let path = output ?? FileSource.plain(name ?? "attachment-\(id)")
    do {
      // Never over a file that is there: the name is a stranger's.
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: output == nil ? .withoutOverwriting : [])
    } catch let error as CocoaError where error.code == .fileWriteFileExists {
      throw AgentProblem(.error, desk.say(.alreadyThere, Neutral.oneLine(path)))
    } catch {
      throw AgentProblem(.error, desk.say(.noWrite, path, error.localizedDescription))
    }
    if common.json {
      return desk.console.print(["id": JSON(String(id)), "path": JSON(path), "size": JSON(bytes.count)])
    }
    desk.console.print(common.quiet ? path : desk.say(.saved, Neutral.oneLine(path)))
  }
}

/// Files that agents send, and names that strangers gave.
enum FileSource {
  /// What one answer's files may have together, before base64.
  private static let bytesMax = 20 << 20

  /// As the API takes them: `{"filename","data"}` each.
  static func read(_ paths: [String], _ desk: AgentDesk) throws(AgentProblem) -> [JSON] {
    var (files, size) = ([JSON](), 0)
    for path in paths {
      let url = URL(fileURLWithPath: path)
      let content: Data
      do { content = try Data(contentsOf: url) } catch {
        throw AgentProblem(.error, desk.say(.noFile, path, error.localizedDescription))
      }
      size += content.count
      guard size <= bytesMax else { throw AgentProblem(.usage, desk.say(.filesTooLarge, String(bytesMax >> 20))) }
      files.append(
        ["filename": .string(url.lastPathComponent), "data": .string(content.base64EncodedString())])
    }
    return files
  }

  /// A name without folders, control characters or a dot in front: nothing that hides, or that a shell reads at its start.
  static func plain(_ name: String) -> String {
    let kept = Multipart.safeFilename(Neutral.oneLine(name)).drop { $0 == "." || $0 == " " }
    return kept.isEmpty ? "attachment" : String(kept)
  }
}
