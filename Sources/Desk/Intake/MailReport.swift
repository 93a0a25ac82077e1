import Conversations

/// What a report that is no bounce says of a mail of ours.
enum MailReport: String {
  /// Not there yet, still being tried (RFC 3464 §2.3.3 `delayed`).
  case delay
  /// Delivered, relayed or expanded (RFC 3464 §2.3.3), or deleted unread.
  case delivery
  /// Shown to its reader (RFC 8098 §3.2.6.2).
  case read
  /// Called spam by its reader (RFC 5965).
  case complaint

  init?(_ event: InboundEvent) {
    if event.flags.complaint {
      self = .complaint
    } else if event.flags.receipt {
      let disposition = event.mail?.receipt?.disposition ?? ""
      self = disposition == "displayed" || disposition.isEmpty ? .read : .delivery
    } else {
      switch event.bounce?.action {
      case _ where event.flags.bounce: return nil
      case "delayed": self = .delay
      case "delivered", "relayed", "expanded": self = .delivery
      default: return nil
      }
    }
  }
}

extension InboundEvent {
  var report: MailReport? { MailReport(self) }

  /// Written by a machine: filed, but it moves no clock, no status, and nothing answers it by itself.
  var isAutomatic: Bool { flags.isAutomatic || report != nil }
}
