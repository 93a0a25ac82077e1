import ArgumentParser

/// The commands that agents use, in the order of their day, for the main command's list.
enum AgentCommands {
  static let all: [any AsyncParsableCommand.Type] = [
    LoginCommand.self, LogoutCommand.self, AvailableCommand.self, AwayCommand.self, OfflineCommand.self,
    QueuesCommand.self, NextCommand.self, AcceptCommand.self, DeclineCommand.self, ListCommand.self, ShowCommand.self,
    ReplyCommand.self, NoteCommand.self, TransferCommand.self, AssignCommand.self, SnoozeCommand.self,
    TakeCommand.self, ReleaseCommand.self, ResolveCommand.self, ReopenCommand.self, CategoryCommand.self,
    PriorityCommand.self, MergeCommand.self, UnmergeCommand.self, SplitCommand.self, CallCommand.self,
    ContactsCommand.self, SearchCommand.self,
    WatchCommand.self, ExplainCommand.self, ReportCommand.self, TemplatesCommand.self, AttachmentCommand.self,
  ]
}
