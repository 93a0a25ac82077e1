package import Conversations

/// One connection to the world: one file `channels/<name>.yaml`.
package struct Connection: Sendable {
  package var name: ChannelName
  package var kind: ChannelKind
  /// For people: `支付客服邮箱 Support mailbox`.
  package var title: String
  /// The code for its kind, set up with its settings; `nil` = `enabled: false`.
  package var adapter: (any Adapter)?
  package var isEnabled: Bool { adapter != nil }
  /// Assumed of messages that do not show theirs; `nil` = the desk's default.
  package var language: String?
  /// Answers leave through this connection instead (a call is answered by mail); `nil` = through this one.
  package var replyThrough: ChannelName?
  /// Whether new conversations get the desk's acknowledgement and after-hours note here.
  package var repliesAutomatically: Bool
  /// How fast messages may leave here.
  package var pace: SendingPace

  package init(
    name: ChannelName, kind: ChannelKind, title: String, adapter: (any Adapter)?, language: String? = nil,
    replyThrough: ChannelName? = nil, repliesAutomatically: Bool = true, pace: SendingPace? = nil
  ) {
    (self.name, self.kind, self.title, self.adapter) = (name, kind, title, adapter)
    (self.language, self.replyThrough, self.repliesAutomatically) = (language, replyThrough, repliesAutomatically)
    self.pace = pace ?? adapter.map { type(of: $0).pace } ?? SendingPace()
  }
}
