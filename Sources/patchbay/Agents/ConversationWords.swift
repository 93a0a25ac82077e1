import Conversations
import Terminal

/// The server's words for states, in the agent's language; unknown ones as they come.
extension Speech {
  func status(_ name: String) -> String {
    switch ConversationStatus(rawValue: name) {
    case .new: self(.statusNew)
    case .open: self(.statusOpen)
    case .pending: self(.statusPending)
    case .onHold: self(.statusOnHold)
    case .resolved: self(.statusResolved)
    case nil: Neutral.oneLine(name)
    }
  }

  func priority(_ name: String) -> (text: String, style: Style) {
    switch Priority(rawValue: name) {
    case .urgent: (self(.priorityUrgent), .red)
    case .high: (self(.priorityHigh), .yellow)
    case .normal: (self(.priorityNormal), .plain)
    case .low: (self(.priorityLow), .dim)
    case nil: (Neutral.oneLine(name), .plain)
    }
  }

  func author(_ direction: String) -> (text: String, style: Style) {
    switch MessageDirection(rawValue: direction) {
    case .inbound: (self(.fromCustomer), .cyan)
    case .outbound: (self(.fromAgent), .green)
    case .bot: (self(.fromBot), .dim)
    case .note: (self(.fromNote), .yellow)
    case nil: (Neutral.oneLine(direction), .plain)
    }
  }

  /// What the delivery proved of who wrote; empty for a word that says nothing.
  func trust(_ name: String) -> (text: String, style: Style) {
    switch name {
    case "verified": (self(.senderProved), .dim)
    case "known", "unknown": (self(.senderUnproved), .yellow)
    case "failed": (self(.senderForged), .red)
    default: ("", .plain)
    }
  }

  /// A message's flag; those without a phrase as they come.
  func flag(_ name: String) -> String {
    switch name {
    case "auto_reply": self(.markAutomatic)
    case "mailing_list": self(.markList)
    case "bulk": self(.markBulk)
    case "undecodable": self(.markUndecodable)
    case "signed": self(.markSigned)
    case "encrypted": self(.markEncrypted)
    case "text_cut": self(.markTextCut)
    default: Neutral.oneLine(name)
    }
  }

  func delivery(_ state: String) -> (text: String, style: Style) {
    switch DeliveryState(rawValue: state) {
    case .queued: (self(.deliveryQueued), .dim)
    case .sending: (self(.deliverySending), .dim)
    case .accepted: (self(.deliveryAccepted), .dim)
    case .delivered: (self(.deliveryDelivered), .dim)
    case .read: (self(.deliveryRead), .dim)
    case .failed: (self(.deliveryFailed), .red)
    case .dead: (self(.deliveryDead), .red)
    case .cancelled: (self(.deliveryCancelled), .yellow)
    case nil: (Neutral.oneLine(state), .plain)
    }
  }

  /// A title that may be written in several languages: this one, else English, else any.
  func title(_ title: JSON?) -> String {
    guard let members = title?.members else { return title?.text ?? "" }
    let wanted = [language.rawValue, Language.english.rawValue].lazy.compactMap { title?[$0]?.text }
    return wanted.first ?? members.lazy.compactMap(\.value.text).first ?? ""
  }

  /// The contact's name, or whatever else there is to call them.
  func customer(_ contact: JSON?) -> String {
    let names = ["name", "email", "phone", "id"].lazy.compactMap { contact?[$0]?.text }
    return names.first { !$0.isEmpty }.map(person) ?? self(.unknownCustomer)
  }

  /// Who has told no name is called by the number of their browser: its beginning tells two of them apart.
  func person(_ name: String) -> String {
    name.wholeMatch(of: #/[0-9a-f]{32}/#) == nil ? name : self(.visitor, String(name.prefix(6)))
  }
}
