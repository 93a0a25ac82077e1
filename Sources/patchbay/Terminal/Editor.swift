import Foundation
import Terminal

/// Writes a text with the user's editor.
struct Editor {
  /// Separates what is sent from what only helps to write it.
  static let scissors = "------------------------ >8 ------------------------"

  let command: String

  init(environment: [String: String]) {
    let wishes = [environment["VISUAL"], environment["EDITOR"], "vi"].compactMap { $0 }
    command = wishes.first { !$0.isEmpty } ?? "vi"
  }

  /// What the file holds when the editor opens.
  static func page(draft: String, quote: [String], speech: Speech) -> String {
    let below = [scissors, speech(.editorKeep), speech(.editorEmpty), ""] + quote
    return draft + "\n\n" + below.map { $0.isEmpty ? "#" : "# \($0)" }.joined(separator: "\n") + "\n"
  }

  /// The text above the scissors, without blank lines around it.
  static func written(_ page: String) -> String {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    let above = lines.prefix { !($0.hasPrefix("#") && $0.contains(scissors)) }
    return above.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Opens `path` and waits; whether the editor ended well. The editor stays in our process group, because one in a
  /// group of its own would be stopped as soon as it reads from the terminal.
  func edit(_ path: String) -> Bool {
    // The command may have arguments, so the shell takes it apart, as git and crontab do.
    let words = ["sh", "-c", "\(command) \"$1\"", command, path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) }
    environment.append(nil)
    defer { for variable in environment { free(variable) } }
    // Ctrl-C belongs to the editor while it runs.
    let before = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, before) }
    var child: pid_t = 0
    guard posix_spawn(&child, "/bin/sh", nil, nil, arguments, environment) == 0 else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return false } }
    return status == 0
  }
}
