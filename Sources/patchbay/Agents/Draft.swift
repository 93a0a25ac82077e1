import Conversations
import Terminal

/// A text that is not sent yet: one file, kept until the text is out.
struct Draft {
  /// `reply-391`.
  let name: String
  let desk: AgentDesk

  /// Older messages are in `show`.
  static let quotedMessagesMax = 3

  /// Beside drafts for other servers, which have a conversation of the same number too.
  private var path: String {
    let server = (try? Credentials.current(desk.console))?.url ?? ""
    let place = server.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "_" }
    return PrivateFiles.state(desk.console.environment) + "/drafts/\(String(place))/\(name).txt"
  }

  func remove() { _ = PrivateFiles.remove(path) }

  /// Lets the agent write, above a quote of the last messages of `conversation` and of all that came after `seen`.
  func write(about conversation: JSON? = nil, seen: Int64? = nil) throws -> String {
    let before = PrivateFiles.read(path).map { String(decoding: $0, as: UTF8.self) }.map(Editor.written) ?? ""
    if !before.isEmpty { desk.console.talk(desk.say(.draftFound)) }
    let page = Editor.page(draft: before, quote: conversation.map { quote($0, seen: seen) } ?? [], speech: desk.say)
    try PrivateFiles.write(Array(page.utf8), to: path)
    let editor = Editor(environment: desk.console.environment)
    guard editor.edit(path) else { throw AgentProblem(.error, desk.say(.editorFailed, editor.command)) }
    let text = PrivateFiles.read(path).map { String(decoding: $0, as: UTF8.self) }.map(Editor.written) ?? ""
    guard !text.isEmpty else {
      remove()
      throw AgentProblem(.error, desk.say(.nothingSent))
    }
    guard text.utf8.count <= TextSource.bytesMax else {
      throw AgentProblem(.usage, desk.say(.tooLong, String(TextSource.bytesMax)), lines: [desk.say(.draftKept, path)])
    }
    return text
  }

  /// `problem`, after keeping the text that could not be sent.
  func kept(_ text: String, _ problem: AgentProblem) -> AgentProblem {
    guard !text.isEmpty, (try? PrivateFiles.write(Array((text + "\n").utf8), to: path)) != nil else { return problem }
    var problem = problem
    problem.lines.append(desk.say(.draftKept, path))
    return problem
  }

  private func quote(_ conversation: JSON, seen: Int64?) -> [String] {
    var view = ConversationView(desk)
    (view.paint, view.width) = (Paint(isOn: false), 78)
    let messages = conversation["messages"]?.array ?? []
    let unseen = messages.filter { ($0["seq"]?.int64 ?? 0) > (seen ?? 0) }.count
    let shown = messages.suffix(max(Draft.quotedMessagesMax, unseen))
    return shown.flatMap { view.lines(message: $0) + [""] }
  }
}
