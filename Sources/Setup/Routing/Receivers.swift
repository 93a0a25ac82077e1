import Channels
import Conversations

/// Who can be told something by which connection: `through` and `to` of alerts, escalations and reports.
struct Receivers {
  let connections: [Connection]

  /// Complains of those whom the connection cannot write to first. Of a connection that is shut little can be said.
  func check(_ receivers: [Located<String>], through name: String?, in file: SourceFile) {
    guard let connection = connections.first(where: { $0.name.rawValue == name }),
      let type = AdapterRegistry.adapter(for: connection.kind)
    else { return }
    for receiver in receivers where !isOne(receiver.value, of: connection, type) {
      file.complain(
        .said(
          path: "", words: "`\(connection.name)` cannot write to `\(clipped(receiver.value))` first",
          hint: type.receivers ?? "nobody can be written to first by a channel of kind `\(connection.kind)`"),
        at: receiver.mark)
    }
  }

  private func isOne(_ receiver: String, of connection: Connection, _ type: any Adapter.Type) -> Bool {
    guard let adapter = connection.adapter else { return type.receivers != nil }
    return adapter.thread(telling: receiver) != nil
  }

  /// Complains of a connection that carries no mail.
  func checkMail(through: Located<String>?, in file: SourceFile) {
    guard let through, let connection = connections.first(where: { $0.name.rawValue == through.value }),
      let type = AdapterRegistry.adapter(for: connection.kind), !(type is any MailAdapter.Type)
    else { return }
    file.complain(
      .said(
        path: "", words: "`\(through.value)` is of kind `\(connection.kind)` and carries no mail",
        hint: "name a connection of kind `email`"), at: through.mark)
  }
}
